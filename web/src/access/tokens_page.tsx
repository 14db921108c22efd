// Datacenter → Permissions → API Tokens: for programs that act for a user.
import { Alert, Badge, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { KeyRound, Ticket, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import { useUser } from "../api/session";
import type { TokenItem } from "../api/types";
import { Confirm, type Question } from "../widgets/confirm";
import { FormDialog } from "../widgets/form_dialog";
import { text, type Values } from "../widgets/form_values";
import { ListPanel } from "../widgets/list_panel";
import type { Column } from "../widgets/table_rows";
import { YesNo } from "../widgets/yes_no";
import { expiry, isOver, toDay, toSeconds } from "./dates";
import { RightsDialog } from "./rights_view";
import { SecretText } from "./secret_text";

interface Row extends TokenItem {
  userid: string;
}
const idOf = (row: Row) => `${row.userid}!${row.tokenid}`;

const columns: Column<Row>[] = [
  {
    key: "userid",
    title: "User name",
    width: "minmax(130px, 1fr)",
    sort: (one) => one.userid,
    render: (one) => one.userid,
  },
  {
    key: "tokenid",
    title: "Token Name",
    width: "minmax(120px, 1fr)",
    phone: "title",
    sort: (one) => one.tokenid,
    render: (one) => one.tokenid,
  },
  {
    key: "privsep",
    title: "Privilege Separation",
    width: "160px",
    sort: (one) => one.privsep,
    render: (one) => <YesNo value={one.privsep === 1} />,
  },
  {
    key: "expire",
    title: "Expire",
    width: "130px",
    sort: (one) => one.expire || Number.MAX_SAFE_INTEGER,
    render: (one) => (isOver(one.expire) ? <Badge color="red">{expiry(one.expire)}</Badge> : expiry(one.expire)),
  },
  { key: "comment", title: "Comment", width: "minmax(120px, 1.5fr)", render: (one) => one.comment ?? "" },
];

type Made = { id: string; secret: string; separated: boolean };

export function TokensPage() {
  const send = useSend();
  const list = useGet("/access/users", { full: true });
  const [editing, setEditing] = useState<Row | "new" | null>(null);
  const [rights, setRights] = useState<string | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const rows = (list.data ?? []).flatMap(({ userid, tokens = [] }) => tokens.map((token) => ({ ...token, userid })));
  const remove = (row: Row) =>
    setQuestion({
      title: `Remove token ${idOf(row)}?`,
      body: "Programs that use it are shut out at once. Its rights go with it.",
      word: "Remove",
      danger: true,
      act: () =>
        send("DELETE", "/access/users/{userid}/token/{tokenid}", { userid: row.userid, tokenid: row.tokenid }, [
          "/access/users",
          "/access/acl",
        ]),
    });
  return (
    <ListPanel
      label="API Tokens"
      rows={rows}
      columns={columns}
      rowKey={idOf}
      read={list}
      add={{ word: "Add", act: () => setEditing("new") }}
      edit={setEditing}
      remove={remove}
      more={[{ word: "Show Permissions", icon: KeyRound, act: (row) => setRights(idOf(row)) }]}
      empty={{
        icon: Ticket,
        title: "No API token yet",
        words:
          "A token lets a program act for a user, without a password and with rights of its own: backups, monitoring, Ansible.",
      }}
    >
      {editing && (
        <TokenDialog
          token={editing === "new" ? undefined : editing}
          users={(list.data ?? []).map((one) => one.userid)}
          close={() => setEditing(null)}
          made={setMade}
        />
      )}
      {made && <SecretDialog made={made} close={() => setMade(null)} />}
      {rights && <RightsDialog who={rights} close={() => setRights(null)} />}
      <Confirm question={question} close={() => setQuestion(null)} />
    </ListPanel>
  );
}

interface DialogProps {
  token?: Row;
  users: string[];
  close: () => void;
  made: (made: Made) => void;
}

function TokenDialog({ token, users, close, made }: DialogProps) {
  const send = useSend();
  const me = useUser();
  const submit = async (values: Values) => {
    const settings = {
      privsep: values.privsep === true,
      expire: toSeconds(text(values, "expire")),
      comment: text(values, "comment"),
    };
    const ids = { userid: token?.userid ?? text(values, "userid"), tokenid: token?.tokenid ?? text(values, "tokenid") };
    if (token) return send("PUT", "/access/users/{userid}/token/{tokenid}", { ...ids, ...settings }, ["/access/users"]);
    const answer = await send("POST", "/access/users/{userid}/token/{tokenid}", { ...ids, ...settings }, [
      "/access/users",
    ]);
    if (answer.ok) made({ id: answer.data["full-tokenid"], secret: answer.data.value, separated: settings.privsep });
    return answer;
  };
  return (
    <FormDialog
      title={token ? `Edit: Token ${idOf(token)}` : "Add: Token"}
      fields={[
        {
          name: "userid",
          label: "User",
          kind: "choice",
          required: true,
          locked: () => token !== undefined,
          options: users.map((value) => ({ value, label: value })),
        },
        {
          name: "tokenid",
          label: "Token ID",
          kind: "text",
          column: "right",
          required: true,
          locked: () => token !== undefined,
          placeholder: "backup",
          check: (value) =>
            /^[A-Za-z][A-Za-z0-9._-]+$/.test(value)
              ? null
              : "a letter first, then letters, digits and . - _; two at least",
        },
        { name: "expire", label: "Expire", kind: "date", hint: "Not accepted from this day on; empty: never" },
        {
          name: "privsep",
          label: "Privilege Separation",
          kind: "switch",
          column: "right",
          hint: "On: only what is given to the token itself, and its user has too. Off: all that its user may.",
        },
        { name: "comment", label: "Comment", kind: "text", column: "wide" },
      ]}
      initial={
        token
          ? {
              userid: token.userid,
              tokenid: token.tokenid,
              expire: toDay(token.expire),
              privsep: token.privsep === 1,
              comment: token.comment ?? "",
            }
          : { userid: users.includes(me) ? me : (users[0] ?? ""), privsep: true }
      }
      word={token ? "Save" : "Add"}
      submit={submit}
      close={close}
    />
  );
}

/** Stays open until somebody says that it was read: a click beside it would lose the secret. */
function SecretDialog({ made, close }: { made: Made; close: () => void }) {
  return (
    <Modal
      opened
      onClose={close}
      title="Token Secret"
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="sm">
        <Alert color="orange" icon={<TriangleAlert size={18} />} title="This secret is shown this once">
          Copy it now. It is kept nowhere in a form that could be shown again.
        </Alert>
        <div>
          <Text size="xs" fw={600} mb={4}>
            Token ID
          </Text>
          <SecretText text={made.id} label="the token ID" />
        </div>
        <div>
          <Text size="xs" fw={600} mb={4}>
            Secret
          </Text>
          <SecretText text={made.secret} label="the secret" />
        </div>
        <div>
          <Text size="xs" fw={600} mb={4}>
            Header for programs
          </Text>
          <SecretText text={`Authorization: PVEAPIToken=${made.id}=${made.secret}`} label="the header" />
        </div>
        {made.separated && (
          <Text size="sm" c="dimmed">
            It may do nothing yet: give it rights under Permissions → Permissions → Add → API Token Permission.
          </Text>
        )}
        <Group justify="flex-end">
          <Button onClick={close}>I have it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
