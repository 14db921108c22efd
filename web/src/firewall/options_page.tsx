// Options of a level. Turning the datacenter's switch on is asked about first: it is what can lock everybody out.
import { Alert, Button, List } from "@mantine/core";
import { Pencil, ShieldAlert, TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";
import { type Answer, onceDone, request } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import type { FirewallOptions } from "../api/types";
import type { Version } from "../widgets/conflict";
import { DataTable } from "../widgets/data_table";
import { EditDialog } from "../widgets/edit_dialog";
import { changes, type Values } from "../widgets/form_values";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import type { Column } from "../widgets/table_rows";
import { basePath, type Level, wordsOf } from "./level";
import { type OptionField, optionFields, optionValues, shownValue } from "./option_fields";
import { useFirewallRights } from "./rights";

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

const trialSeconds = 60;

/** `onTrial` is called with the change's id when this page has turned the firewall on, and should keep that if it still reaches the node. */
export function OptionsPage({ level, onTrial }: { level: Level; onTrial: (id: string) => void }) {
  const base = `${basePath(level)}/options` as const;
  const words = wordsOf(level);
  const send = useSend();
  const { data, error, reload } = useGet(base, words);
  const rights = useFirewallRights(level);
  const whole = useGet(rights.datacenter ? "/cluster/firewall/options" : null);
  const fields = useMemo(() => optionFields(level), [level]);
  const [editing, setEditing] = useState<Version<FirewallOptions> | null>(null);
  const rows = fields.map((field) => ({ field, value: data?.[field.name]?.toString() }));
  const off = Number(whole.data?.enable ?? 0) === 0;
  const version = (item: FirewallOptions) => ({ item, values: optionValues(fields, item) });
  const edit = () => data && setEditing(version(data));
  const save = async (values: Values, on: Version<FirewallOptions>): Promise<Answer<unknown>> => {
    const turnsOn = level.kind === "datacenter" && off && values.enable === "1";
    const parameters = {
      ...words,
      ...changes(fields, on.values, values),
      digest: on.item.digest,
      "confirm-within": turnsOn ? trialSeconds : undefined,
    };
    const answer = await send("PUT", base, parameters, ["/cluster/firewall", "/nodes"]);
    return onceDone(answer, ({ extra: { trial } }) => typeof trial === "string" && onTrial(trial));
  };
  const again = async (): Promise<Answer<Version<FirewallOptions> | null>> => {
    const answer = await request("GET", base, words);
    return answer.ok ? { ...answer, data: version(answer.data) } : answer;
  };
  return (
    <Panel
      label="Options"
      fill
      toolbar={
        rights.write && (
          <Button leftSection={<Pencil size={14} />} disabled={!data} onClick={edit}>
            Edit
          </Button>
        )
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
        onOpen={rights.write ? edit : undefined}
      />
      {editing && (
        <EditDialog<FirewallOptions>
          title="Edit: Options"
          what="the options"
          wide
          fields={fields}
          start={editing}
          word="Save"
          save={save}
          again={again}
          make={(values) => save(values, editing)}
          close={() => setEditing(null)}
          footer={(values) => level.kind === "datacenter" && off && values.enable === "1" && <EnableWarning />}
        />
      )}
    </Panel>
  );
}

/** What turning the firewall on would cut, as the node that answers has found by sending packets through its rules. */
function EnableWarning() {
  const { data } = useGet("/cluster/firewall/lockout");
  const refused = data?.refusal;
  const cut = data?.warnings ?? [];
  return (
    <Alert
      color={refused ? "red" : "orange"}
      icon={<ShieldAlert size={18} />}
      title={refused ? "This would lock you out, and is refused" : "This turns filtering on, on all nodes"}
    >
      {refused ? (
        <>
          {refused.message}. {refused.hint}
        </>
      ) : (
        "What comes in and no rule accepts is dropped from then on. If this page still reaches the node, the change is kept; if not, it undoes itself after a minute."
      )}
      {cut.length > 0 && (
        <List size="sm" mt={4}>
          {cut.map((one) => (
            <List.Item key={one.message}>
              {one.message}
              {one.hint && <span className="quiet"> {one.hint}</span>}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
