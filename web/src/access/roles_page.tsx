// Datacenter → Permissions → Roles: names left, what they let do right.
import { Badge, ScrollArea } from "@mantine/core";
import { IdCard } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import type { RoleItem } from "../api/types";
import styles from "../firewall/firewall.module.css";
import { Confirm, type Question } from "../widgets/confirm";
import { Empty } from "../widgets/empty";
import { FormDialog } from "../widgets/form_dialog";
import { text } from "../widgets/form_values";
import { count } from "../widgets/format";
import { ListPanel } from "../widgets/list_panel";
import { Panel } from "../widgets/panel";
import type { Column } from "../widgets/table_rows";
import { usePowers } from "./privileges";
import { Privileges } from "./rights_view";

const privilegesOf = (role: RoleItem) => role.privs.split(",").filter(Boolean);

const columns: Column<RoleItem>[] = [
  {
    key: "roleid",
    title: "Name",
    width: "minmax(130px, 1fr)",
    phone: "title",
    sort: (one) => one.roleid,
    render: (one) => one.roleid,
  },
  {
    key: "special",
    title: "Built-In",
    width: "80px",
    sort: (one) => -one.special,
    render: (one) => (one.special ? <Badge color="gray">built in</Badge> : ""),
  },
  {
    key: "count",
    title: "Privileges",
    width: "80px",
    align: "right",
    sort: (one) => privilegesOf(one).length,
    render: (one) => privilegesOf(one).length,
  },
];

export function RolesPage() {
  const send = useSend();
  const powers = usePowers();
  const list = useGet("/access/roles");
  const { data } = list;
  const [selected, setSelected] = useState<string | null>(null);
  const [editing, setEditing] = useState<RoleItem | "new" | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const chosen = data?.find((one) => one.roleid === selected) ?? data?.[0];
  const all = privilegesOf(
    data?.find((one) => one.roleid === "Administrator") ?? { roleid: "", privs: "", special: 1 },
  );
  const own = (role: RoleItem) => !role.special;
  const remove = (role: RoleItem) =>
    setQuestion({
      title: `Remove role ${role.roleid}?`,
      body: "Rights that were given by it go with it.",
      word: "Remove",
      danger: true,
      act: () => send("DELETE", "/access/roles/{roleid}", { roleid: role.roleid }, ["/access/roles", "/access/acl"]),
    });
  return (
    <div className={styles.split} style={{ gridTemplateColumns: "repeat(auto-fit, minmax(min(340px, 100%), 1fr))" }}>
      <ListPanel
        label="Roles"
        rows={data ?? []}
        columns={columns}
        rowKey={(one) => one.roleid}
        read={list}
        add={powers.roles ? { word: "Create", act: () => setEditing("new") } : undefined}
        edit={powers.roles ? setEditing : undefined}
        editable={own}
        remove={powers.roles ? remove : undefined}
        removable={own}
        selected={chosen?.roleid ?? null}
        select={setSelected}
        empty={{ icon: IdCard, title: "No roles", words: "" }}
      />
      {chosen && (
        <Panel
          label={`Privileges of ${chosen.roleid}`}
          title={`${chosen.roleid}: ${count(privilegesOf(chosen).length, "privilege")}`}
          fill
        >
          {privilegesOf(chosen).length > 0 ? (
            <ScrollArea viewportProps={{ tabIndex: 0 }} p="sm">
              <Privileges names={privilegesOf(chosen)} />
            </ScrollArea>
          ) : (
            <Empty icon={IdCard} title="No privilege">
              Whoever has this role at a path may do nothing there.
            </Empty>
          )}
        </Panel>
      )}
      {editing && (
        <FormDialog
          title={editing === "new" ? "Create: Role" : `Edit: Role ${editing.roleid}`}
          fields={[
            {
              name: "roleid",
              label: "Name",
              kind: "text",
              required: true,
              locked: () => editing !== "new",
              check: (value) => (/^[A-Za-z0-9._-]+$/.test(value) ? null : "letters, digits and . - _"),
            },
            {
              name: "privs",
              label: "Privileges",
              kind: "many",
              column: "wide",
              options: all.map((value) => ({ value, label: value })),
            },
          ]}
          initial={editing === "new" ? { privs: [] } : { roleid: editing.roleid, privs: privilegesOf(editing) }}
          word={editing === "new" ? "Create" : "Save"}
          close={() => setEditing(null)}
          submit={async (values) => {
            const roleid = text(values, "roleid");
            const parameters = { roleid, privs: Array.isArray(values.privs) ? values.privs : [] };
            const answer =
              editing === "new"
                ? await send("POST", "/access/roles", parameters)
                : await send("PUT", "/access/roles/{roleid}", parameters, ["/access/roles"]);
            if (answer.ok) setSelected(roleid);
            return answer;
          }}
        />
      )}
      <Confirm question={question} close={() => setQuestion(null)} />
    </div>
  );
}
