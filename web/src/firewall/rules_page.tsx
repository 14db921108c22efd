// A list of rules: of the datacenter, a node, a guest or a security group. First match decides, so the order counts.
import { Badge, Button, Switch } from "@mantine/core";
import { Copy, ListPlus, Pencil, Plus, Shield, Trash2 } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import type { Answer, ApiError } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import type { Rule } from "../api/types";
import { DataTable } from "../widgets/data_table";
import { Empty } from "../widgets/empty";
import { count } from "../widgets/format";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import styles from "./firewall.module.css";
import { fileOf, type Level, levelWords, rulesPath, rulesWords } from "./level";
import { ruleColumns } from "./rule_columns";
import { RuleDialog } from "./rule_dialog";
import { copyOf, countersOf, moveTo } from "./rule_words";

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
  const { data, error, loading, reload } = useGet(base, words);
  const macros = useGet("/cluster/firewall/macros");
  const nodes = useGet(level.kind === "datacenter" ? "/nodes" : null);
  const node = level.kind === "datacenter" ? nodes.data?.[0]?.node : level.node;
  const hits = useGet(node ? "/nodes/{node}/firewall/counters" : null, { node: node ?? "" }, 5000);
  const [selected, setSelected] = useState<string | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const rules = useMemo(() => data ?? [], [data]);
  const chosen = rules.find((rule) => String(rule.pos) === selected);
  const invalid = rules.filter((rule) => Object.keys(rule.errors ?? {}).length > 0).length;

  const act = useCallback(async (change: Promise<Answer<unknown>>) => {
    const answer = await change;
    setFailed(answer.ok ? null : answer.error);
    return answer.ok;
  }, []);
  const change = useCallback(
    (rule: Rule, what: { enable?: number; moveto?: number }) =>
      act(send("PUT", `${base}/{pos}`, { ...words, ...what, pos: rule.pos, digest: rule.digest }, [base])),
    [act, send, base, words],
  );
  const move = async (from: number, to: number) => {
    const rule = rules[from];
    if (rule && (await change(rule, { moveto: moveTo(from, to) }))) setSelected(String(to));
  };
  const remove = (rule: Rule) =>
    void act(send("DELETE", `${base}/{pos}`, { ...words, pos: rule.pos, digest: rule.digest }, [base]));
  const columns = useMemo(
    () =>
      ruleColumns({
        macros: macros.data,
        counters: countersOf(rules, hits.data?.rules ?? [], fileOf(level)),
        counting: Boolean(hits.data?.counting),
        withInterface: !group,
        toggle: (rule, on) => void change(rule, { enable: on ? 1 : 0 }),
      }),
    [macros.data, rules, hits.data, level, group, change],
  );
  return (
    <Panel
      label={group ? `Rules of group ${group}` : "Rules"}
      fill
      toolbar={
        <>
          <Button leftSection={<Plus size={14} />} onClick={() => setOpen({ group: false })}>
            Add
          </Button>
          {!group && (
            <Button variant="default" leftSection={<ListPlus size={14} />} onClick={() => setOpen({ group: true })}>
              Insert: Security Group
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<Copy size={14} />}
            disabled={!chosen || chosen.type === "group"}
            onClick={() => chosen && act(send("POST", base, { ...words, ...copyOf(chosen) }))}
          >
            Copy
          </Button>
          <Button
            variant="default"
            leftSection={<Pencil size={14} />}
            disabled={!chosen}
            onClick={() => chosen && setOpen({ rule: chosen, group: chosen.type === "group" })}
          >
            Edit
          </Button>
          <Button
            variant="default"
            leftSection={<Trash2 size={14} />}
            disabled={!chosen}
            onClick={() => chosen && remove(chosen)}
          >
            Remove
          </Button>
          <span style={{ flex: 1 }} />
          {hits.data && (
            <Switch
              label="Count hits"
              checked={Boolean(hits.data.counting)}
              onChange={(event) =>
                node &&
                act(send("POST", "/nodes/{node}/firewall/counters", { node, counting: event.currentTarget.checked }))
              }
            />
          )}
          {invalid > 0 && <Badge color="red">{count(invalid, "rule is", "rules are")} not in force</Badge>}
        </>
      }
    >
      <Problem error={failed ?? error} retry={error ? reload : undefined} />
      <DataTable
        label="Rules"
        rows={rules}
        columns={columns}
        rowKey={(rule) => String(rule.pos)}
        selected={selected}
        onSelect={setSelected}
        onOpen={(rule) => setOpen({ rule, group: rule.type === "group" })}
        onRemove={remove}
        onMove={move}
        rowClass={(rule) => [rule.enable !== 1 && styles.off, rule.errors && styles.invalid].filter(Boolean).join(" ")}
        empty={
          !loading &&
          !error && (
            <Empty
              icon={Shield}
              title={group ? `Group ${group} has no rules yet` : `No rules of ${levelWords(level)} yet`}
            >
              {group ? "Add rules here; every list that uses the group has them at once." : firstSteps[level.kind]}
            </Empty>
          )
        }
      />
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
    </Panel>
  );
}
