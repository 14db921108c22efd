import { describe, expect, it } from "vitest";
import type { Interface } from "../api/types";
import { changes, problems } from "../widgets/form_values";
import { interfaceFields, newValues, valuesOf } from "./fields";

const all: Interface[] = [
  { iface: "eno1", type: "eth" },
  {
    iface: "vmbr0",
    type: "bridge",
    autostart: 1,
    cidr: "10.0.0.1/24",
    bridge_ports: "eno1",
    bridge_vlan_aware: 1,
    comments: "lan\n",
  },
];

describe("the dialog of a bridge", () => {
  const bridge = all[1] as Interface;
  it("sends nothing when nothing was changed", () => {
    const values = valuesOf(bridge);
    expect(changes(interfaceFields("bridge", all, "vmbr0"), values, values)).toEqual({});
  });
  it("empties what was emptied: address, and the switch for VLANs", () => {
    const before = valuesOf(bridge);
    const now = { ...before, cidr: "", bridge_vlan_aware: false };
    expect(changes(interfaceFields("bridge", all, "vmbr0"), before, now)).toEqual({
      delete: ["cidr", "bridge_vlan_aware"],
    });
  });
  it("keeps the user's order of ports", () => {
    const before = newValues("bridge", all);
    const sent = changes(interfaceFields("bridge", all, null), {}, { ...before, bridge_ports: ["eno2", "eno1"] });
    expect(sent).toEqual({ iface: "vmbr1", autostart: "1", bridge_ports: "eno2 eno1" });
  });
});

describe("the dialog of a VLAN", () => {
  const fields = interfaceFields("vlan", all, null);
  it("takes from the name what the name says", () => {
    const follow = fields.find((field) => field.name === "iface")?.follow;
    expect(follow?.("eno1.44", {})).toEqual({ "vlan-raw-device": "eno1", "vlan-id": "44" });
    const values = { iface: "eno1.44", "vlan-raw-device": "eno1", "vlan-id": "44" };
    expect(problems(fields, values)).toEqual({});
    expect(changes(fields, {}, values)).toEqual({ iface: "eno1.44" });
  });
  it("asks for both when the name says nothing", () => {
    expect(Object.keys(problems(fields, { iface: "storage" }))).toEqual(["vlan-raw-device", "vlan-id"]);
  });
});

it("the primary of a bond is one of its slaves", () => {
  const fields = interfaceFields("bond", all, null);
  const values = { iface: "bond0", bond_mode: "active-backup", slaves: ["eno1"], "bond-primary": "eno9" };
  expect(problems(fields, values)).toEqual({ "bond-primary": "'eno9' is not among the slaves" });
});
