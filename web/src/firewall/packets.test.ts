import { expect, it } from "vitest";
import type { Packet } from "../api/types";
import { matching, verdictOf, wayOf } from "./packets";

const packet = (more: Partial<Packet>): Packet => ({
  time: "1.0",
  vmid: 0,
  level: 6,
  chain: "",
  action: "",
  rule: null,
  in: null,
  out: null,
  physical_in: null,
  physical_out: null,
  packet: "",
  ...more,
});
const packets = [
  packet({
    vmid: 100,
    action: "policy DROP",
    in: "vmbr0",
    physical_out: "tap100i0",
    packet: "SRC=192.0.2.1 PROTO=TCP DPT=22",
  }),
  packet({ action: "ACCEPT", rule: "cluster.fw:7", in: "vmbr0", packet: "SRC=192.0.2.9 PROTO=TCP DPT=8006" }),
];

it("a packet tells what became of it, and its way", () => {
  expect(packets.map(verdictOf)).toEqual(["DROP", "ACCEPT"]);
  expect(packets.map(wayOf)).toEqual(["vmbr0 → tap100i0", "vmbr0 →"]);
});

it("all words must be there", () => {
  expect(matching(packets, "dpt=22 192.0.2", "")).toEqual([packets[0]]);
  expect(matching(packets, "cluster.fw:7", "")).toEqual([packets[1]]);
  expect(matching(packets, "", "DROP")).toEqual([packets[0]]);
  expect(matching(packets, "", "")).toHaveLength(2);
});
