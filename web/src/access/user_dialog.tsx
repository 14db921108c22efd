// Adds or edits a user.
import { useMemo } from "react";
import { useGet, useSend } from "../api/hooks";
import type { UserItem } from "../api/types";
import { FormDialog } from "../widgets/form_dialog";
import { type Field, type Option, text, type Values } from "../widgets/form_values";
import { toDay, toSeconds } from "./dates";

const inPve = (values: Values) => text(values, "realm") === "pve";

/** Eight characters at least, as the server wants; spaces count. */
export const passwordFields = (show: (values: Values) => boolean = () => true): Field[] => [
  {
    name: "password",
    label: "Password",
    kind: "secret",
    required: true,
    show,
    check: (_, values) => (String(values.password).length < 8 ? "8 characters at least" : null),
  },
  {
    name: "again",
    label: "Confirm Password",
    kind: "secret",
    column: "right",
    required: true,
    show,
    check: (_, values) => (values.again === values.password ? null : "is not the same as the password"),
  },
];

function nameFields(realms: Option[]): Field[] {
  return [
    {
      name: "name",
      label: "User name",
      kind: "text",
      required: true,
      check: (value) => (/^[^\s:/!@]+$/.test(value) ? null : "no blanks, and none of : / ! @"),
    },
    { name: "realm", label: "Realm", kind: "choice", column: "right", required: true, options: realms },
    ...passwordFields(inPve),
    {
      name: "pam",
      label: "",
      kind: "note",
      column: "wide",
      show: (values) => !inPve(values),
      render: () => <p className="quiet">The password is that of the machine's account of this name.</p>,
    },
  ];
}

function detailFields(groups: Option[]): Field[] {
  return [
    { name: "groups", label: "Groups", kind: "many", options: groups, placeholder: "none" },
    {
      name: "expire",
      label: "Expire",
      kind: "date",
      column: "right",
      hint: "No longer from this day on; empty: never",
    },
    { name: "firstname", label: "First Name", kind: "text" },
    { name: "lastname", label: "Last Name", kind: "text", column: "right" },
    { name: "email", label: "E-Mail", kind: "text" },
    { name: "enable", label: "Enabled", kind: "switch", column: "right" },
    { name: "comment", label: "Comment", kind: "text", column: "wide" },
  ];
}

const valuesOf = (user: UserItem): Values => ({
  groups: (user.groups ?? "").split(",").filter(Boolean),
  expire: toDay(user.expire),
  firstname: user.firstname ?? "",
  lastname: user.lastname ?? "",
  email: user.email ?? "",
  enable: user.enable === 1,
  comment: user.comment ?? "",
});

/** Everything but the password; empty means emptied. */
const detailsOf = (values: Values) => ({
  groups: Array.isArray(values.groups) ? values.groups : [],
  expire: toSeconds(text(values, "expire")),
  firstname: text(values, "firstname"),
  lastname: text(values, "lastname"),
  email: text(values, "email"),
  enable: values.enable === true,
  comment: text(values, "comment"),
});

/** Only what was changed: rights over groups are asked for only where groups are. */
function changed(user: UserItem, values: Values): Partial<ReturnType<typeof detailsOf>> {
  const before = Object.entries(detailsOf(valuesOf(user)));
  const now = Object.entries(detailsOf(values));
  return Object.fromEntries(now.filter(([, value], i) => String(value) !== String(before[i]?.[1])));
}

export function UserDialog({ user, close }: { user?: UserItem; close: () => void }) {
  const send = useSend();
  const realms = useGet("/access/domains");
  const groups = useGet("/access/groups");
  const fields = useMemo(() => {
    const groupOptions = (groups.data ?? []).map((one) => ({
      value: one.groupid,
      label: one.groupid,
      about: one.comment,
    }));
    const realmOptions = (realms.data ?? []).map((one) => ({ value: one.realm, label: one.realm, about: one.comment }));
    return [...(user ? [] : nameFields(realmOptions)), ...detailFields(groupOptions)];
  }, [groups.data, realms.data, user]);
  const touches = ["/access/users", "/access/groups", "/access/permissions"] as const;
  const submit = (values: Values) => {
    if (user)
      return send("PUT", "/access/users/{userid}", { userid: user.userid, ...changed(user, values) }, [...touches]);
    const userid = `${text(values, "name")}@${text(values, "realm")}`;
    const password = inPve(values) ? String(values.password) : undefined;
    return send("POST", "/access/users", { userid, password, ...detailsOf(values) }, [...touches]);
  };
  return (
    <FormDialog
      title={user ? `Edit: User ${user.userid}` : "Add: User"}
      fields={fields}
      initial={user ? valuesOf(user) : { realm: "pve", enable: true }}
      word={user ? "Save" : "Add"}
      submit={submit}
      close={close}
      fieldOf={(parameter) => (parameter === "userid" ? "name" : parameter)}
    />
  );
}
