// The dialogs of network cards, of VMs and of containers.
import type { GuestKind, Interface } from "../api/types";
import { address4, address6, between, cidr4, cidr6 } from "../network/checks";
import { isAware } from "../network/kinds";
import type { Field, Option, Values } from "../widgets/form_values";
import { text } from "../widgets/form_values";
import { models } from "./nic";

const modelWords: Record<string, string> = {
  virtio: "VirtIO (paravirtualized)",
  e1000: "Intel E1000",
  e1000e: "Intel E1000E",
  rtl8139: "Realtek RTL8139",
  vmxnet3: "VMware vmxnet3",
};
const common = ["virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"];
const modelOptions: Option[] = [...common, ...models.filter((model) => !common.includes(model))].map((value) => ({
  value,
  label: modelWords[value] ?? value,
}));

export function bridgeOptions(bridges: Interface[]): Option[] {
  return [...bridges]
    .sort((a, b) => a.iface.localeCompare(b.iface, undefined, { numeric: true }))
    .map((bridge) => ({
      value: bridge.iface,
      label: bridge.iface,
      about: [
        bridge.active ? "active" : "not active",
        isAware(bridge) && "VLAN aware",
        bridge.comments?.trim().split("\n")[0],
      ]
        .filter(Boolean)
        .join(" · "),
    }));
}

export function macProblem(value: string): string | null {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(value))
    return `'${value}' is not a MAC address; write for example BC:24:11:5A:07:E1`;
  return Number.parseInt(value.slice(0, 2), 16) % 2 === 1
    ? "the address is one of a group; a card needs its own"
    : null;
}

export function rateProblem(value: string): string | null {
  return /^\d+(\.\d+)?$/.test(value) && Number(value) <= 10240
    ? null
    : `'${value}' is not a number of MB/s from 0 to 10240`;
}

/** Trunks: ids between semicolons, ranges only for VMs. */
export function trunksProblem(kind: GuestKind) {
  return (value: string): string | null => {
    for (const part of value.split(";").filter(Boolean)) {
      const [low, high, rest] = part
        .split("-")
        .map((number) => (/^\d+$/.test(number.trim()) ? Number(number) : Number.NaN));
      const range = high !== undefined;
      const fine =
        low !== undefined &&
        low >= 1 &&
        low <= 4094 &&
        rest === undefined &&
        (!range || (kind === "qemu" && high > low && high <= 4094));
      if (!fine)
        return `'${part}' is no VLAN${kind === "qemu" ? ", nor a range of them" : ""}; write for example 2;5${kind === "qemu" ? ";100-200" : ""}`;
    }
    return null;
  };
}

const bridgeFields = (bridges: Interface[], kind: GuestKind): Field[] => [
  {
    name: "bridge",
    label: "Bridge",
    kind: "choice",
    options: bridgeOptions(bridges),
    required: kind === "lxc",
    hint: bridges.length === 0 ? "No bridge yet: create one under Node → Network" : undefined,
    placeholder: kind === "qemu" ? "none: behind the node's own address" : undefined,
  },
  { name: "tag", label: "VLAN Tag", kind: "text", placeholder: "no VLAN", check: between(1, 4094) },
  { name: "firewall", label: "Firewall", kind: "switch" },
];

const virtio = (values: Values) => text(values, "model") === "virtio";

export function vmCardFields(bridges: Interface[]): Field[] {
  return [
    ...bridgeFields(bridges, "qemu"),
    { name: "model", label: "Model", kind: "choice", options: modelOptions, required: true, column: "right" },
    { name: "macaddr", label: "MAC address", kind: "text", placeholder: "auto", check: macProblem, column: "right" },
    { name: "link_down", label: "Disconnect", kind: "switch", advanced: true },
    {
      name: "mtu",
      label: "MTU",
      kind: "text",
      advanced: true,
      enabled: virtio,
      placeholder: "same as bridge",
      hint: "1 is the bridge's",
      check: (value) => (value === "1" ? null : between(576, 65520)(value)),
    },
    {
      name: "rate",
      label: "Rate limit",
      kind: "text",
      unit: "MB/s",
      advanced: true,
      column: "right",
      placeholder: "unlimited",
      check: rateProblem,
    },
    {
      name: "queues",
      label: "Multiqueue",
      kind: "text",
      advanced: true,
      column: "right",
      enabled: virtio,
      placeholder: "1",
      check: between(0, 64),
    },
    {
      name: "trunks",
      label: "Trunks",
      kind: "text",
      advanced: true,
      column: "right",
      placeholder: "none",
      hint: "VLANs it gets tagged: 2;5;100-200",
      check: trunksProblem("qemu"),
    },
  ];
}

const isStatic = (family: string) => (values: Values) => text(values, `${family}-method`) === "static";

const method = (family: string, label: string, more: Option[] = []): Field => ({
  name: `${family}-method`,
  label,
  kind: "choice",
  column: "right",
  options: [
    { value: "", label: "None" },
    { value: "static", label: "Static" },
    { value: "dhcp", label: "DHCP" },
    ...more,
    { value: "manual", label: "Manual" },
  ],
});

export function containerCardFields(bridges: Interface[], taken: string[]): Field[] {
  return [
    {
      name: "name",
      label: "Name",
      kind: "text",
      required: true,
      placeholder: "eth0",
      check: (value) =>
        !/^[-_.A-Za-z0-9]{1,15}$/.test(value)
          ? "letters, digits, - _ . and at most 15 of them"
          : taken.includes(value)
            ? `'${value}' is another card's name`
            : null,
    },
    { name: "hwaddr", label: "MAC address", kind: "text", placeholder: "auto", check: macProblem },
    ...bridgeFields(bridges, "lxc"),
    method("ip", "IPv4"),
    {
      name: "ip",
      label: "IPv4/CIDR",
      kind: "text",
      column: "right",
      show: isStatic("ip"),
      required: true,
      check: cidr4,
    },
    { name: "gw", label: "Gateway (IPv4)", kind: "text", column: "right", show: isStatic("ip"), check: address4 },
    method("ip6", "IPv6", [{ value: "auto", label: "SLAAC" }]),
    {
      name: "ip6",
      label: "IPv6/CIDR",
      kind: "text",
      column: "right",
      show: isStatic("ip6"),
      required: true,
      check: cidr6,
    },
    { name: "gw6", label: "Gateway (IPv6)", kind: "text", column: "right", show: isStatic("ip6"), check: address6 },
    { name: "link_down", label: "Disconnect", kind: "switch", advanced: true },
    { name: "host-managed", label: "Host-Managed", kind: "switch", advanced: true },
    {
      name: "mtu",
      label: "MTU",
      kind: "text",
      advanced: true,
      column: "right",
      placeholder: "same as bridge",
      check: between(576, 65535),
    },
    {
      name: "rate",
      label: "Rate limit",
      kind: "text",
      unit: "MB/s",
      advanced: true,
      column: "right",
      placeholder: "unlimited",
      check: rateProblem,
    },
    {
      name: "trunks",
      label: "Trunks",
      kind: "text",
      advanced: true,
      column: "right",
      placeholder: "none",
      hint: "VLANs it gets tagged: 2;5",
      check: trunksProblem("lxc"),
    },
  ];
}
