// Left of two panels: a list of names (groups, sets) with what can be done to them.
import { ActionIcon, Tooltip } from "@mantine/core";
import { type LucideIcon, Pencil, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Answer, ApiError } from "../api/client";
import type { NamedList } from "../api/types";
import { Confirm, type Question } from "../widgets/confirm";
import { DataTable } from "../widgets/data_table";
import { Empty } from "../widgets/empty";
import { FormDialog } from "../widgets/form_dialog";
import { text } from "../widgets/form_values";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import type { Column } from "../widgets/table_rows";

interface Props {
  /** "IP set", "security group". */
  thing: string;
  title: string;
  /** Makes one, or changes the one that is called `rename` now. */
  put: (one: { name: string; comment?: string; rename?: string; digest?: string }) => Promise<Answer<unknown>>;
  remove: (name: string) => Promise<Answer<unknown>>;
  list: NamedList[];
  loading: boolean;
  error: ApiError | null;
  selected: string | null;
  select: (name: string | null) => void;
  icon: LucideIcon;
  empty: ReactNode;
  longest: number;
}

const columns: Column<NamedList>[] = [
  {
    key: "name",
    title: "Name",
    width: "minmax(90px, 1fr)",
    phone: "title",
    sort: (one) => one.name,
    render: (one) => one.name,
  },
  { key: "comment", title: "Comment", width: "minmax(80px, 1fr)", render: (one) => one.comment ?? "" },
];

export function NamedListPanel(props: Props) {
  const { thing, title, list, selected, select, icon, empty, longest, loading, error } = props;
  const [editing, setEditing] = useState<NamedList | "new" | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const chosen = list.find((one) => one.name === selected);
  const remove = (one: NamedList) =>
    setQuestion({
      title: `Remove ${thing} ${one.name}?`,
      body: "It goes if nothing uses it. What does is told otherwise.",
      word: "Remove",
      danger: true,
      act: () => props.remove(one.name),
      after: () => select(null),
    });
  const nameProblem = (value: string) =>
    /^[A-Za-z][A-Za-z0-9_-]+$/.test(value) && value.length <= longest
      ? null
      : `a letter, then letters, digits, - and _; 2 to ${longest} characters`;
  return (
    <Panel
      label={title}
      title={title}
      fill
      toolbar={
        <>
          <span style={{ flex: 1 }} />
          <Tooltip label={`Create ${thing}`}>
            <ActionIcon aria-label={`Create ${thing}`} onClick={() => setEditing("new")}>
              <Plus size={16} />
            </ActionIcon>
          </Tooltip>
          <ActionIcon aria-label={`Edit ${thing}`} disabled={!chosen} onClick={() => chosen && setEditing(chosen)}>
            <Pencil size={15} />
          </ActionIcon>
          <ActionIcon aria-label={`Remove ${thing}`} disabled={!chosen} onClick={() => chosen && remove(chosen)}>
            <Trash2 size={15} />
          </ActionIcon>
        </>
      }
    >
      <Problem error={error} />
      <DataTable
        label={title}
        rows={list}
        columns={columns}
        rowKey={(one) => one.name}
        selected={selected}
        onSelect={select}
        onOpen={setEditing}
        onRemove={remove}
        empty={
          !loading &&
          !error && (
            <Empty icon={icon} title={`No ${thing} yet`}>
              {empty}
            </Empty>
          )
        }
      />
      {editing && (
        <FormDialog
          title={`${editing === "new" ? "Create" : "Edit"}: ${thing}`}
          fields={[
            { name: "name", label: "Name", kind: "text", required: true, column: "wide", check: nameProblem },
            { name: "comment", label: "Comment", kind: "text", column: "wide" },
          ]}
          initial={
            editing === "new" ? { name: "", comment: "" } : { name: editing.name, comment: editing.comment ?? "" }
          }
          word={editing === "new" ? "Create" : "Save"}
          close={() => setEditing(null)}
          fieldOf={(parameter) => (parameter === "comment" ? parameter : "name")}
          submit={async (values) => {
            const name = text(values, "name");
            const comment = text(values, "comment") || undefined;
            const change = editing === "new" ? {} : { rename: editing.name, digest: editing.digest };
            const answer = await props.put({ name, comment, ...change });
            if (answer.ok) select(name);
            return answer;
          }}
        />
      )}
      <Confirm question={question} close={() => setQuestion(null)} />
    </Panel>
  );
}
