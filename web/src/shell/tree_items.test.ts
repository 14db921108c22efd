import { describe, expect, it } from "vitest";
import type { Resource } from "../api/types";
import { treeItems } from "./tree_items";

const resources: Resource[] = [
  { id: "qemu/101", type: "qemu", node: "alpha", vmid: 101, name: "mail", status: "running" },
  { id: "node/beta", type: "node", node: "beta", status: "online" },
  { id: "lxc/100", type: "lxc", node: "alpha", vmid: 100, name: "web", status: "stopped" },
  { id: "node/alpha", type: "node", node: "alpha", status: "online" },
  { id: "storage/x", type: "storage", node: "alpha" },
];
const labels = (search: string, closed: string[] = []) =>
  treeItems(resources, search, new Set(closed)).map((item) => item.label);

describe("the tree", () => {
  it("has nodes by name and guests by number", () => {
    expect(labels("")).toEqual(["Datacenter", "alpha", "100 (web)", "101 (mail)", "beta"]);
  });
  it("hides the guests of a closed node, but not from a search", () => {
    expect(labels("", ["node/alpha"])).toEqual(["Datacenter", "alpha", "beta"]);
    expect(labels("mail", ["node/alpha"])).toEqual(["Datacenter", "alpha", "101 (mail)"]);
  });
  it("finds guests by number and name, nodes with all they have", () => {
    expect(labels("100")).toEqual(["Datacenter", "alpha", "100 (web)"]);
    expect(labels("alpha")).toEqual(["Datacenter", "alpha", "100 (web)", "101 (mail)"]);
    expect(labels("nothing")).toEqual(["Datacenter"]);
  });
});
