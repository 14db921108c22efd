// Datacenter → Permissions → Two Factor, and, with one user only, the second factors of who is logged in.
import { Button, Menu } from "@mantine/core";
import { ChevronDown, LifeBuoy, ShieldCheck, Smartphone } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import { useUser } from "../api/session";
import type { FactorItem } from "../api/types";
import { FormDialog } from "../widgets/form_dialog";
import { text, type Values } from "../widgets/form_values";
import { moment } from "../widgets/format";
import { ListPanel } from "../widgets/list_panel";
import type { Column } from "../widgets/table_rows";
import { YesNo } from "../widgets/yes_no";
import { usePowers } from "./privileges";
import { toldAtProof, useProof } from "./proof";
import { RecoveryDialog } from "./recovery_dialog";
import { TotpDialog } from "./totp_dialog";

interface Row extends FactorItem {
  userid: string;
}
const idOf = (row: Row) => `${row.userid} ${row.id}`;

const kinds: Record<FactorItem["type"], string> = {
  totp: "TOTP",
  recovery: "Recovery Keys",
  webauthn: "WebAuthn",
  u2f: "U2F",
  yubico: "Yubico OTP",
};

const columns: Column<Row>[] = [
  { key: "userid", title: "User", width: "minmax(140px, 1fr)", sort: (one) => one.userid, render: (one) => one.userid },
  { key: "enable", title: "Enabled", width: "90px", render: (one) => <YesNo value={Boolean(one.enable)} /> },
  {
    key: "type",
    title: "TFA Type",
    width: "130px",
    phone: "title",
    sort: (one) => kinds[one.type],
    render: (one) => kinds[one.type],
  },
  {
    key: "created",
    title: "Created",
    width: "170px",
    sort: (one) => one.created,
    render: (one) => (one.created ? moment(one.created) : ""),
  },
  { key: "description", title: "Description", width: "minmax(120px, 1.5fr)", render: (one) => one.description },
];

type Open = { what: "totp" | "recovery" } | { what: "edit" | "remove"; row: Row } | null;

/** `only`: nobody's but this user's. */
export function FactorsPage({ only }: { only?: string }) {
  const me = useUser();
  const powers = usePowers();
  const factors = useGet("/access/tfa");
  const all = useGet(only ? null : "/access/users");
  const [open, setOpen] = useState<Open>(null);
  const rows = (factors.data ?? [])
    .filter(({ userid }) => !only || userid === only)
    .flatMap(({ userid, entries }) => entries.map((entry) => ({ ...entry, userid })));
  const users = only || !powers.users ? [me] : (all.data ?? []).map((one) => one.userid);
  const close = () => setOpen(null);
  return (
    <ListPanel
      label="Two Factor"
      rows={rows}
      columns={only ? columns.slice(1) : columns}
      rowKey={idOf}
      read={factors}
      before={<AddMenu pick={(what) => setOpen({ what })} />}
      edit={(row) => setOpen({ what: "edit", row })}
      editable={(row) => row.type === "totp"}
      remove={(row) => setOpen({ what: "remove", row })}
      removable={(row) => row.type === "totp" || row.type === "recovery"}
      empty={{
        icon: ShieldCheck,
        title: "No second factor yet",
        words:
          "Whoever learns a password gets in with it, unless a code of an authenticator app is asked for as well. Add TOTP first, then recovery keys for the day when the phone is lost.",
      }}
    >
      {open?.what === "totp" && <TotpDialog users={users} user={me} close={close} />}
      {open?.what === "recovery" && (
        <RecoveryDialog
          users={users}
          user={me}
          having={rows.filter((row) => row.type === "recovery").map((row) => row.userid)}
          close={close}
        />
      )}
      {(open?.what === "edit" || open?.what === "remove") && (
        <FactorDialog row={open.row} remove={open.what === "remove"} close={close} />
      )}
    </ListPanel>
  );
}

function AddMenu({ pick }: { pick: (what: "totp" | "recovery") => void }) {
  return (
    <Menu>
      <Menu.Target>
        <Button rightSection={<ChevronDown size={14} />}>Add</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Smartphone size={14} />} onClick={() => pick("totp")}>
          TOTP
        </Menu.Item>
        <Menu.Item leftSection={<LifeBuoy size={14} />} onClick={() => pick("recovery")}>
          Recovery Keys
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Changes or removes a factor; both ask for one's own password. */
function FactorDialog({ row, remove, close }: { row: Row; remove: boolean; close: () => void }) {
  const send = useSend();
  const proof = useProof("password");
  const submit = async (values: Values) => {
    const ids = {
      userid: row.userid,
      id: row.id,
      password: proof.needed ? String(values[proof.name]) : undefined,
    };
    const answer = remove
      ? await send("DELETE", "/access/tfa/{userid}/{id}", ids, ["/access/tfa"], { proof: true })
      : await send(
          "PUT",
          "/access/tfa/{userid}/{id}",
          { ...ids, description: text(values, "description"), enable: values.enable === true },
          ["/access/tfa"],
          { proof: true },
        );
    return toldAtProof(answer, proof.name);
  };
  const what = `${kinds[row.type]}${row.description ? ` “${row.description}”` : ""} of ${row.userid}`;
  return (
    <FormDialog
      title={remove ? `Remove ${what}?` : `Edit: ${what}`}
      fields={[
        ...(remove
          ? [
              {
                name: "told",
                label: "",
                kind: "note" as const,
                column: "wide" as const,
                render: () => <p>Without a second factor the password alone opens the account.</p>,
              },
            ]
          : [
              { name: "description", label: "Description", kind: "text" as const },
              { name: "enable", label: "Enabled", kind: "switch" as const, column: "right" as const },
            ]),
        ...proof.fields,
      ]}
      initial={{ description: row.description, enable: Boolean(row.enable) }}
      word={remove ? "Remove" : "Save"}
      submit={submit}
      close={close}
    />
  );
}
