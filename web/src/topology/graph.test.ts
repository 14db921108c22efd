import { describe, expect, it } from "vitest";
import type { Operation, TopologyLink } from "../api/types";
import { graphOf, pathOf, vlanWords } from "./graph";
import { columnsOf, layout } from "./layout";

const link = (name: string, kind: string, more: Partial<TopologyLink> = {}): TopologyLink => ({
  name,
  kind,
  up: true,
  carrier: true,
  ...more,
});
const op = (word: string, object: string, detail = ""): Operation => ({
  op: word,
  object,
  detail,
  why: null,
  disruptive: false,
});

const links = [
  link("lo", "loopback"),
  link("eno1", "eth", { master: "bond0" }),
  link("eno2", "eth", { master: "bond0" }),
  link("eno3", "eth"),
  link("bond0", "bond", { master: "vmbr0" }),
  link("vmbr0", "bridge"),
  link("vmbr0.5", "vlan", { parent: "vmbr0" }),
  link("vmbr9", "bridge"),
  link("tap100i0", "tun", { master: "vmbr0", guest: { vmid: 100, card: "net0" } }),
];

describe("the picture", () => {
  it("has lines from the wire to the guests", () => {
    const lines = graphOf(links, []).lines.map((line) => line.id);
    expect(lines).toEqual(["eno1>bond0", "eno2>bond0", "bond0>vmbr0", "vmbr0>vmbr0.5", "vmbr0>tap100i0"]);
  });
  it("lights a guest's way to the wire, and nothing beside it", () => {
    expect([...pathOf(graphOf(links, []), "tap100i0")].sort()).toEqual(["bond0", "eno1", "eno2", "tap100i0", "vmbr0"]);
    expect([...pathOf(graphOf(links, []), "eno1")].sort()).toEqual(["bond0", "eno1", "tap100i0", "vmbr0", "vmbr0.5"]);
  });
  it("draws pending changes over it", () => {
    const graph = graphOf(links, [
      op("create-link", "vmbr1", "kind bridge stp_state 0"),
      op("set-master", "eno3", "master vmbr1"),
      op("delete-link", "vmbr0.5"),
    ]);
    const changes = Object.fromEntries(
      graph.things.filter((thing) => thing.change).map((thing) => [thing.id, thing.change]),
    );
    expect(changes).toEqual({ vmbr1: "created", eno3: "changed", "vmbr0.5": "deleted" });
    expect(graph.lines.find((line) => line.id === "eno3>vmbr1")?.change).toBe("created");
  });
});

describe("the layout", () => {
  it("has cards, bonds, bridges, guests in columns", () => {
    const column = columnsOf(graphOf(links, []));
    expect(["eno1", "eno3", "bond0", "vmbr0", "vmbr9"].map((name) => column.get(name))).toEqual([0, 0, 1, 2, 2]);
    expect(column.get("tap100i0")).toBe(4);
  });
  it("puts no two things in one place, and a circle does not stop it", () => {
    const spots = layout(graphOf([...links, link("a", "x", { master: "b" }), link("b", "x", { master: "a" })], []));
    expect(new Set(spots.map(({ x, y }) => `${x},${y}`)).size).toBe(spots.length);
  });
});

it("VLANs are shown as ids and ranges, the first few, with a mark at the untagged one", () => {
  const range = (first: number, last = first) => ({ first, last });
  expect(vlanWords([{ first: 1, last: 1, pvid: true, untagged: true }, range(2, 4094)])).toEqual({
    shown: ["1•", "2-4094"],
    more: 0,
  });
  expect(vlanWords([1, 2, 3, 4, 5, 6].map((id) => range(id)))).toEqual({ shown: ["1", "2", "3", "4"], more: 2 });
  expect(vlanWords(undefined)).toEqual({ shown: [], more: 0 });
});
