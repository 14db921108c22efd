// Ten codes for the day when the phone is lost: made by the server, shown once, downloaded or copied.
import { Alert, Button, CopyButton, Group, Modal, Stack } from "@mantine/core";
import { Copy, Download, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { useSend } from "../api/hooks";
import { FormDialog } from "../widgets/form_dialog";
import { type Field, text, type Values } from "../widgets/form_values";
import styles from "./access.module.css";
import { toldAtProof, useProof } from "./proof";

interface Props {
  users: string[];
  user: string;
  /** Who has codes already: new ones replace them. */
  having: string[];
  close: () => void;
}

type Codes = { user: string; list: string[] };

export function RecoveryDialog({ users, user, having, close }: Props) {
  const send = useSend();
  const proof = useProof("password");
  const [codes, setCodes] = useState<Codes | null>(null);
  // The form closes itself when it is done; the codes must outlive it.
  const made = useRef(false);
  if (codes) return <CodesDialog codes={codes} close={close} />;
  const fields: Field[] = [
    {
      name: "userid",
      label: "User",
      kind: "choice",
      column: "wide",
      required: true,
      locked: () => users.length < 2,
      options: users.map((value) => ({ value, label: value })),
    },
    ...proof.fields,
    {
      name: "replaced",
      label: "",
      kind: "note",
      column: "wide",
      show: (values) => having.includes(text(values, "userid")),
      render: () => (
        <Alert color="orange" icon={<TriangleAlert size={18} />}>
          There are recovery codes already. They are worth nothing any more as soon as the new ones are made.
        </Alert>
      ),
    },
  ];
  const submit = async (values: Values) => {
    const userid = text(values, "userid");
    const password = proof.needed ? String(values[proof.name]) : undefined;
    const parameters = { userid, type: "recovery" as const, password };
    const answer = await send("POST", "/access/tfa/{userid}", parameters, ["/access/tfa"], { proof: true });
    made.current = answer.ok;
    if (answer.ok) setCodes({ user: userid, list: answer.data.recovery ?? [] });
    return toldAtProof(answer, proof.name);
  };
  return (
    <FormDialog
      title="Add: Recovery Keys"
      fields={fields}
      initial={{ userid: user }}
      word="Make codes"
      submit={submit}
      close={() => made.current || close()}
    />
  );
}

function CodesDialog({ codes: { user, list }, close }: { codes: Codes; close: () => void }) {
  const download = () => {
    const text = `Recovery codes of ${user} at ${location.hostname}, ${new Date().toLocaleDateString()}\n\n${list.join("\n")}\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = `recovery-codes-${user}.txt`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Modal
      opened
      onClose={close}
      title={`Recovery codes of ${user}`}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="sm">
        <Alert color="orange" icon={<TriangleAlert size={18} />} title="These codes are shown this once">
          Each opens the account one time, in place of a code of the app. Keep them where the phone is not.
        </Alert>
        <ol className={styles.codes} aria-label="Recovery codes">
          {list.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <Group justify="flex-end" gap="xs">
          <CopyButton value={list.join("\n")}>
            {({ copied, copy }) => (
              <Button variant="default" leftSection={<Copy size={14} />} onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" leftSection={<Download size={14} />} onClick={download}>
            Download
          </Button>
          <Button onClick={close}>I have them</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
