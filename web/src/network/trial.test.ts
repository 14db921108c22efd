import { describe, expect, it } from "vitest";
import { keepNow, outcomeWords, viewOf } from "./trial";

const upid = "UPID:pve1:0000ABCD:00112233:6746F2A0:srvreload:networking:admin@pve:";
const awaiting = { stage: "awaiting", id: "change-7", task: upid, remaining_seconds: 40, last: null };

describe("a change on trial", () => {
  it("counts down while it waits", () => {
    expect(viewOf(awaiting, true, 50_000, upid, 10_000)).toEqual({ phase: "awaiting", remaining: 40, mine: true });
  });
  it("is told as one that undoes itself when the node can't be reached", () => {
    expect(viewOf(awaiting, false, 50_000, upid, 20_000)).toEqual({ phase: "unreachable", remaining: 30 });
    expect(viewOf(awaiting, false, 50_000, upid, 60_000)).toEqual({ phase: "unreachable", remaining: 0 });
  });
  it("is nothing when none is open", () => {
    expect(viewOf({ stage: null, last: null }, true, null, undefined, 0)).toEqual({ phase: "none" });
    expect(viewOf(undefined, false, null, undefined, 0)).toEqual({ phase: "none" });
  });
  it("is kept by who began it, once the node has answered over the changed network", () => {
    expect(keepNow(awaiting, upid, 3)).toBe(true);
    expect(keepNow(awaiting, upid, 2)).toBe(false);
    expect(keepNow({ ...awaiting, stage: "executing" }, upid, 9)).toBe(false);
  });
  it("is somebody else's if another task made it, or none", () => {
    for (const task of [upid.replace("admin", "colleague"), null, undefined]) {
      expect(keepNow({ ...awaiting, task }, upid, 9)).toBe(false);
      expect(viewOf({ ...awaiting, task }, true, 50_000, upid, 10_000)).toMatchObject({ mine: false });
    }
  });
});

it("outcomes are told in words, with the reason", () => {
  expect(outcomeWords({ outcome: "rolled-back", reason: "nobody confirmed" }).text).toContain("Nobody confirmed.");
  expect(outcomeWords({ outcome: "confirmed", reason: "confirmed", generation: 4 }).text).toBe("It is generation 4.");
});
