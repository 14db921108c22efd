// Node → Tasks: what was done, by whom, and how it went.
import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { ListChecks, Search } from "lucide-react";
import { useState } from "react";
import { useGet } from "../api/hooks";
import { DataTable } from "../widgets/data_table";
import { Empty } from "../widgets/empty";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import { taskColumns } from "./task_columns";
import { TaskDialog } from "./task_dialog";
import { describe } from "./upid";

export function TaskPage({ node, vmid }: { node: string; vmid?: number }) {
  const [errors, setErrors] = useState("all");
  const [words, setWords] = useState("");
  const [selected, setSelected] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const { data, error, reload, loading } = useGet("/nodes/{node}/tasks", {
    node,
    vmid,
    limit: 500,
    source: "all",
    errors: errors === "errors" || undefined,
  });
  const rows = (data ?? []).filter((task) =>
    `${describe(task.type, task.id)} ${task.user} ${task.status ?? ""}`.toLowerCase().includes(words.toLowerCase()),
  );
  return (
    <Panel
      label="Tasks"
      fill
      toolbar={
        <>
          <Button variant="default" disabled={!selected} onClick={() => setOpen(selected)}>
            View
          </Button>
          <SegmentedControl
            aria-label="Which tasks"
            value={errors}
            onChange={setErrors}
            data={[
              { value: "all", label: "All" },
              { value: "errors", label: "Failed" },
            ]}
          />
          <TextInput
            aria-label="Filter tasks"
            placeholder="Filter"
            leftSection={<Search size={14} aria-hidden />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        </>
      }
    >
      <Problem error={error} retry={reload} />
      <DataTable
        label="Tasks"
        rows={rows}
        columns={taskColumns}
        rowKey={(task) => task.upid}
        selected={selected}
        onSelect={setSelected}
        onOpen={(task) => setOpen(task.upid)}
        empty={
          !loading && (
            <Empty icon={ListChecks} title={words || errors === "errors" ? "No task like that" : "No task has run yet"}>
              Applying a network configuration and starting a guest are tasks. Each stays here with all it said.
            </Empty>
          )
        }
      />
      {open && <TaskDialog upid={open} close={() => setOpen(null)} />}
    </Panel>
  );
}
