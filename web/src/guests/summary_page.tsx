// Guest → Summary: what it is and what its file says.
import { Code, ScrollArea } from "@mantine/core";
import { useGet } from "../api/hooks";
import type { GuestKind } from "../api/types";
import { DataTable } from "../widgets/data_table";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import type { Column } from "../widgets/table_rows";

const columns: Column<[string, string]>[] = [
  {
    key: "key",
    title: "Key",
    width: "minmax(120px, 200px)",
    phone: "title",
    sort: ([key]) => key,
    render: ([key]) => <Code>{key}</Code>,
  },
  {
    key: "value",
    title: "Value",
    width: "minmax(200px, 1fr)",
    sort: ([, value]) => value,
    render: ([, value]) => <span title={value}>{value}</span>,
  },
];

export function SummaryPage({ node, kind, vmid }: { node: string; kind: GuestKind; vmid: number }) {
  const { data, error, reload } = useGet(`/nodes/{node}/${kind}/{vmid}/config`, { node, vmid });
  const rows = Object.entries(data ?? {})
    .filter(([key]) => key !== "digest")
    .map(([key, value]): [string, string] => [key, String(value ?? "")]);
  return (
    <Panel label="Configuration" title="Configuration" fill>
      <Problem error={error} retry={reload} />
      <ScrollArea>
        <DataTable
          label="Configuration"
          rows={rows}
          columns={columns}
          rowKey={([key]) => key}
          sorting={{ key: "key", down: false }}
        />
      </ScrollArea>
    </Panel>
  );
}
