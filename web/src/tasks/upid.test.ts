import { expect, it } from "vitest";
import { describe, ending, readUpid } from "./upid";

it("an identifier tells node, time, kind and user of a task", () => {
  const upid = readUpid("UPID:pve1:0000A1B2:00C0FFEE:6745C0DE:srvreload:networking:root@pam:");
  expect(upid).toEqual({ node: "pve1", started: 0x6745c0de, type: "srvreload", id: "networking", user: "root@pam" });
  expect(readUpid("nonsense")).toBeNull();
});

it("tasks are told in words", () => {
  expect(describe("srvreload", "networking")).toBe("Apply network configuration");
  expect(describe("qmstart", "100")).toBe("Start VM 100");
  expect(describe("other", "")).toBe("other");
});

it("how a task ended", () => {
  expect(ending(undefined, false)).toBe("running");
  expect(ending("OK", true)).toBe("ok");
  expect(ending("WARNINGS: 2", true)).toBe("warnings");
  expect(ending("no such bridge", true)).toBe("error");
});
