// A list of rules: of the datacenter, a node, a guest or a security group. First match decides, so the order counts.
import { Badge, Button, Switch } from "@mantine/core";
import { Copy, ListPlus, Shield } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useMay } from "../access/privileges";
import type { Answer, ApiError } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import type { Rule } from "../api/types";
import { Confirm, type Question } from "../widgets/confirm";
import { count } from "../widgets/format";
import { ListPanel } from "../widgets/list_panel";
import styles from "./firewall.module.css";
import { fileOf, type Level, levelWords, rulesPath, rulesWords } from "./level";
import { useFirewallRights } from "./rights";
import { ruleColumns } from "./rule_columns";
import { RuleDialog } from "./rule_dialog";
import { copyOf, countersOf, findAgain, moveTo, ruleLine } from "./rule_words";

interface Props {
  level: Level;
  /** Rules of this security group instead of the level's own. */
  group?: string;
}

type Open = { rule?: Rule; group: boolean } | null;

/** What a new rule list needs first, at each level. */
const firstSteps = {
  datacenter:
    "Begin with a rule that lets you in: direction in, macro SSH, source your management network. Then turn the firewall on under Options.",
  node: "Rules of the datacenter hold here already. Add what only this node needs.",
  guest:
    "Without rules, what comes in meets the input policy (DROP). Add what the guest offers, for instance macro HTTPS.",
};

export function RulesPage({ level, group }: Props) {
  const base = rulesPath(level, group);
  const words = useMemo(() => rulesWords(level, group), [level, group]);
  const send = useSend();
  const read = useGet(base, words);
  const macros = useGet("/cluster/firewall/macros");
  const nodes = useGet(level.kind === "datacenter" ? "/nodes" : null);
  const node = level.kind === "datacenter" ? nodes.data?.[0]?.node : level.node;
  const may = useMay();
  const rights = useFirewallRights(level);
  const hits = useGet(node && rights.node ? "/nodes/{node}/firewall/counters" : null, { node: node ?? "" }, 5000);
  const [open, setOpen] = useState<Open>(null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const rules = useMemo(() => read.data ?? [], [read.data]);
  const { selected, select } = useChosen(rules);
  const [question, setQuestion] = useState<Question | null>(null);
  const invalid = rules.filter((rule) => Object.keys(rule.errors ?? {}).length > 0).length;

  const change = useCallback(
    (rule: Rule, what: { enable?: number; moveto?: number }) =>
      send("PUT", `${base}/{pos}`, { ...words, ...what, pos: rule.pos, digest: rule.digest }, [base]),
    [send, base, words],
  );
  const tell = useCallback(async (change: Promise<Answer<unknown>>) => {
    const answer = await change;
    setFailed(answer.ok ? null : answer.error);
  }, []);
  const columns = useMemo(
    () =>
      ruleColumns({
        macros: macros.data,
        counters: countersOf(rules, hits.data?.rules ?? [], fileOf(level)),
        counting: Boolean(hits.data?.counting),
        withInterface: !group,
        toggle: rights.write ? (rule, on) => tell(change(rule, { enable: on ? 1 : 0 })) : undefined,
      }),
    [macros.data, rules, hits.data, level, group, rights.write, change, tell],
  );
  return (
    <ListPanel
      label={group ? `Rules of group ${group}` : "Rules"}
      rows={rules}
      columns={columns}
      rowKey={(rule) => String(rule.pos)}
      read={read}
      readOnly={!rights.write}
      failed={failed}
      add={{ word: "Add", act: () => setOpen({ group: false }) }}
      before={
        !group && (
          <Button variant="default" leftSection={<ListPlus size={14} />} onClick={() => setOpen({ group: true })}>
            Insert: Security Group
          </Button>
        )
      }
      actions={[
        {
          word: "Copy",
          icon: Copy,
          act: (rule) => send("POST", base, { ...words, ...copyOf(rule) }),
          fits: (rule) => rule.type !== "group",
        },
      ]}
      edit={(rule) => setOpen({ rule, group: rule.type === "group" })}
      selected={selected}
      select={select}
      remove={(rule) => {
        const { pos, digest } = rule;
        setQuestion({
          title: `Remove rule ${pos}?`,
          body: <code>{ruleLine(rule)}</code>,
          word: "Remove",
          danger: true,
          act: () => send("DELETE", `${base}/{pos}`, { ...words, pos, digest }, [base]),
        });
      }}
      move={(rule, to) => change(rule, { moveto: moveTo(rule.pos, to) })}
      after={
        <>
          <span style={{ flex: 1 }} />
          {hits.data && node && (
            <Switch
              label="Count hits"
              disabled={!may(`/nodes/${node}`, "Sys.Modify")}
              checked={Boolean(hits.data.counting)}
              onChange={({ currentTarget: { checked } }) =>
                void tell(send("POST", "/nodes/{node}/firewall/counters", { node, counting: checked }))
              }
            />
          )}
          {invalid > 0 && <Badge color="red">{count(invalid, "rule is", "rules are")} not in force</Badge>}
        </>
      }
      rowClass={(rule) => [rule.enable !== 1 && styles.off, rule.errors && styles.invalid].filter(Boolean).join(" ")}
      empty={{
        icon: Shield,
        title: group ? `Group ${group} has no rules yet` : `No rules of ${levelWords(level)} yet`,
        words: group ? "Add rules here; every list that uses the group has them at once." : firstSteps[level.kind],
      }}
    >
      {open && (
        <RuleDialog
          level={level}
          inGroup={group}
          rules={rules}
          rule={open.rule}
          group={open.group}
          close={() => setOpen(null)}
        />
      )}
      <Confirm question={question} close={() => setQuestion(null)} />
    </ListPanel>
  );
}

/** Rules have no names, only places, and others move them: what was chosen is known again by what it says. */
function useChosen(rules: Rule[]) {
  const [chosen, setChosen] = useState<{ pos: number; rules: Rule[] } | null>(null);
  const now = chosen && (chosen.rules === rules ? chosen.pos : findAgain(chosen.rules, chosen.pos, rules)?.pos);
  const select = (key: string | null) => setChosen(key === null ? null : { pos: Number(key), rules });
  return { selected: now === null || now === undefined ? null : String(now), select };
}
