// Left of two panels: a list of names (groups, sets) with what can be done to them.
import type { LucideIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Answer, type ApiError, onceDone } from "../api/client";
import type { NamedList } from "../api/types";
import { Confirm, type Question } from "../widgets/confirm";
import { FormDialog } from "../widgets/form_dialog";
import { text } from "../widgets/form_values";
import { ListPanel } from "../widgets/list_panel";
import type { Column } from "../widgets/table_rows";

interface Props {
  /** "IP set", "security group". */
  thing: string;
  title: string;
  /** Makes one, or changes the one that is called `rename` now. */
  put: (one: { name: string; comment?: string; rename?: string; digest?: string }) => Promise<Answer<unknown>>;
  remove: (name: string) => Promise<Answer<unknown>>;
  list: NamedList[];
  read: { error: ApiError | null; loading: boolean; reload: () => void };
  selected: string | null;
  select: (name: string | null) => void;
  icon: LucideIcon;
  readOnly?: boolean;
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
  const { thing, title, list, selected, select, icon, empty, longest, read } = props;
  const [editing, setEditing] = useState<NamedList | "new" | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
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
    <ListPanel
      label={title}
      title={title}
      thing={thing}
      rows={list}
      columns={columns}
      rowKey={(one) => one.name}
      read={read}
      readOnly={props.readOnly}
      add={{ word: "Create", act: () => setEditing("new") }}
      edit={setEditing}
      remove={remove}
      selected={selected}
      select={select}
      empty={{ icon, title: `No ${thing} yet`, words: empty }}
    >
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
            return onceDone(answer, () => select(name));
          }}
        />
      )}
      <Confirm question={question} close={() => setQuestion(null)} />
    </ListPanel>
  );
}
