// Datacenter → Audit log: what was changed through the API, by whom, from where; and what was refused.
import { Badge, Button, Code, Modal, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Eye, ScrollText, Search } from "lucide-react";
import { useState } from "react";
import { useGet } from "../api/hooks";
import type { AuditEntry } from "../api/types";
import { DiffView } from "../network/diff_view";
import { DataTable } from "../widgets/data_table";
import { Empty } from "../widgets/empty";
import { moment } from "../widgets/format";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import type { Column } from "../widgets/table_rows";

const lines = 500;
const good = (entry: AuditEntry) => entry.status < 400;
/** Who may not is refused; what could not be done has failed. */
const outcome = ({ status }: AuditEntry) =>
  status < 400 ? "done" : [401, 403].includes(status) ? "refused" : "failed";

/** An entry and its place in the log, by which a row is known while the log grows. */
interface Row {
  key: string;
  entry: AuditEntry;
}

/** The newest first; equal entries are told apart by their number. */
export function rowsOf(entries: AuditEntry[]): Row[] {
  const seen = new Map<string, number>();
  return entries
    .map((entry) => {
      const text = `${entry.when} ${entry.user} ${entry.method} ${entry.target}`;
      const times = seen.get(text) ?? 0;
      seen.set(text, times + 1);
      return { key: `${text} ${times}`, entry };
    })
    .reverse();
}

/** Parameters that the path does not tell already, as KEY=VALUE; secrets have nothing to tell. */
export function detailsOf({ path, parameters }: AuditEntry): string {
  return Object.entries(parameters)
    .filter(([name, value]) => !path.includes(`{${name}}`) && value !== "(secret)")
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

const columns: Column<Row>[] = [
  {
    key: "when",
    title: "When",
    width: "170px",
    sort: ({ entry }) => entry.when,
    render: ({ entry }) => moment(entry.when),
  },
  {
    key: "user",
    title: "User",
    width: "minmax(120px, 0.8fr)",
    sort: ({ entry }) => entry.user,
    render: ({ entry }) => entry.user || <span className="quiet">nobody</span>,
  },
  {
    key: "from",
    title: "From",
    width: "minmax(110px, 0.7fr)",
    sort: ({ entry }) => entry.from,
    render: ({ entry }) => entry.from,
  },
  {
    key: "what",
    title: "What",
    width: "minmax(220px, 1.6fr)",
    phone: "title",
    sort: ({ entry }) => entry.target,
    render: ({ entry }) => (
      <span className="mono" title={`${entry.method} ${entry.target}`}>
        {entry.method} {entry.target}
      </span>
    ),
  },
  {
    key: "details",
    title: "Parameters",
    width: "minmax(140px, 1.4fr)",
    render: ({ entry }) => <span className="quiet">{detailsOf(entry)}</span>,
  },
  {
    key: "outcome",
    title: "Outcome",
    width: "110px",
    sort: ({ entry }) => entry.status,
    render: ({ entry }) => <Badge color={good(entry) ? "green" : "red"}>{outcome(entry)}</Badge>,
  },
];

export function AuditPage() {
  const [user, setUser] = useState("");
  const [path, setPath] = useState("");
  const [refused, setRefused] = useState(false);
  const [selected, setSelected] = useState<string | null>(null);
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const [asked] = useDebouncedValue({ user, path }, 300);
  const { data, error, loading, reload } = useGet(
    "/access/audit",
    { lines, user: asked.user || undefined, path: asked.path || undefined, refused: refused || undefined },
    5000,
  );
  const rows = rowsOf(data ?? []);
  const chosen = rows.find((row) => row.key === selected);
  const filtered = asked.user !== "" || asked.path !== "" || refused;
  return (
    <Panel
      label="Audit log"
      fill
      toolbar={
        <>
          <Button
            variant="default"
            leftSection={<Eye size={14} />}
            disabled={!chosen}
            onClick={() => chosen && setShown(chosen.entry)}
          >
            View
          </Button>
          <TextInput
            aria-label="With this in the user's name"
            placeholder="User"
            leftSection={<Search size={14} aria-hidden />}
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
            w={170}
          />
          <TextInput
            aria-label="With this in the path"
            placeholder="Path, as /nodes/pve1/network"
            value={path}
            onChange={(event) => setPath(event.currentTarget.value)}
            w={240}
          />
          <Switch
            label="Only refused or failed"
            checked={refused}
            onChange={(event) => setRefused(event.currentTarget.checked)}
          />
        </>
      }
    >
      <Problem error={error} retry={reload} />
      <DataTable
        label="Audit log"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.key}
        selected={selected}
        onSelect={setSelected}
        onOpen={(row) => setShown(row.entry)}
        empty={
          !loading &&
          !error && (
            <Empty icon={ScrollText} title={filtered ? "Nothing of that kind" : "Nothing was changed yet"}>
              Each change through this page or the API is noted here: who, from where, what, and how it ended.
            </Empty>
          )
        }
      />
      {shown && <EntryDialog entry={shown} close={() => setShown(null)} />}
    </Panel>
  );
}

function EntryDialog({ entry, close }: { entry: AuditEntry; close: () => void }) {
  const parameters = Object.entries(entry.parameters);
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={`${entry.method} ${entry.target}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="sm">
        <Text size="sm">
          {moment(entry.when)}, {entry.user || "nobody"}, from {entry.from}
        </Text>
        <Text size="sm" c={good(entry) ? "var(--db-good)" : "var(--db-bad)"} fw={600}>
          {good(entry) ? "Done" : `${entry.status} ${outcome(entry)}: ${entry.message?.trim() ?? ""}`}
        </Text>
        {entry.result && <Code block>{entry.result}</Code>}
        {parameters.length > 0 && (
          <Code block aria-label="Parameters">
            {parameters.map(([name, value]) => `${name}: ${value}`).join("\n")}
          </Code>
        )}
        {entry.diff && (
          <div style={{ maxHeight: "45vh", overflow: "auto" }}>
            <DiffView diff={entry.diff} label="What changed in files" />
          </div>
        )}
      </Stack>
    </Modal>
  );
}
