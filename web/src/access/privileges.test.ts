import { describe, expect, it } from "vitest";
import { holds, powersOf } from "./privileges";

describe("a privilege", () => {
  const tree = { "/": { "Sys.Audit": 1 }, "/vms": { "VM.Audit": 1, "VM.Console": 0 }, "/vms/100": {} };
  it("holds at its path, and below if it goes on there", () => {
    expect(holds(tree, "/vms", "VM.Console")).toBe(true);
    expect(holds(tree, "/vms/101", "VM.Console")).toBe(false);
    expect(holds(tree, "/vms/101", "VM.Audit")).toBe(true);
  });
  it("is replaced by what a nearer path has", () => {
    expect(holds(tree, "/nodes/a", "Sys.Audit")).toBe(true);
    expect(holds(tree, "/vms", "Sys.Audit")).toBe(false);
    expect(holds(tree, "/vms/100", "VM.Audit")).toBe(false);
  });
});

describe("powers", () => {
  it("over users come from one group already", () => {
    expect(powersOf({ "/access/groups/ops": { "User.Modify": 1 } })).toEqual({
      users: true,
      groups: false,
      roles: false,
      acl: false,
    });
  });
  it("are none without rights", () => {
    expect(Object.values(powersOf({}))).toEqual([false, false, false, false]);
  });
});
