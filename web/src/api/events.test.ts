import { describe, expect, it } from "vitest";
import { concerns, oneAtATime } from "./events";

describe("an event", () => {
  it("concerns what shows the thing, on its node only", () => {
    expect(concerns("network", "a", "/nodes/a/network-plan")).toBe(true);
    expect(concerns("network", "a", "/nodes/b/network")).toBe(false);
    expect(concerns("network", undefined, "/nodes/b/network")).toBe(true);
    expect(concerns("firewall", "a", "/cluster/firewall/rules")).toBe(true);
    expect(concerns("guests", "a", "/cluster/resources")).toBe(true);
    expect(concerns("guests", "a", "/nodes/a/qemu/100/firewall/rules")).toBe(false);
    expect(concerns("access", "a", "/access/users")).toBe(true);
    expect(concerns("tasks", "a", "/nodes/a/tasks/U/log")).toBe(true);
  });
});

it("work that is asked for while it runs is done once more, not anew at each time", async () => {
  const ends: (() => void)[] = [];
  const ask = oneAtATime(() => new Promise((end) => ends.push(end)));
  const first = ask();
  void ask();
  void ask();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await first;
  void ask();
  expect(ends).toHaveLength(3);
});
