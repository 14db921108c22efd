// The dialogs of interfaces, field by field, for each kind.
import type { Interface } from "../api/types";
import type { Field, Option, Values } from "../widgets/form_values";
import { text } from "../widgets/form_values";
import { address4, address6, between, bridgeName, cidr4, cidr6, linkName, oneLine, vlanList } from "./checks";
import { candidates, freeName, isAware, kindOf, members, vlanOfName } from "./kinds";

const bondModes: Option[] = [
  { value: "balance-rr", label: "balance-rr", about: "Packets in turn; the switch needs a static group" },
  { value: "active-backup", label: "active-backup", about: "One works, the others wait; any switch" },
  { value: "balance-xor", label: "balance-xor", about: "By hash; the switch needs a static group" },
  { value: "broadcast", label: "broadcast", about: "Everything on all" },
  { value: "802.3ad", label: "LACP (802.3ad)", about: "By hash; the switch must speak LACP" },
  { value: "balance-tlb", label: "balance-tlb", about: "Sends on all, receives on one; any switch" },
  { value: "balance-alb", label: "balance-alb", about: "Sends and receives on all; any switch" },
];

const ovsBondModes: Option[] = [
  { value: "active-backup", label: "Active-Backup" },
  { value: "balance-slb", label: "Balance-SLB" },
  { value: "lacp-balance-slb", label: "LACP (balance-slb)" },
  { value: "lacp-balance-tcp", label: "LACP (balance-tcp)" },
];

const hashes: Option[] = ["layer2", "layer2+3", "layer3+4"].map((value) => ({ value, label: value }));
const hashed = (values: Values) => ["balance-xor", "802.3ad"].includes(text(values, "bond_mode"));

const offered = (list: Interface[]): Option[] =>
  list.map((one) => ({
    value: one.iface,
    label: one.iface,
    about: [kindOf(one.type), one.comments?.trim().split("\n")[0]].filter(Boolean).join(" · "),
  }));

const addressFields: Field[] = [
  { name: "cidr", label: "IPv4/CIDR", kind: "text", check: cidr4, placeholder: "none" },
  { name: "gateway", label: "Gateway (IPv4)", kind: "text", check: address4 },
  { name: "cidr6", label: "IPv6/CIDR", kind: "text", check: cidr6, placeholder: "none" },
  { name: "gateway6", label: "Gateway (IPv6)", kind: "text", check: address6 },
];

const comment: Field = { name: "comments", label: "Comment", kind: "lines", column: "right" };
const autostart: Field = { name: "autostart", label: "Autostart", kind: "switch", column: "right" };
const mtu: Field = {
  name: "mtu",
  label: "MTU",
  kind: "text",
  advanced: true,
  placeholder: "1500",
  check: between(1280, 65520),
};

function nameField(type: string, create: boolean): Field {
  const bridge = type === "bridge" || type === "OVSBridge";
  return {
    name: "iface",
    label: "Name",
    kind: "text",
    required: true,
    locked: () => !create,
    check: create ? (bridge ? bridgeName : linkName) : undefined,
    hint: create ? "At most 15 characters" : undefined,
    follow:
      type === "vlan"
        ? (value, values) => {
            const { raw, id } = vlanOfName(String(value));
            return {
              "vlan-raw-device": raw ?? text(values, "vlan-raw-device"),
              "vlan-id": id ?? text(values, "vlan-id"),
            };
          }
        : undefined,
  };
}

function bridgeFields(all: Interface[], owner: string): Field[] {
  return [
    { name: "bridge_vlan_aware", label: "VLAN aware", kind: "switch", column: "right" },
    {
      name: "bridge_ports",
      label: "Bridge ports",
      kind: "tags",
      column: "right",
      options: offered(candidates(all, owner, ["eth", "bond", "vlan", "vxlan"])),
      hint: "In this order; the first gives the bridge its MAC address",
    },
    {
      name: "bridge_vids",
      label: "VLAN IDs",
      kind: "text",
      advanced: true,
      column: "right",
      placeholder: "2-4094",
      check: vlanList,
      enabled: (values) => values.bridge_vlan_aware === true,
    },
  ];
}

function bondFields(all: Interface[], owner: string): Field[] {
  const slaves = candidates(all, owner, ["eth"]);
  return [
    { name: "slaves", label: "Slaves", kind: "tags", column: "right", options: offered(slaves) },
    { name: "bond_mode", label: "Mode", kind: "choice", column: "right", options: bondModes, required: true },
    {
      name: "bond_xmit_hash_policy",
      label: "Hash policy",
      kind: "choice",
      column: "right",
      options: hashes,
      enabled: hashed,
      placeholder: "layer2",
    },
    {
      name: "bond-primary",
      label: "bond-primary",
      kind: "choice",
      column: "right",
      options: (values) =>
        (Array.isArray(values.slaves) ? values.slaves : []).map((value) => ({ value, label: value })),
      enabled: (values) => text(values, "bond_mode") === "active-backup",
      check: (value, values) =>
        Array.isArray(values.slaves) && !values.slaves.includes(value) ? `'${value}' is not among the slaves` : null,
    },
  ];
}

function vlanFields(all: Interface[]): Field[] {
  const parents = all.filter((one) => ["eth", "bond", "bridge", "vlan"].includes(one.type));
  const dotted = (values: Values) => vlanOfName(text(values, "iface")).raw !== undefined;
  return [
    {
      name: "vlan-raw-device",
      label: "VLAN raw device",
      kind: "suggest",
      column: "right",
      options: offered(parents),
      required: true,
      locked: dotted,
    },
    {
      name: "vlan-id",
      label: "VLAN Tag",
      kind: "text",
      column: "right",
      required: true,
      check: between(1, 4094),
      locked: (values) => vlanOfName(text(values, "iface")).id !== undefined,
      hint: "A name like eno1.44 or vlan44 says it already",
    },
  ];
}

function ovsFields(type: string, all: Interface[], owner: string, create: boolean): Field[] {
  const bridges = offered(all.filter((one) => one.type === "OVSBridge"));
  const options: Field = { name: "ovs_options", label: "OVS options", kind: "text", column: "right", check: oneLine };
  if (type === "OVSBridge")
    return [
      {
        name: "ovs_ports",
        label: "Bridge ports",
        kind: "tags",
        column: "right",
        options: offered(candidates(all, owner, ["eth", "OVSPort", "OVSBond", "OVSIntPort"])),
      },
      options,
    ];
  return [
    {
      name: "ovs_bridge",
      label: "OVS Bridge",
      kind: "choice",
      column: "right",
      options: bridges,
      required: true,
      locked: () => !create,
    },
    { name: "ovs_tag", label: "VLAN Tag", kind: "text", column: "right", check: between(1, 4094) },
    options,
  ];
}

/** Fields of the dialog for an interface of `type`; `owner` is its name when it exists. */
export function interfaceFields(type: string, all: Interface[], owner: string | null): Field[] {
  const create = owner === null;
  const name = nameField(type, create);
  const self = owner ?? "";
  switch (type) {
    case "bridge":
      return [name, ...addressFields, autostart, ...bridgeFields(all, self), comment, mtu];
    case "bond":
      return [name, ...addressFields, autostart, ...bondFields(all, self), comment, mtu];
    case "vlan":
      return [name, ...addressFields, autostart, ...vlanFields(all), comment, mtu];
    case "OVSBridge":
      return [name, ...addressFields, autostart, ...ovsFields(type, all, self, create), comment, mtu];
    case "OVSBond":
      return [
        name,
        { name: "bond_mode", label: "Mode", kind: "choice", options: ovsBondModes, required: true },
        {
          name: "ovs_bonds",
          label: "Slaves",
          kind: "tags",
          options: offered(candidates(all, self, ["eth"])),
          required: true,
        },
        ...ovsFields(type, all, self, create),
        comment,
        mtu,
      ];
    case "OVSIntPort":
    case "OVSPort":
      return [
        name,
        ...(type === "OVSIntPort" ? addressFields : []),
        ...ovsFields(type, all, self, create),
        comment,
        mtu,
      ];
    default:
      return [name, ...addressFields, autostart, comment, mtu];
  }
}

/** Kinds whose dialogs can say what they are; others are shown as the file has them. */
export const editable = (type: string) =>
  ["eth", "bridge", "bond", "vlan", "alias", "OVSBridge", "OVSBond", "OVSPort", "OVSIntPort"].includes(type);

export function newValues(type: string, all: Interface[]): Values {
  const mode = type === "bond" ? "balance-rr" : type === "OVSBond" ? "active-backup" : "";
  const common: Values = { iface: freeName(type, all), autostart: !["OVSBond", "OVSIntPort"].includes(type) };
  return {
    ...common,
    bond_mode: mode,
    bridge_ports: [],
    slaves: [],
    ovs_ports: [],
    ovs_bonds: [],
    bridge_vlan_aware: false,
  };
}

export function valuesOf(one: Interface): Values {
  const values: Values = {};
  for (const [key, value] of Object.entries(one))
    if (typeof value === "string" || typeof value === "number") values[key] = String(value);
  const list = { bridge: "bridge_ports", bond: "slaves", OVSBridge: "ovs_ports", OVSBond: "ovs_bonds" }[one.type];
  if (list) values[list] = members(one);
  values.autostart = one.autostart === 1;
  values.comments = (one.comments ?? "").trimEnd();
  if (one.type === "bridge") values.bridge_vlan_aware = isAware(one);
  return values;
}
