// Node → History: what was in force before, with what each change did, and the way back.
import { Badge, Button } from "@mantine/core";
import { History, Undo2 } from "lucide-react";
import { useState } from "react";
import { useMay } from "../access/privileges";
import { onceDone } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import type { Generation } from "../api/types";
import { Confirm, type Question } from "../widgets/confirm";
import { DataTable } from "../widgets/data_table";
import { Empty } from "../widgets/empty";
import { moment } from "../widgets/format";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import type { Column } from "../widgets/table_rows";
import { countDiff, readDiff } from "./diff";
import { DiffView } from "./diff_view";
import type { Trial } from "./use_trial";

const trialSeconds = 60;

const columns: Column<Generation>[] = [
  {
    key: "generation",
    title: "Generation",
    width: "100px",
    phone: "title",
    sort: (one) => one.generation,
    render: (one) => one.generation,
  },
  { key: "when", title: "Applied", width: "170px", sort: (one) => String(one.when), render: (one) => moment(one.when) },
  {
    key: "author",
    title: "By",
    width: "minmax(110px, 1fr)",
    sort: (one) => one.author ?? "",
    render: (one) => one.author ?? "",
  },
  {
    key: "diff",
    title: "Changed",
    width: "110px",
    render: (one) => {
      const { added, removed } = countDiff(readDiff(one.diff ?? ""));
      return one.diff ? (
        <>
          <span style={{ color: "var(--db-good)" }}>+{added}</span>{" "}
          <span style={{ color: "var(--db-bad)" }}>−{removed}</span>
        </>
      ) : (
        ""
      );
    },
  },
  {
    key: "state",
    title: "",
    width: "minmax(110px, 1fr)",
    render: (one) => (one.current ? <Badge color="green">in force</Badge> : (one.outcome ?? "")),
  },
];

export function HistoryPage({ node, trial }: { node: string; trial: Trial }) {
  const { data, error, loading, reload } = useGet("/nodes/{node}/network-history", { node });
  const send = useSend();
  const mayChange = useMay()(`/nodes/${node}`, "Sys.Modify");
  const [selected, setSelected] = useState<string | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const rows = [...(data ?? [])].sort((a, b) => b.generation - a.generation);
  // The newest is what is in force; the server may say so itself.
  const newest = rows[0]?.generation;
  const marked = rows.map((one) => ({ ...one, current: one.current ?? one.generation === newest }));
  const chosen = marked.find((one) => String(one.generation) === selected) ?? marked[0];
  const goBack = (one: Generation) =>
    setQuestion({
      title: `Go back to generation ${one.generation}?`,
      body: "The network is changed to what that generation says, on trial like every change, and becomes a new generation.",
      word: "Roll back",
      act: async () => {
        const parameters = { node, generation: one.generation, "confirm-within": trialSeconds };
        const answer = await send("POST", "/nodes/{node}/network-rollback", parameters, ["/nodes/{node}/network"]);
        return onceDone(answer, ({ data }) => trial.begun(data, trialSeconds));
      },
    });
  return (
    <>
      <Panel
        label="History"
        fill
        toolbar={
          mayChange && (
            <Button
              variant="default"
              leftSection={<Undo2 size={14} />}
              disabled={!chosen || Boolean(chosen.current)}
              onClick={() => chosen && goBack(chosen)}
            >
              Roll back to this
            </Button>
          )
        }
      >
        <Problem error={error} retry={reload} />
        <DataTable
          label="Generations"
          rows={marked}
          columns={columns}
          rowKey={(one) => String(one.generation)}
          selected={chosen ? String(chosen.generation) : null}
          onSelect={setSelected}
          empty={
            !loading &&
            !error && (
              <Empty icon={History} title="No change was applied yet">
                Each configuration that is applied and kept stays here, the last fifty of them. You can go back to any.
              </Empty>
            )
          }
        />
      </Panel>
      {chosen?.diff && (
        <Panel label="Difference" title={`What generation ${chosen.generation} changed`}>
          <div style={{ maxHeight: 340, overflow: "auto" }}>
            <DiffView diff={chosen.diff} label={`Difference of generation ${chosen.generation}`} />
          </div>
        </Panel>
      )}
      <Confirm question={question} close={() => setQuestion(null)} />
    </>
  );
}
