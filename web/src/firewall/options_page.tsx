// Options of a level. Turning the datacenter's switch on is asked about first: it is what can lock everybody out.
import { Alert, Button, List } from "@mantine/core";
import { Pencil, ShieldAlert, ShieldCheck, TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";
import { type Answer, type Parameters, path } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import type { FirewallOptions, FirewallStatus, NodeItem } from "../api/types";
import { DataTable } from "../widgets/data_table";
import { FormDialog } from "../widgets/form_dialog";
import { changes, type Values } from "../widgets/form_values";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import type { Column } from "../widgets/table_rows";
import { basePath, type Level } from "./level";
import { type OptionField, optionFields, shownValue } from "./option_fields";

type Row = { field: OptionField; value: string | undefined };

const columns: Column<Row>[] = [
  { key: "label", title: "Option", width: "minmax(180px, 1fr)", phone: "title", render: ({ field }) => field.label },
  {
    key: "value",
    title: "Value",
    width: "minmax(140px, 1fr)",
    render: ({ field, value }) =>
      value === undefined ? (
        <span className="quiet">{shownValue(field, field.standard)} (default)</span>
      ) : (
        <b>{shownValue(field, value)}</b>
      ),
  },
  {
    key: "about",
    title: "",
    width: "minmax(220px, 2fr)",
    phone: "hide",
    render: ({ field }) => <span className="quiet">{field.about}</span>,
  },
];

export function OptionsPage({ level }: { level: Level }) {
  const base = `${basePath(level)}/options`;
  const send = useSend();
  const { data, error, reload } = useGet<FirewallOptions>(base);
  const whole = useGet<FirewallOptions>("/cluster/firewall/options");
  const fields = useMemo(() => optionFields(level), [level]);
  const [editing, setEditing] = useState(false);
  const rows = fields.map((field) => ({ field, value: data?.[field.name]?.toString() }));
  const initial: Values = Object.fromEntries(rows.map(({ field, value }) => [field.name, value ?? ""]));
  const off = Number(whole.data?.enable ?? 0) === 0;
  const submit = (values: Values): Promise<Answer<unknown>> => {
    const parameters: Parameters = changes(fields, initial, values);
    return send("PUT", base, { ...parameters, digest: data?.digest }, ["/cluster/firewall", "/nodes"]);
  };
  return (
    <Panel
      label="Options"
      fill
      toolbar={
        <Button leftSection={<Pencil size={14} />} disabled={!data} onClick={() => setEditing(true)}>
          Edit
        </Button>
      }
    >
      <Problem error={error} retry={reload} />
      {whole.data && off && level.kind !== "datacenter" && (
        <Alert color="yellow" icon={<TriangleAlert size={18} />} m="sm" title="The firewall of the datacenter is off">
          Nothing is filtered until it is turned on under Datacenter → Firewall → Options.
        </Alert>
      )}
      <DataTable
        label="Options"
        rows={rows}
        columns={columns}
        rowKey={({ field }) => field.name}
        onOpen={() => setEditing(true)}
      />
      {editing && (
        <FormDialog
          title="Edit: Options"
          wide
          fields={fields}
          initial={initial}
          word="Save"
          submit={submit}
          close={() => setEditing(false)}
          footer={(values) => level.kind === "datacenter" && off && values.enable === "1" && <EnableWarning />}
        />
      )}
    </Panel>
  );
}

/** What turning the firewall on would cut, as far as the node can tell. */
function EnableWarning() {
  const nodes = useGet<NodeItem[]>("/nodes");
  const node = nodes.data?.[0]?.node;
  const status = useGet<FirewallStatus>(node ? path`/nodes/${node}/firewall/status` : null);
  const sets = useGet<{ name: string }[]>("/cluster/firewall/ipset");
  const management = sets.data?.some((one) => one.name === "management");
  const cuts = status.data?.cuts ?? [];
  return (
    <Alert
      color={cuts.length > 0 ? "red" : "orange"}
      icon={<ShieldAlert size={18} />}
      title="This turns filtering on, on all nodes"
    >
      What comes in and no rule accepts is dropped from then on. Administrators get in from the nodes' own networks
      {management
        ? " and from the IP set “management”."
        : "; from elsewhere only if an IP set “management” names where they sit. There is none yet."}
      {cuts.length > 0 && (
        <>
          <br />
          It would cut:
          <List size="sm">
            {cuts.map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        </>
      )}
      {management && cuts.length === 0 && (
        <List size="sm" mt={4} icon={<ShieldCheck size={14} />}>
          <List.Item>The set “management” is there.</List.Item>
        </List>
      )}
    </Alert>
  );
}
