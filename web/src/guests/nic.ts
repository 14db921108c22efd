// Strings of network cards ("virtio=BC:24:11:…,bridge=vmbr0,tag=44") and what they say. Keys that no dialog knows are
// carried along untouched.
import type { GuestKind } from "../api/types";
import type { Values } from "../widgets/form_values";

export const models = [
  "e1000",
  "e1000-82540em",
  "e1000-82544gc",
  "e1000-82545em",
  "e1000e",
  "i82551",
  "i82557b",
  "i82559er",
  "ne2k_isa",
  "ne2k_pci",
  "pcnet",
  "rtl8139",
  "virtio",
  "vmxnet3",
];

/** The properties of a card, by their names; a VM's model and MAC address always as "model" and "macaddr". */
export type Card = Record<string, string>;

export function readCard(text: string, kind: GuestKind): Card {
  const card: Card = {};
  for (const item of text.split(",").filter(Boolean)) {
    const at = item.indexOf("=");
    const key = at < 0 ? "model" : item.slice(0, at);
    const value = at < 0 ? item : item.slice(at + 1);
    if (kind === "qemu" && models.includes(key)) {
      card.model = key;
      card.macaddr = value;
    } else card[key] = value;
  }
  return card;
}

/** In the canonical order: the model or the name first, the rest by the alphabet. */
export function writeCard(card: Card, kind: GuestKind): string {
  const { model, macaddr, name, ...rest } = card;
  const first = kind === "qemu" ? (macaddr ? `${model}=${macaddr}` : `model=${model}`) : `name=${name}`;
  const others = Object.entries(rest)
    .filter(([, value]) => value !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [first, ...others.map(([key, value]) => `${key}=${value}`)].join(",");
}

export const isOn = (value: string | undefined) => /^(1|on|yes|true)$/i.test(value ?? "");

const switches = ["firewall", "link_down", "host-managed"];
const perKind = { qemu: ["host-managed"], lxc: [] as string[] };

/** What the dialog starts with. */
export function cardValues(card: Card, kind: GuestKind): Values {
  const values: Values = { ...card };
  for (const name of switches) values[name] = isOn(card[name]);
  if (kind === "lxc") {
    for (const family of ["ip", "ip6"]) {
      const value = card[family] ?? "";
      const method = ["dhcp", "auto", "manual"].includes(value) ? value : value ? "static" : "";
      values[`${family}-method`] = method;
      values[family] = method === "static" ? value : "";
    }
  }
  return values;
}

/** The card that the dialog's values say, upon the one that was there. */
export function cardOf(values: Values, before: Card, kind: GuestKind): Card {
  const card: Card = { ...before };
  for (const [key, value] of Object.entries(values)) {
    if (key.endsWith("-method")) continue;
    if (perKind[kind].includes(key) && !(key in before)) continue;
    if (typeof value === "boolean") {
      if (value) card[key] = "1";
      else delete card[key];
    } else if (typeof value === "string" && value.trim() !== "") card[key] = value.trim();
    else delete card[key];
  }
  if (kind === "lxc")
    for (const [family, gateway] of [
      ["ip", "gw"],
      ["ip6", "gw6"],
    ] as const) {
      const method = values[`${family}-method`];
      if (method === "static") continue;
      if (typeof method === "string" && method !== "") card[family] = method;
      else delete card[family];
      delete card[gateway];
    }
  if (kind === "qemu" && card.model !== "virtio") {
    delete card.queues;
    delete card.mtu;
  }
  return card;
}

/** net0, net1… of a configuration, in order. */
export function cardKeys(config: Record<string, unknown>): string[] {
  return Object.keys(config)
    .filter((key) => /^net\d+$/.test(key))
    .sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));
}

export function freeCard(config: Record<string, unknown>): string | null {
  for (let slot = 0; slot < 32; slot += 1) if (!(`net${slot}` in config)) return `net${slot}`;
  return null;
}

/** The model that a guest system knows without further drivers. */
export function modelFor(ostype: string | undefined): string {
  if (ostype === "l26" || ostype === undefined) return "virtio";
  return ["wxp", "w2k", "w2k3"].includes(ostype) ? "rtl8139" : "e1000";
}
