// Datacenter → Permissions → Permissions: who may do what, where.
import { Button, Menu } from "@mantine/core";
import { ChevronDown, KeyRound, Ticket, User, UsersRound } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import type { AclItem, Resource } from "../api/types";
import { Confirm, type Question } from "../widgets/confirm";
import { FormDialog } from "../widgets/form_dialog";
import { type Option, text } from "../widgets/form_values";
import { ListPanel } from "../widgets/list_panel";
import type { Column } from "../widgets/table_rows";
import { YesNo } from "../widgets/yes_no";
import { usePowers } from "./privileges";

type Kind = AclItem["type"];
const icons = { user: User, group: UsersRound, token: Ticket };
const words: Record<Kind, string> = { user: "User", group: "Group", token: "API Token" };
const idOf = (one: AclItem) => `${one.path} ${one.type} ${one.ugid} ${one.roleid}`;

const columns: Column<AclItem>[] = [
  {
    key: "path",
    title: "Path",
    width: "minmax(140px, 1.2fr)",
    phone: "title",
    sort: (one) => one.path,
    render: (one) => <span className="mono">{one.path}</span>,
  },
  {
    key: "ugid",
    title: "User/Group/API Token",
    width: "minmax(190px, 1.5fr)",
    sort: (one) => one.ugid,
    render: (one) => {
      const Icon = icons[one.type];
      return (
        <span style={{ display: "inline-flex", alignItems: "center", gap: 6, verticalAlign: "middle" }}>
          <Icon size={14} role="img" aria-label={words[one.type]} color="var(--db-quiet)" />
          {one.ugid}
        </span>
      );
    },
  },
  { key: "roleid", title: "Role", width: "minmax(130px, 1fr)", sort: (one) => one.roleid, render: (one) => one.roleid },
  { key: "propagate", title: "Propagate", width: "100px", render: (one) => <YesNo value={one.propagate === 1} /> },
];

/** Paths that mean something here: the tops, and what there is on the nodes. */
export function pathsOf(resources: Resource[]): Option[] {
  const tops: [string, string][] = [
    ["/", "everything"],
    ["/access", "users, groups, roles, rights"],
    ["/access/groups", "groups and their users"],
    ["/nodes", "all nodes"],
    ["/vms", "all guests"],
    ["/sdn/zones/localnetwork", "all bridges: plugging guests into them"],
    ["/storage", "all storages"],
  ];
  const things = resources.flatMap((one): [string, string][] => {
    if (one.type === "node" && one.node) return [[`/nodes/${one.node}`, "node"]];
    return one.vmid ? [[`/vms/${one.vmid}`, one.name ?? ""]] : [];
  });
  return [...tops, ...things].map(([value, about]) => ({ value, label: value, about }));
}

function useNames(kind: Kind | null): Option[] {
  const users = useGet(kind === "user" || kind === "token" ? "/access/users" : null, { full: true });
  const groups = useGet(kind === "group" ? "/access/groups" : null);
  const names =
    kind === "group"
      ? (groups.data ?? []).map((one) => one.groupid)
      : (users.data ?? []).flatMap((one) =>
          kind === "user" ? [one.userid] : (one.tokens ?? []).map((token) => `${one.userid}!${token.tokenid}`),
        );
  return names.map((value) => ({ value, label: value }));
}

export function AclPage() {
  const send = useSend();
  const powers = usePowers();
  const list = useGet("/access/acl");
  const [adding, setAdding] = useState<Kind | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const remove = (one: AclItem) =>
    setQuestion({
      title: `Take ${one.roleid} from ${one.ugid}?`,
      body: (
        <>
          At <code>{one.path}</code>
          {one.propagate === 1 && " and below"}. What is given above that path holds there again.
        </>
      ),
      word: "Remove",
      danger: true,
      act: () =>
        send(
          "PUT",
          "/access/acl",
          { path: one.path, roles: one.roleid, [`${one.type}s` as const]: one.ugid, delete: true },
          ["/access/acl", "/access/permissions"],
        ),
    });
  return (
    <ListPanel
      label="Permissions"
      rows={list.data ?? []}
      columns={columns}
      rowKey={idOf}
      read={list}
      before={powers.acl && <AddMenu pick={setAdding} />}
      remove={powers.acl ? remove : undefined}
      empty={{
        icon: KeyRound,
        title: powers.acl ? "No right was given yet" : "No rights that you may look at",
        words: "A right is a role at a path, for a user, a group or a token. Only root@pam needs none.",
      }}
    >
      {adding && <AclDialog kind={adding} close={() => setAdding(null)} />}
      <Confirm question={question} close={() => setQuestion(null)} />
    </ListPanel>
  );
}

function AddMenu({ pick }: { pick: (kind: Kind) => void }) {
  return (
    <Menu>
      <Menu.Target>
        <Button rightSection={<ChevronDown size={14} />}>Add</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(["group", "user", "token"] as const).map((kind) => {
          const Icon = icons[kind];
          return (
            <Menu.Item key={kind} leftSection={<Icon size={14} />} onClick={() => pick(kind)}>
              {words[kind]} Permission
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function AclDialog({ kind, close }: { kind: Kind; close: () => void }) {
  const send = useSend();
  const names = useNames(kind);
  const roles = useGet("/access/roles");
  const resources = useGet("/cluster/resources");
  const parameter = `${kind}s` as const;
  return (
    <FormDialog
      title={`Add: ${words[kind]} Permission`}
      fields={[
        {
          name: "path",
          label: "Path",
          kind: "suggest",
          required: true,
          options: pathsOf(resources.data ?? []),
          placeholder: "/vms/100",
          check: (value) => (value.startsWith("/") ? null : "begins with /"),
        },
        { name: parameter, label: words[kind], kind: "choice", column: "right", required: true, options: names },
        {
          name: "roles",
          label: "Role",
          kind: "choice",
          required: true,
          options: (roles.data ?? []).map((one) => ({ value: one.roleid, label: one.roleid })),
        },
        {
          name: "propagate",
          label: "Propagate",
          kind: "switch",
          column: "right",
          hint: "Below the path as well, where nothing nearer is given",
        },
      ]}
      initial={{ path: "", roles: "", propagate: true }}
      word="Add"
      submit={(values) =>
        send(
          "PUT",
          "/access/acl",
          {
            path: text(values, "path"),
            roles: text(values, "roles"),
            [parameter]: text(values, parameter),
            propagate: values.propagate === true,
          },
          ["/access/acl", "/access/permissions"],
        )
      }
      close={close}
    />
  );
}
