// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { afterTask, isOpen, type Mark, readMark, writeMark } from "./trial_mark";

const upid = "UPID:pve1:0000ABCD:00112233:6746F2A0:srvreload:networking:admin@pve:";
const mark: Mark = { upid, at: 1000, seen: false };

describe("the mark of a change that this browser asked for", () => {
  beforeEach(() => localStorage.clear());
  it("lives over a reload, and not for ever", () => {
    writeMark("pve1", mark);
    expect(readMark("pve1", 2000)).toEqual(mark);
    expect(readMark("pve2", 2000)).toBeNull();
    expect(readMark("pve1", 1000 + 3 * 3600_000)).toBeNull();
    writeMark("pve1", null);
    expect(readMark("pve1", 2000)).toBeNull();
  });
  it("names a task: what older pages left there is none", () => {
    localStorage.setItem("drawbridge.applying.pve1", "1764262800000");
    expect(readMark("pve1", 1764262801000)).toBeNull();
    localStorage.setItem("drawbridge.applying.pve1", "{");
    expect(readMark("pve1")).toBeNull();
  });
  it("goes when its task ends, so that it never keeps somebody else's change", () => {
    expect(afterTask(mark, { status: "running" })).toBe(mark);
    expect(afterTask(mark, { status: "stopped", exitstatus: "OK" })).toBeNull();
    expect(afterTask({ ...mark, seen: true }, { status: "stopped", exitstatus: "rolled back" })).toBeNull();
  });
  it("keeps the words of a task that failed before its change began, and is open no more", () => {
    const failed = afterTask(mark, { status: "stopped", exitstatus: "eno9 does not exist" });
    expect(failed?.failed).toBe("eno9 does not exist");
    expect(isOpen(failed)).toBe(false);
    expect(isOpen(mark)).toBe(true);
  });
});
