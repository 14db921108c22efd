// Kinds of interfaces: what they are called, what a new one is called.
import type { Interface } from "../api/types";

export const kindWords: Record<string, string> = {
  eth: "Network Device",
  bridge: "Linux Bridge",
  bond: "Linux Bond",
  vlan: "Linux VLAN",
  alias: "Alias",
  OVSBridge: "OVS Bridge",
  OVSBond: "OVS Bond",
  OVSPort: "OVS Port",
  OVSIntPort: "OVS IntPort",
  vxlan: "VXLAN",
  dummy: "Dummy",
  vnet: "Virtual Network",
  fabric: "Fabric",
};

export const kindOf = (type: string) => kindWords[type] ?? "Unknown";

/** What the Create menu offers; null is a line between. */
export const creatable: (string | null)[] = ["bridge", "bond", "vlan", null, "OVSBridge", "OVSBond", "OVSIntPort"];

const stems: Record<string, string> = {
  bridge: "vmbr",
  OVSBridge: "vmbr",
  bond: "bond",
  OVSBond: "bond",
  vlan: "vlan",
};

/** The first name of its kind that is free: vmbr0, vmbr1… */
export function freeName(type: string, taken: Interface[]): string {
  const stem = stems[type];
  if (!stem) return "";
  const names = new Set(taken.map((one) => one.iface));
  let number = 0;
  while (names.has(`${stem}${number}`)) number += 1;
  return `${stem}${number}`;
}

/** Members of a bridge or bond, in the file's order. */
export function members(one: Interface): string[] {
  const text = one.bridge_ports ?? one.slaves ?? one.ovs_ports ?? one.ovs_bonds ?? "";
  return text.split(/\s+/).filter((name) => name !== "" && name !== "none");
}

export function isAware(one: Interface): boolean {
  return /^(1|yes|on|true)$/i.test(String(one.bridge_vlan_aware ?? ""));
}

/** What can be a port or slave of `owner`: links that nobody else has. */
export function candidates(all: Interface[], owner: string, types: string[]): Interface[] {
  const taken = new Set(all.filter((one) => one.iface !== owner).flatMap(members));
  return all.filter((one) => one.iface !== owner && types.includes(one.type) && !taken.has(one.iface));
}

/** "eno1.44" is VLAN 44 of eno1, "vlan44" is VLAN 44 of something. */
export function vlanOfName(name: string): { raw?: string; id?: string } {
  const dotted = /^(.+)\.(\d{1,4})$/.exec(name);
  if (dotted) return { raw: dotted[1], id: dotted[2] };
  const plain = /^vlan(\d{1,4})$/.exec(name);
  return plain ? { id: plain[1] } : {};
}
