// Aliases: one address or network under a name.
import { Tag } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import type { Alias } from "../api/types";
import { FormDialog } from "../widgets/form_dialog";
import { text } from "../widgets/form_values";
import { ListPanel } from "../widgets/list_panel";
import type { Column } from "../widgets/table_rows";
import { basePath, type NamedLevel, wordsOf } from "./level";
import { useFirewallRights } from "./rights";

const columns: Column<Alias>[] = [
  {
    key: "name",
    title: "Name",
    width: "minmax(120px, 1fr)",
    phone: "title",
    sort: (one) => one.name,
    render: (one) => one.name,
  },
  { key: "cidr", title: "IP/CIDR", width: "minmax(140px, 1fr)", sort: (one) => one.cidr, render: (one) => one.cidr },
  {
    key: "comment",
    title: "Comment",
    width: "minmax(140px, 2fr)",
    sort: (one) => one.comment ?? "",
    render: (one) => one.comment ?? "",
  },
];

export function AliasesPage({ level }: { level: NamedLevel }) {
  const base = `${basePath(level)}/aliases` as const;
  const words = wordsOf(level);
  const send = useSend();
  const { write } = useFirewallRights(level);
  const read = useGet(base, words);
  const [editing, setEditing] = useState<Alias | "new" | null>(null);
  return (
    <ListPanel
      label="Aliases"
      rows={read.data ?? []}
      columns={columns}
      rowKey={(one) => one.name}
      read={read}
      readOnly={!write}
      add={{ word: "Add", act: () => setEditing("new") }}
      edit={setEditing}
      remove={(one) => send("DELETE", `${base}/{name}`, { ...words, name: one.name, digest: one.digest }, [base])}
      empty={{
        icon: Tag,
        title: "No alias yet",
        words: "Give an address a name once, and use the name in rules: when the address changes, one line does.",
      }}
    >
      {editing && (
        <FormDialog
          title={editing === "new" ? "Create: Alias" : `Edit: ${editing.name}`}
          fields={[
            {
              name: "name",
              label: "Name",
              kind: "text",
              required: true,
              check: (value) =>
                /^[A-Za-z][A-Za-z0-9_-]{1,63}$/.test(value)
                  ? null
                  : "a letter, then letters, digits, - and _; 2 to 64 characters",
            },
            {
              name: "cidr",
              label: "IP/CIDR",
              kind: "text",
              required: true,
              column: "right",
              placeholder: "192.0.2.0/24",
            },
            { name: "comment", label: "Comment", kind: "text", column: "wide" },
          ]}
          initial={editing === "new" ? {} : { name: editing.name, cidr: editing.cidr, comment: editing.comment ?? "" }}
          word={editing === "new" ? "Create" : "Save"}
          close={() => setEditing(null)}
          fieldOf={(parameter) => (parameter === "rename" ? "name" : parameter)}
          submit={(values) => {
            const name = text(values, "name");
            const parameters = { ...words, cidr: text(values, "cidr"), comment: text(values, "comment") || undefined };
            if (editing === "new") return send("POST", base, { name, ...parameters });
            const rename = name === editing.name ? undefined : name;
            return send(
              "PUT",
              `${base}/{name}`,
              { ...parameters, name: editing.name, rename, digest: editing.digest },
              [base],
            );
          }}
        />
      )}
    </ListPanel>
  );
}
