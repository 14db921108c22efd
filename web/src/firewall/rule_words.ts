// Rules as people read them, and what is sent when they change.
import type { Parameters } from "../api/client";
import type { Macro, Rule, RuleCounter, RuleType } from "../api/types";
import type { Values } from "../widgets/form_values";
import { text } from "../widgets/form_values";

export const typeWords: Record<RuleType, string> = { in: "in", out: "out", forward: "forward", group: "group" };
export const logLevels = ["nolog", "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

export const protocols: [string, string][] = [
  ["tcp", "Transmission Control Protocol, 6"],
  ["udp", "User Datagram Protocol, 17"],
  ["icmp", "Internet Control Message Protocol, 1"],
  ["icmpv6", "ICMP for IPv6, 58"],
  ["igmp", "Group management, 2"],
  ["gre", "Generic encapsulation, 47"],
  ["esp", "IPsec, encrypted, 50"],
  ["ah", "IPsec, authenticated, 51"],
  ["ospf", "Routing, 89"],
  ["vrrp", "Virtual router redundancy, 112"],
  ["sctp", "Stream control transmission, 132"],
  ["dccp", "Datagram congestion control, 33"],
  ["udplite", "Lightweight UDP, 136"],
  ["ipip", "IP in IP, 94"],
  ["ipv6", "IPv6 in IPv4, 41"],
  ["l2tp", "Layer two tunnelling, 115"],
  ["pim", "Multicast routing, 103"],
];

export const icmpTypes = [
  "echo-request",
  "echo-reply",
  "destination-unreachable",
  "network-unreachable",
  "host-unreachable",
  "port-unreachable",
  "fragmentation-needed",
  "time-exceeded",
  "parameter-problem",
  "redirect",
  "timestamp-request",
  "timestamp-reply",
  "router-advertisement",
  "router-solicitation",
];
export const icmp6Types = [
  "echo-request",
  "echo-reply",
  "destination-unreachable",
  "packet-too-big",
  "time-exceeded",
  "parameter-problem",
  "router-advertisement",
  "router-solicitation",
  "neighbor-advertisement",
  "neighbor-solicitation",
  "redirect",
];

export const isIcmp = (proto: string) => ["icmp", "icmpv6", "ipv6-icmp"].includes(proto);
export const hasPorts = (proto: string) =>
  ["tcp", "udp", "udplite", "sctp", "dccp", "6", "17", "132", "136", "33"].includes(proto);

/** "tcp 22" of a macro's matches, for the eye. */
export function macroWords(macro: Macro | undefined): string {
  if (!macro) return "";
  return macro.matches?.length ? `${macro.descr}: ${macro.matches.join(", ")}` : macro.descr;
}

const ruleKeys = [
  "type",
  "action",
  "macro",
  "iface",
  "source",
  "dest",
  "proto",
  "sport",
  "dport",
  "icmp-type",
  "log",
  "comment",
];

export function ruleValues(rule: Rule): Values {
  const values: Values = { enable: rule.enable === 1 };
  for (const key of ruleKeys) values[key] = String(rule[key as keyof Rule] ?? "");
  return values;
}

type NewRule = Parameters & { type: RuleType; action: string };

/** Parameters of a new rule: what is set. */
export function newRule(values: Values): NewRule {
  const sent: NewRule = {
    enable: values.enable === true,
    type: text(values, "type") as RuleType,
    action: text(values, "action"),
  };
  for (const key of ruleKeys) if (text(values, key) !== "") sent[key] = text(values, key);
  return sent;
}

/** Parameters of a change: all keys that are set, and in `delete` those that were emptied. */
export function changedRule(before: Rule, values: Values): Parameters {
  const sent: Parameters = { ...newRule(values), digest: before.digest };
  const gone = ruleKeys.filter((key) => before[key as keyof Rule] !== undefined && text(values, key) === "");
  if (gone.length > 0) sent.delete = gone;
  return sent;
}

/** A rule in one line, for questions about it. */
export function ruleLine(rule: Rule): string {
  const { type, action, macro } = rule;
  const what = type === "group" ? `GROUP ${action}` : `${type.toUpperCase()} ${macro ? `${macro}(${action})` : action}`;
  const others = ruleKeys.filter((key) => !["type", "action", "macro", "comment"].includes(key));
  const words = others.flatMap((key) => {
    const value = rule[key as keyof Rule];
    return value === undefined || value === "" ? [] : [`-${key} ${value}`];
  });
  return [what, ...words, rule.comment && `# ${rule.comment}`].filter(Boolean).join(" ");
}

/** What a rule says, whatever its place. */
const saying = (rule: Rule) =>
  JSON.stringify([rule.enable ?? 0, ...ruleKeys.map((key) => rule[key as keyof Rule] ?? "")]);

/** Of both lists the places of those that are not, word for word, in the other as well; the rest pair up in order. */
function unpaired(before: Rule[], now: Rule[]): [number[], number[]] {
  const left = new Map<string, number>();
  for (const rule of before) left.set(saying(rule), (left.get(saying(rule)) ?? 0) + 1);
  const added: number[] = [];
  now.forEach((rule, index) => {
    const count = left.get(saying(rule)) ?? 0;
    if (count > 0) left.set(saying(rule), count - 1);
    else added.push(index);
  });
  const gone: number[] = [];
  for (let index = before.length - 1; index >= 0; index -= 1) {
    const count = left.get(saying(before[index] as Rule)) ?? 0;
    if (count === 0) continue;
    left.set(saying(before[index] as Rule), count - 1);
    gone.unshift(index);
  }
  return [gone, added];
}

/**
 * The rule at `pos` of `before`, in the list as it is now: it may have moved, and it may say something else. Rules have no
 * names: one that says something else is known by where it stands among those that have stayed. Null if it is gone.
 */
export function findAgain(before: Rule[], pos: number, now: Rule[]): Rule | null {
  const mine = before[pos];
  if (!mine) return null;
  const [gone, added] = unpaired(before, now);
  if (!gone.includes(pos)) {
    const same = (list: Rule[]) => list.filter((rule) => saying(rule) === saying(mine));
    const nth = same(before.slice(0, pos)).length;
    return same(now)[nth] ?? null;
  }
  const stayed = pos - gone.filter((index) => index < pos).length;
  const stayedBefore = (index: number) => index - added.filter((other) => other < index).length;
  const here = added.filter((index) => stayedBefore(index) === stayed);
  const nth = gone.filter((index) => index < pos && index - gone.filter((g) => g < index).length === stayed).length;
  return now[here[nth] ?? -1] ?? null;
}

/** A copy stands where the original does, off until somebody turns it on. */
export function copyOf(rule: Rule): NewRule {
  return { ...newRule({ ...ruleValues(rule), enable: false }), pos: rule.pos };
}

/** Where the server wants a row that is dragged from one place to another: before the rule with that number. */
export function moveTo(from: number, to: number): number {
  return to > from ? to + 1 : to;
}

/** Counters are told by file and line; rules know their line. */
export function countersOf(rules: Rule[], counters: RuleCounter[], file: string): Map<number, RuleCounter> {
  const byLine = new Map(counters.filter((one) => one.file.split("/").at(-1) === file).map((one) => [one.line, one]));
  const found = new Map<number, RuleCounter>();
  for (const { pos, line } of rules) {
    const counter = line === undefined ? undefined : byLine.get(line);
    if (counter) found.set(pos, counter);
  }
  return found;
}
