// Datacenter → Permissions → Users.
import { Badge } from "@mantine/core";
import { KeyRound, LockKeyholeOpen, RectangleEllipsis, Users } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import type { UserItem } from "../api/types";
import { Confirm, type Question } from "../widgets/confirm";
import { ListPanel } from "../widgets/list_panel";
import type { Column } from "../widgets/table_rows";
import { YesNo } from "../widgets/yes_no";
import { expiry, isOver } from "./dates";
import { PasswordDialog } from "./password_dialog";
import { usePowers } from "./privileges";
import { RightsDialog } from "./rights_view";
import { UserDialog } from "./user_dialog";

const nameOf = (user: UserItem) => [user.firstname, user.lastname].filter(Boolean).join(" ");

const columns: Column<UserItem>[] = [
  {
    key: "userid",
    title: "User name",
    width: "minmax(160px, 1.2fr)",
    phone: "title",
    sort: (one) => one.userid,
    render: (one) => one.userid.slice(0, one.userid.lastIndexOf("@")),
  },
  {
    key: "realm",
    title: "Realm",
    width: "90px",
    sort: (one) => one["realm-type"],
    render: (one) => one.userid.slice(one.userid.lastIndexOf("@") + 1),
  },
  {
    key: "enable",
    title: "Enabled",
    width: "90px",
    sort: (one) => -one.enable,
    render: (one) => <YesNo value={one.enable === 1} />,
  },
  {
    key: "expire",
    title: "Expire",
    width: "130px",
    sort: (one) => one.expire || Number.MAX_SAFE_INTEGER,
    render: (one) => (isOver(one.expire) ? <Badge color="red">{expiry(one.expire)}</Badge> : expiry(one.expire)),
  },
  { key: "name", title: "Name", width: "minmax(120px, 1fr)", sort: nameOf, render: nameOf },
  {
    key: "groups",
    title: "Groups",
    width: "minmax(110px, 1fr)",
    sort: (one) => one.groups ?? "",
    render: (one) => (one.groups ?? "").replaceAll(",", ", "),
  },
  { key: "comment", title: "Comment", width: "minmax(120px, 1.5fr)", render: (one) => one.comment ?? "" },
];

type Open = { what: "add" } | { what: "edit" | "password" | "rights"; user: UserItem } | null;

export function UsersPage() {
  const send = useSend();
  const powers = usePowers();
  const list = useGet("/access/users", { full: true });
  const [open, setOpen] = useState<Open>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const remove = (user: UserItem) =>
    setQuestion({
      title: `Remove user ${user.userid}?`,
      body: "The user goes with tokens, rights, password and second factors, and is logged out at once.",
      word: "Remove",
      danger: true,
      act: () =>
        send("DELETE", "/access/users/{userid}", { userid: user.userid }, [
          "/access/users",
          "/access/acl",
          "/access/tfa",
        ]),
    });
  const unlock = (user: UserItem) =>
    setQuestion({
      title: `Accept codes of ${user.userid} again?`,
      body: "After eight wrong codes in a row only a recovery code is accepted. This begins to count anew.",
      word: "Unlock",
      act: () => send("PUT", "/access/users/{userid}/unlock-tfa", { userid: user.userid }),
    });
  return (
    <ListPanel
      label="Users"
      rows={list.data ?? []}
      columns={columns}
      rowKey={(one) => one.userid}
      read={list}
      add={powers.users ? { word: "Add", act: () => setOpen({ what: "add" }) } : undefined}
      edit={powers.users ? (user) => setOpen({ what: "edit", user }) : undefined}
      remove={powers.users ? remove : undefined}
      more={[
        { word: "Password", icon: RectangleEllipsis, act: (user) => setOpen({ what: "password", user }) },
        { word: "Permissions", icon: KeyRound, act: (user) => setOpen({ what: "rights", user }) },
        ...(powers.users ? [{ word: "Unlock TFA", icon: LockKeyholeOpen, act: unlock }] : []),
      ]}
      empty={{ icon: Users, title: "No users", words: "" }}
    >
      {open?.what === "add" && <UserDialog close={() => setOpen(null)} />}
      {open?.what === "edit" && <UserDialog user={open.user} close={() => setOpen(null)} />}
      {open?.what === "password" && <PasswordDialog userid={open.user.userid} close={() => setOpen(null)} />}
      {open?.what === "rights" && <RightsDialog who={open.user.userid} close={() => setOpen(null)} />}
      <Confirm question={question} close={() => setQuestion(null)} />
    </ListPanel>
  );
}
