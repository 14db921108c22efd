// IP sets: addresses and networks under a name. Sets left, entries right; exceptions begin with "!".
import { Rows3 } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import type { SetEntry } from "../api/types";
import { Empty } from "../widgets/empty";
import { FormDialog } from "../widgets/form_dialog";
import { text } from "../widgets/form_values";
import { ListPanel } from "../widgets/list_panel";
import { Panel } from "../widgets/panel";
import type { Column } from "../widgets/table_rows";
import styles from "./firewall.module.css";
import { basePath, type NamedLevel, wordsOf } from "./level";
import { NamedListPanel } from "./named_list";
import { useFirewallRights } from "./rights";

const columns: Column<SetEntry>[] = [
  {
    key: "cidr",
    title: "IP/CIDR",
    width: "minmax(160px, 1fr)",
    phone: "title",
    sort: (entry) => entry.cidr,
    render: (entry) => (
      <span
        style={entry.errors ? { color: "var(--db-bad)" } : undefined}
        title={Object.values(entry.errors ?? {}).join("; ")}
      >
        {entry.nomatch ? "! " : ""}
        {entry.cidr}
      </span>
    ),
  },
  { key: "comment", title: "Comment", width: "minmax(140px, 1.5fr)", render: (entry) => entry.comment ?? "" },
];

export function SetsPage({ level }: { level: NamedLevel }) {
  const base = `${basePath(level)}/ipset` as const;
  const words = wordsOf(level);
  const send = useSend();
  const { write } = useFirewallRights(level);
  const read = useGet(base, words);
  const [selected, setSelected] = useState<string | null>(null);
  const list = read.data ?? [];
  const here = list.some((one) => one.name === selected) ? selected : (list[0]?.name ?? null);
  return (
    <div className={styles.split}>
      <NamedListPanel
        thing="IP set"
        title="IP Sets"
        put={(one) => send("POST", base, { ...words, ...one })}
        remove={(name) => send("DELETE", `${base}/{name}`, { ...words, name }, [base])}
        list={list}
        read={read}
        readOnly={!write}
        selected={here}
        select={setSelected}
        icon={Rows3}
        longest={64}
        empty={
          level.kind === "datacenter"
            ? "Create “management” with the networks you administer from: they reach the nodes' pages and shells even when the firewall is on."
            : "Create “ipfilter-net0” with the addresses that the guest may send from."
        }
      />
      {here ? (
        <Entries key={here} level={level} name={here} />
      ) : (
        <Panel label="Entries" fill>
          <Empty icon={Rows3} title="Choose a set to see its entries" />
        </Panel>
      )}
    </div>
  );
}

function Entries({ level, name }: { level: NamedLevel; name: string }) {
  const base = `${basePath(level)}/ipset/{name}` as const;
  const words = { ...wordsOf(level), name };
  const send = useSend();
  const { write } = useFirewallRights(level);
  const read = useGet(base, words);
  const aliases = useGet(`${basePath(level)}/aliases`, wordsOf(level));
  const [editing, setEditing] = useState<SetEntry | "new" | null>(null);
  return (
    <ListPanel
      label={`Entries of ${name}`}
      title={name}
      rows={read.data ?? []}
      columns={columns}
      rowKey={(entry) => entry.cidr}
      read={read}
      readOnly={!write}
      add={{ word: "Add", act: () => setEditing("new") }}
      edit={setEditing}
      remove={({ cidr, digest }) => send("DELETE", `${base}/{cidr}`, { ...words, cidr, digest }, [base])}
      empty={{
        icon: Rows3,
        title: `${name} is empty`,
        words: "An empty set matches nothing. Add addresses, networks or aliases.",
      }}
    >
      {editing && (
        <FormDialog
          title={editing === "new" ? "Add: IP/CIDR" : `Edit: ${editing.cidr}`}
          fields={[
            {
              name: "cidr",
              label: "IP/CIDR",
              kind: "suggest",
              required: true,
              locked: () => editing !== "new",
              options: (aliases.data ?? []).map((alias) => ({
                value: `${level.kind === "guest" ? "guest" : "dc"}/${alias.name}`,
                label: alias.name,
                about: alias.cidr,
              })),
              placeholder: "192.0.2.0/24",
            },
            { name: "nomatch", label: "Exception (nomatch)", kind: "switch", column: "right" },
            { name: "comment", label: "Comment", kind: "text", column: "wide" },
          ]}
          initial={
            editing === "new"
              ? { nomatch: false }
              : { cidr: editing.cidr, nomatch: Boolean(editing.nomatch), comment: editing.comment ?? "" }
          }
          word={editing === "new" ? "Add" : "Save"}
          close={() => setEditing(null)}
          submit={(values) => {
            const parameters = {
              ...words,
              nomatch: values.nomatch === true || undefined,
              comment: text(values, "comment") || undefined,
            };
            return editing === "new"
              ? send("POST", base, { cidr: text(values, "cidr"), ...parameters })
              : send("PUT", `${base}/{cidr}`, { ...parameters, cidr: editing.cidr, digest: editing.digest }, [base]);
          }}
        />
      )}
    </ListPanel>
  );
}
