import { describe, expect, it } from "vitest";
import { concerns } from "./events";

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
