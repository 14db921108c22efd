// Options of each level: what they are called, what holds when nothing is set, what they do.

import type { FirewallOptions } from "../api/types";
import { between } from "../network/checks";
import type { Field, Option, Values } from "../widgets/form_values";
import type { Level } from "./level";
import { logLevels } from "./rule_words";

export interface OptionField extends Field {
  /** What holds when the file says nothing. */
  standard: string;
  about?: string;
}

const choices = (...values: string[]): Option[] => values.map((value) => ({ value, label: value }));

const yes = (name: string, label: string, standard: "0" | "1", about?: string): OptionField => ({
  name,
  label,
  kind: "choice",
  options: [
    { value: "", label: standard === "1" ? "Default (Yes)" : "Default (No)" },
    { value: "1", label: "Yes" },
    { value: "0", label: "No" },
  ],
  standard,
  about,
});

const policy = (name: string, label: string, standard: string, ...values: string[]): OptionField => ({
  name,
  label,
  kind: "choice",
  options: [{ value: "", label: `Default (${standard})` }, ...choices(...values)],
  standard,
});

const level = (name: string, label: string): OptionField => ({
  name,
  label,
  kind: "choice",
  options: [{ value: "", label: "Default (nolog)" }, ...choices(...logLevels)],
  standard: "nolog",
  column: "right",
});

const number = (
  name: string,
  label: string,
  standard: string,
  least: number,
  most: number,
  about?: string,
): OptionField => ({
  name,
  label,
  kind: "text",
  placeholder: standard,
  check: between(least, most),
  standard,
  about,
});

const all = ["ACCEPT", "DROP", "REJECT"];

const datacenter: OptionField[] = [
  yes("enable", "Firewall", "0", "The main switch: off, and nothing is filtered anywhere"),
  yes("ebtables", "ebtables", "1", "Filtering of guests below IP: MAC addresses, ARP"),
  {
    name: "log_ratelimit",
    label: "Log rate limit",
    kind: "text",
    placeholder: "enable=1,rate=1/second,burst=5",
    standard: "enable=1,rate=1/second,burst=5",
    check: (value) =>
      /^(enable=)?[01](,rate=[1-9]\d*\/(second|minute|hour|day)|,burst=\d+)*$/.test(value)
        ? null
        : "write for example enable=1,rate=1/second,burst=5",
  },
  { ...policy("policy_in", "Input Policy", "DROP", ...all), column: "right" },
  { ...policy("policy_out", "Output Policy", "ACCEPT", ...all), column: "right" },
  { ...policy("policy_forward", "Forward Policy", "ACCEPT", "ACCEPT", "DROP"), column: "right" },
];

const node: OptionField[] = [
  yes("enable", "Firewall", "1", "Rules for this node itself; guests are filtered either way"),
  yes("nosmurfs", "SMURFS filter", "1", "Drops packets that claim to come from a broadcast address"),
  yes("tcpflags", "TCP flags filter", "0", "Drops TCP packets with flags that make no sense"),
  yes("ndp", "NDP", "1", "IPv6 finds its neighbours"),
  yes("nftables", "nftables", "0", "Chosen by other programs on the same files; Drawbridge always uses nftables"),
  number("nf_conntrack_max", "nf_conntrack_max", "262144", 32768, 2147483647),
  number(
    "nf_conntrack_tcp_timeout_established",
    "nf_conntrack_tcp_timeout_established",
    "432000",
    7875,
    2147483647,
    "Seconds",
  ),
  number("nf_conntrack_tcp_timeout_syn_recv", "nf_conntrack_tcp_timeout_syn_recv", "60", 30, 60, "Seconds"),
  level("log_level_in", "log_level_in"),
  level("log_level_out", "log_level_out"),
  level("log_level_forward", "log_level_forward"),
  level("tcp_flags_log_level", "tcp_flags_log_level"),
  level("smurf_log_level", "smurf_log_level"),
  { ...yes("protection_synflood", "SYN flood protection", "0"), column: "right" },
  { ...number("protection_synflood_rate", "SYN per second", "200", 1, 1000000, "From one source"), column: "right" },
  { ...number("protection_synflood_burst", "SYN burst", "1000", 1, 1000000), column: "right" },
];

const guest: OptionField[] = [
  yes("enable", "Firewall", "0", "Filters the cards of this guest that have Firewall ticked"),
  yes("dhcp", "DHCP", "1", "The guest may ask for an address"),
  yes("ndp", "NDP", "1", "IPv6 finds its neighbours"),
  yes("radv", "Router Advertisement", "0", "The guest may announce itself as a router"),
  yes("macfilter", "MAC filter", "1", "Only from the card's own MAC address"),
  yes("ipfilter", "IP filter", "0", "Only from the addresses that the guest has been given"),
  level("log_level_in", "log_level_in"),
  level("log_level_out", "log_level_out"),
  { ...policy("policy_in", "Input Policy", "DROP", ...all), column: "right" },
  { ...policy("policy_out", "Output Policy", "ACCEPT", ...all), column: "right" },
];

export function optionFields(where: Level): OptionField[] {
  return { datacenter, node, guest }[where.kind];
}

/** A value as the table shows it: "Yes" for 1 of a switch. */
export function shownValue(field: OptionField, value: string): string {
  const found = (Array.isArray(field.options) ? field.options : []).find((option) => option.value === value);
  return found?.label ?? value;
}

/** What the dialog shows of a level's options. */
export function optionValues(fields: OptionField[], options: FirewallOptions): Values {
  return Object.fromEntries(fields.map(({ name }) => [name, options[name]?.toString() ?? ""]));
}
