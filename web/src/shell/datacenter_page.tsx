// Datacenter → Overview: nodes and guests, with their states.
import { Badge } from "@mantine/core";
import { Server } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useGet } from "../api/hooks";
import type { Resource } from "../api/types";
import { DataTable } from "../widgets/data_table";
import { Dot } from "../widgets/dot";
import { Empty } from "../widgets/empty";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import type { Column } from "../widgets/table_rows";
import { placeOf } from "./places";

const kindWords: Record<string, string> = { node: "Node", qemu: "Virtual Machine", lxc: "Container" };
const on = (one: Resource) => one.status === "running" || one.status === "online";

const columns: Column<Resource>[] = [
  { key: "id", title: "ID", width: "100px", sort: (one) => one.vmid ?? 0, render: (one) => one.vmid ?? "" },
  {
    key: "name",
    title: "Name",
    width: "minmax(140px, 1.5fr)",
    phone: "title",
    sort: (one) => one.name ?? one.node ?? "",
    render: (one) => one.name ?? one.node ?? one.id,
  },
  {
    key: "type",
    title: "Type",
    width: "minmax(120px, 1fr)",
    sort: (one) => one.type,
    render: (one) => kindWords[one.type] ?? one.type,
  },
  {
    key: "node",
    title: "Node",
    width: "minmax(110px, 1fr)",
    sort: (one) => one.node ?? "",
    render: (one) => one.node ?? "",
  },
  {
    key: "status",
    title: "Status",
    width: "130px",
    sort: (one) => one.status ?? "",
    render: (one) => (
      <span style={{ display: "inline-flex", alignItems: "center", gap: 6 }}>
        <Dot tone={on(one) ? "good" : "off"} />
        {one.status ?? "unknown"}
        {one.template === 1 && <Badge color="gray">template</Badge>}
      </span>
    ),
  },
];

export function DatacenterOverview() {
  const { data, error, reload, loading } = useGet("/cluster/resources");
  const go = useNavigate();
  const [selected, setSelected] = useState<string | null>(null);
  const rows = (data ?? []).filter((one) => one.type in kindWords);
  return (
    <Panel label="Nodes and guests" title="Nodes and guests" fill>
      <Problem error={error} retry={reload} />
      <DataTable
        label="Nodes and guests"
        rows={rows}
        columns={columns}
        rowKey={(one) => one.id}
        selected={selected}
        onSelect={setSelected}
        onOpen={(one) => go(placeOf(one))}
        empty={
          !loading && (
            <Empty icon={Server} title="Nothing to see">
              Your rights show you no node and no guest. Whoever administers this cluster can give you an audit right.
            </Empty>
          )
        }
      />
    </Panel>
  );
}
