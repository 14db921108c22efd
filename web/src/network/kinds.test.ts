import { describe, expect, it } from "vitest";
import type { Interface } from "../api/types";
import { candidates, freeName, isAware, members, vlanOfName } from "./kinds";

const all: Interface[] = [
  { iface: "eno1", type: "eth" },
  { iface: "eno2", type: "eth" },
  { iface: "eno3", type: "eth" },
  { iface: "bond0", type: "bond", slaves: "eno2 eno1" },
  { iface: "vmbr0", type: "bridge", bridge_ports: "bond0" },
  { iface: "vmbr1", type: "bridge", bridge_ports: "none" },
];

describe("interfaces", () => {
  it("get the first free name of their kind", () => {
    expect(freeName("bridge", all)).toBe("vmbr2");
    expect(freeName("bond", all)).toBe("bond1");
    expect(freeName("OVSIntPort", all)).toBe("");
  });
  it("keep the order of their members, and 'none' is none", () => {
    expect(members(all[3] as Interface)).toEqual(["eno2", "eno1"]);
    expect(members(all[5] as Interface)).toEqual([]);
  });
  it("offer as members what nobody else has", () => {
    expect(candidates(all, "vmbr1", ["eth", "bond"]).map((one) => one.iface)).toEqual(["eno3"]);
    expect(candidates(all, "bond0", ["eth"]).map((one) => one.iface)).toEqual(["eno1", "eno2", "eno3"]);
  });
  it("are VLAN aware when the file says yes, however it spells it", () => {
    expect(isAware({ iface: "b", type: "bridge", bridge_vlan_aware: "no" })).toBe(false);
    expect(isAware({ iface: "b", type: "bridge", bridge_vlan_aware: 1 })).toBe(true);
  });
});

it("names of VLANs tell what they stand on", () => {
  expect(vlanOfName("eno1.44")).toEqual({ raw: "eno1", id: "44" });
  expect(vlanOfName("bond0.5.7")).toEqual({ raw: "bond0.5", id: "7" });
  expect(vlanOfName("vlan9")).toEqual({ id: "9" });
  expect(vlanOfName("storage")).toEqual({});
});
