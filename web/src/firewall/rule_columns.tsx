// The columns of a list of rules. A cell whose value the server faults is marked, with the reason.
import { Badge, Switch, Tooltip } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Macro, Rule, RuleCounter } from "../api/types";
import { bytes } from "../widgets/format";
import type { Column } from "../widgets/table_rows";
import { macroWords } from "./rule_words";

const tones: Record<string, string> = { ACCEPT: "green", DROP: "red", REJECT: "orange" };

function faulty(rule: Rule, key: string, content: ReactNode): ReactNode {
  const words = rule.errors?.[key];
  if (!words) return content;
  return (
    <Tooltip label={words}>
      <span style={{ color: "var(--db-bad)", display: "inline-flex", gap: 4, alignItems: "center" }}>
        <CircleAlert size={13} aria-label={`wrong: ${words}`} />
        {content || key}
      </span>
    </Tooltip>
  );
}

const plain = (
  key: keyof Rule & string,
  title: string,
  width: string,
  more: Partial<Column<Rule>> = {},
): Column<Rule> => ({
  key,
  title,
  width,
  render: (rule) => faulty(rule, key, rule[key] === undefined ? "" : String(rule[key])),
  ...more,
});

interface Needs {
  macros: Macro[] | undefined;
  counters: Map<number, RuleCounter>;
  counting: boolean;
  withInterface: boolean;
  /** Nothing if one may only look. */
  toggle?: (rule: Rule, on: boolean) => Promise<void>;
}

/** Shows what was asked for until the node has answered, and then what is so. */
function RuleSwitch({ rule, toggle }: { rule: Rule; toggle: Needs["toggle"] }) {
  const [asked, setAsked] = useState<boolean | null>(null);
  return (
    <Switch
      size="xs"
      checked={asked ?? rule.enable === 1}
      aria-label={`Rule ${rule.pos} on`}
      disabled={!toggle}
      onClick={(event) => event.stopPropagation()}
      onChange={async ({ currentTarget: { checked } }) => {
        setAsked(checked);
        await toggle?.(rule, checked);
        setAsked(null);
      }}
    />
  );
}

const hitsColumn = (counters: Map<number, RuleCounter>): Column<Rule> => ({
  key: "hits",
  title: "Hits",
  width: "64px",
  align: "right",
  render: (rule) => {
    const counter = counters.get(rule.pos);
    if (!counter) return "";
    return (
      <Tooltip label={`${counter.packets} packets, ${bytes(counter.bytes)}`}>
        <span className="quiet">{counter.packets.toLocaleString()}</span>
      </Tooltip>
    );
  },
});

const actionOf = (rule: Rule) =>
  faulty(
    rule,
    "action",
    rule.type === "group" ? (
      <b>{rule.action}</b>
    ) : (
      <Badge color={(rule.enable === 1 && tones[rule.action]) || "gray"}>{rule.action}</Badge>
    ),
  );

export function ruleColumns({ macros, counters, counting, withInterface, toggle }: Needs): Column<Rule>[] {
  const explain = (rule: Rule) => macroWords(macros?.find((one) => one.macro === rule.macro));
  return [
    {
      key: "pos",
      title: "#",
      width: "28px",
      align: "right",
      phone: "hide",
      render: (rule) => <span className="quiet">{rule.pos}</span>,
    },
    {
      key: "enable",
      title: "On",
      width: "44px",
      render: (rule) => <RuleSwitch key={rule.pos} rule={rule} toggle={toggle} />,
    },
    plain("type", "Type", "58px", {
      phone: "title",
      card: (rule) => (
        <>
          {rule.type} {actionOf(rule)} {rule.macro}
        </>
      ),
    }),
    {
      key: "action",
      title: "Action",
      width: "minmax(96px, 0.8fr)",
      phone: "hide",
      render: actionOf,
    },
    {
      key: "macro",
      title: "Macro",
      phone: "hide",
      width: "minmax(72px, 0.7fr)",
      render: (rule) =>
        faulty(
          rule,
          "macro",
          rule.macro ? (
            <Tooltip label={explain(rule)}>
              <span>{rule.macro}</span>
            </Tooltip>
          ) : (
            ""
          ),
        ),
    },
    ...(withInterface ? [plain("iface", "Interface", "minmax(70px, 0.6fr)")] : []),
    plain("proto", "Protocol", "68px", {
      render: (rule) => faulty(rule, "proto", [rule.proto, rule["icmp-type"]].filter(Boolean).join(" ")),
    }),
    plain("source", "Source", "minmax(120px, 1.3fr)"),
    plain("sport", "S.Port", "56px"),
    plain("dest", "Destination", "minmax(92px, 1.2fr)"),
    plain("dport", "D.Port", "78px"),
    plain("log", "Log level", "70px"),
    ...(counting ? [hitsColumn(counters)] : []),
    plain("comment", "Comment", "minmax(110px, 1.6fr)"),
  ];
}
