// Adds or edits a rule, or the use of a security group.
import { Text } from "@mantine/core";
import { useMemo } from "react";
import { type Answer, request } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import type { Group, Macro, Ref, Rule } from "../api/types";
import type { Version } from "../widgets/conflict";
import { EditDialog } from "../widgets/edit_dialog";
import type { Field, Option, Values } from "../widgets/form_values";
import { seenValues, text } from "../widgets/form_values";
import { basePath, type Level, refsLevel, rulesPath, rulesWords, wordsOf } from "./level";
import {
  changedRule,
  findAgain,
  hasPorts,
  icmp6Types,
  icmpTypes,
  isIcmp,
  logLevels,
  macroWords,
  newRule,
  protocols,
  ruleValues,
} from "./rule_words";

interface Props {
  level: Level;
  /** The security group that the rule is in: it has no interface then, and uses no group. */
  inGroup: string | undefined;
  /** The list as it is shown. */
  rules: Rule[];
  /** The rule to edit; without it a new one. */
  rule?: Rule;
  group?: boolean;
  close: () => void;
}

const choice = (value: string, label = value): Option => ({ value, label });
const noMacro = (values: Values) => text(values, "macro") === "";
const proto = (values: Values) => text(values, "proto");

function directions(level: Level): Option[] {
  return (level.kind === "guest" ? ["in", "out"] : ["in", "out", "forward"]).map((value) => choice(value));
}

const actions = (values: Values): Option[] =>
  [choice("ACCEPT"), choice("DROP"), choice("REJECT")].filter(
    ({ value }) => value !== "REJECT" || text(values, "type") !== "forward",
  );

function refOptions(refs: Ref[]): Option[] {
  return refs.map((ref) => ({
    value: `${ref.ref.startsWith("+") ? "+" : ""}${ref.scope}/${ref.name}`,
    label: `${ref.ref.startsWith("+") ? "+" : ""}${ref.scope}/${ref.name}`,
    about: [ref.type === "ipset" ? "IP set" : "alias", ref.comment].filter(Boolean).join(" · "),
  }));
}

const iface = (level: Level): Field => ({
  name: "iface",
  label: "Interface",
  kind: "text",
  placeholder: level.kind === "guest" ? "all cards" : "all",
  hint: level.kind === "guest" ? "net0 to net31" : undefined,
  check: level.kind === "guest" ? (value) => (/^net([12]?\d|3[01])$/.test(value) ? null : "net0 to net31") : undefined,
});

function groupFields(level: Level, groups: Group[]): Field[] {
  return [
    {
      name: "action",
      label: "Security Group",
      kind: "choice",
      required: true,
      options: groups.map((one) => ({ value: one.group, label: one.group, about: one.comment })),
    },
    iface(level),
    { name: "enable", label: "Enable", kind: "switch", column: "right" },
    { name: "comment", label: "Comment", kind: "text", column: "right" },
  ];
}

function ruleFields(level: Level, inGroup: boolean, macros: Macro[], refs: Ref[]): Field[] {
  const macroOptions = macros
    .map((one) => ({ value: one.macro, label: one.macro, about: macroWords(one) }))
    .sort((a, b) => a.value.localeCompare(b.value));
  const references = refOptions(refs);
  return [
    { name: "type", label: "Direction", kind: "choice", required: true, options: directions(level) },
    { name: "action", label: "Action", kind: "choice", required: true, options: actions },
    ...(inGroup ? [] : [iface(level)]),
    {
      name: "source",
      label: "Source",
      kind: "suggest",
      options: references,
      placeholder: "any",
      hint: "Address, network, range, list, alias or +set",
    },
    { name: "dest", label: "Destination", kind: "suggest", options: references, placeholder: "any" },
    { name: "enable", label: "Enable", kind: "switch", column: "right" },
    {
      name: "macro",
      label: "Macro",
      kind: "choice",
      column: "right",
      options: macroOptions,
      placeholder: "none",
      follow: (value) => (value ? { proto: "", sport: "", dport: "", "icmp-type": "" } : {}),
    },
    {
      name: "macro-note",
      label: "",
      kind: "note",
      column: "right",
      show: (values) => !noMacro(values),
      render: (values) => (
        <Text size="xs" c="dimmed" aria-live="polite">
          {macroWords(macros.find((one) => one.macro === text(values, "macro")))}
        </Text>
      ),
    },
    {
      name: "proto",
      label: "Protocol",
      kind: "suggest",
      column: "right",
      placeholder: "any",
      enabled: noMacro,
      options: protocols.map(([value, about]) => ({ value, label: value, about })),
    },
    {
      name: "icmp-type",
      label: "ICMP type",
      kind: "suggest",
      column: "right",
      show: (values) => noMacro(values) && isIcmp(proto(values)),
      options: (values) => (proto(values) === "icmp" ? icmpTypes : icmp6Types).map((value) => choice(value)),
      placeholder: "any",
    },
    {
      name: "sport",
      label: "Source port",
      kind: "text",
      column: "right",
      show: (values) => !isIcmp(proto(values)),
      enabled: (values) => noMacro(values) && hasPorts(proto(values)),
      placeholder: "any",
    },
    {
      name: "dport",
      label: "Dest. port",
      kind: "text",
      column: "right",
      show: (values) => !isIcmp(proto(values)),
      enabled: (values) => noMacro(values) && hasPorts(proto(values)),
      placeholder: "any",
      hint: "Number, name, range 80:90, or list",
    },
    { name: "comment", label: "Comment", kind: "text", column: "wide" },
    {
      name: "log",
      label: "Log level",
      kind: "choice",
      advanced: true,
      options: logLevels.map((value) => choice(value)),
      placeholder: "nolog",
    },
  ];
}

export function RuleDialog({ level, inGroup, rules, rule, group, close }: Props) {
  const base = rulesPath(level, inGroup);
  const words = rulesWords(level, inGroup);
  const named = refsLevel(level);
  const send = useSend();
  const macros = useGet("/cluster/firewall/macros");
  const refs = useGet(`${basePath(named)}/refs`, { ...wordsOf(named), type: undefined });
  const groups = useGet(group ? "/cluster/firewall/groups" : null);
  const fields = useMemo(
    () =>
      group
        ? groupFields(level, groups.data ?? [])
        : ruleFields(level, inGroup !== undefined, macros.data ?? [], refs.data ?? []),
    [group, level, inGroup, macros.data, refs.data, groups.data],
  );
  const item: Read = { rule: rule ?? newOne(group), rules };
  const made = (values: Values) => newRule(seenValues(fields, values));
  const save = (values: Values, { item: { rule: before } }: Version<Read>) => {
    const changed = () => changedRule(before, seenValues(fields, values));
    return rule
      ? send("PUT", `${base}/{pos}`, { ...words, ...changed(), pos: before.pos }, [base])
      : send("POST", base, { ...words, ...made(values) });
  };
  const again = async (on: Version<Read>): Promise<Answer<Version<Read> | null>> => {
    const answer = await request("GET", base, words);
    if (!answer.ok) return answer;
    const now = findAgain(on.item.rules, on.item.rule.pos, answer.data);
    return { ...answer, data: now && { item: { rule: now, rules: answer.data }, values: ruleValues(now) } };
  };
  return (
    <EditDialog<Read>
      title={`${rule ? "Edit" : "Add"}: ${group ? "Security Group" : "Rule"}`}
      what={rule ? `rule ${rule.pos}` : "the rules"}
      fields={fields}
      start={{ item, values: ruleValues(item.rule) }}
      word={rule ? "Save" : "Add"}
      save={save}
      again={again}
      make={(values) =>
        send("POST", base, { ...words, ...made(values), pos: Math.min(item.rule.pos, rules.length) }, [base])
      }
      close={close}
    />
  );
}

/** A rule, and the list that it was read in: by that it is found again when others have moved it. */
type Read = { rule: Rule; rules: Rule[] };

const newOne = (group = false): Rule => ({
  pos: 0,
  type: group ? "group" : "in",
  action: group ? "" : "ACCEPT",
  enable: 0,
  digest: "",
  line: 0,
});
