// Below everything: the newest task in one line, and the last few when it is opened.
import { ActionIcon, Badge, UnstyledButton } from "@mantine/core";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useState } from "react";
import { useGet } from "../api/hooks";
import { DataTable } from "../widgets/data_table";
import { moment } from "../widgets/format";
import styles from "./task_bar.module.css";
import { taskColumns } from "./task_columns";
import { TaskDialog } from "./task_dialog";
import { describe, ending } from "./upid";

const colors = { running: "blue", ok: "green", warnings: "yellow", error: "red" } as const;

export function TaskBar({ node }: { node: string | null }) {
  const [expanded, setExpanded] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const { data } = useGet(node ? "/nodes/{node}/tasks" : null, { node: node ?? "", limit: 20, source: "all" });
  const last = data?.[0];
  const how = last && ending(last.status, last.endtime !== undefined);
  return (
    <section className={styles.bar} aria-label="Latest tasks">
      <div className={styles.line}>
        <ActionIcon
          size="sm"
          aria-label={expanded ? "Fold tasks" : "Show tasks"}
          aria-expanded={expanded}
          onClick={() => setExpanded(!expanded)}
        >
          {expanded ? <ChevronDown size={14} /> : <ChevronUp size={14} />}
        </ActionIcon>
        {last && how ? (
          <UnstyledButton className={styles.last} onClick={() => setOpen(last.upid)}>
            <Badge color={colors[how]}>{how === "ok" ? "OK" : how}</Badge>
            <span className={styles.words}>{describe(last.type, last.id)}</span>
            <span className="quiet">{moment(last.starttime)}</span>
          </UnstyledButton>
        ) : (
          <span className="quiet">Tasks show here as they run.</span>
        )}
      </div>
      {expanded && (
        <div className={styles.list}>
          <DataTable
            label="Latest tasks"
            rows={data ?? []}
            columns={taskColumns}
            rowKey={(task) => task.upid}
            onOpen={(task) => setOpen(task.upid)}
          />
        </div>
      )}
      {open && <TaskDialog upid={open} close={() => setOpen(null)} />}
    </section>
  );
}
