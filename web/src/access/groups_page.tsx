// Datacenter → Permissions → Groups: rights for many at once. Who is in one is said at the user.
import { UsersRound } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import type { GroupItem } from "../api/types";
import { Confirm, type Question } from "../widgets/confirm";
import { FormDialog } from "../widgets/form_dialog";
import { text } from "../widgets/form_values";
import { ListPanel } from "../widgets/list_panel";
import type { Column } from "../widgets/table_rows";
import { usePowers } from "./privileges";

const columns: Column<GroupItem>[] = [
  {
    key: "groupid",
    title: "Name",
    width: "minmax(130px, 1fr)",
    phone: "title",
    sort: (one) => one.groupid,
    render: (one) => one.groupid,
  },
  {
    key: "comment",
    title: "Comment",
    width: "minmax(140px, 1.5fr)",
    sort: (one) => one.comment,
    render: (one) => one.comment,
  },
  { key: "users", title: "Users", width: "minmax(180px, 2fr)", render: (one) => one.users.replaceAll(",", ", ") },
];

export function GroupsPage() {
  const send = useSend();
  const powers = usePowers();
  const list = useGet("/access/groups");
  const [editing, setEditing] = useState<GroupItem | "new" | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const remove = (group: GroupItem) =>
    setQuestion({
      title: `Remove group ${group.groupid}?`,
      body: group.users
        ? `Its users stay: ${group.users.replaceAll(",", ", ")}. They lose what they may do by the group.`
        : "Rights that were given to it go with it.",
      word: "Remove",
      danger: true,
      act: () =>
        send("DELETE", "/access/groups/{groupid}", { groupid: group.groupid }, [
          "/access/groups",
          "/access/users",
          "/access/acl",
        ]),
    });
  return (
    <ListPanel
      label="Groups"
      rows={list.data ?? []}
      columns={columns}
      rowKey={(one) => one.groupid}
      read={list}
      add={powers.groups ? { word: "Create", act: () => setEditing("new") } : undefined}
      edit={powers.groups ? setEditing : undefined}
      remove={powers.groups ? remove : undefined}
      empty={{
        icon: UsersRound,
        title: powers.groups ? "No group yet" : "No group that you may look at",
        words: "Give rights to a group once, and put people in and out of it: under Users, Edit.",
      }}
    >
      {editing && (
        <FormDialog
          title={editing === "new" ? "Create: Group" : `Edit: Group ${editing.groupid}`}
          fields={[
            {
              name: "groupid",
              label: "Name",
              kind: "text",
              required: true,
              locked: () => editing !== "new",
              check: (value) => (/^[A-Za-z0-9._-]+$/.test(value) ? null : "letters, digits and . - _"),
            },
            { name: "comment", label: "Comment", kind: "text", column: "right" },
          ]}
          initial={editing === "new" ? {} : { groupid: editing.groupid, comment: editing.comment }}
          word={editing === "new" ? "Create" : "Save"}
          close={() => setEditing(null)}
          submit={(values) => {
            const parameters = { groupid: text(values, "groupid"), comment: text(values, "comment") };
            return editing === "new"
              ? send("POST", "/access/groups", parameters)
              : send("PUT", "/access/groups/{groupid}", parameters, ["/access/groups"]);
          }}
        />
      )}
      <Confirm question={question} close={() => setQuestion(null)} />
    </ListPanel>
  );
}
