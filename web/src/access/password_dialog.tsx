// A new password for a user of the built-in realm; those of other realms are not ours to change.
import { Button, Group, Modal, Text } from "@mantine/core";
import { useSend } from "../api/hooks";
import { FormDialog } from "../widgets/form_dialog";
import type { Values } from "../widgets/form_values";
import { toldAtProof, useProof } from "./proof";
import { passwordFields } from "./user_dialog";

interface Props {
  userid: string;
  close: () => void;
}

export function PasswordDialog({ userid, close }: Props) {
  const send = useSend();
  const proof = useProof("confirmation-password");
  if (!userid.endsWith("@pve")) return <NotOurs userid={userid} close={close} />;
  const submit = async (values: Values) => {
    const password = String(values.password);
    const own = proof.needed ? String(values[proof.name]) : undefined;
    const parameters = { userid, password, "confirmation-password": own };
    return toldAtProof(await send("PUT", "/access/password", parameters, [], { proof: true }), proof.name);
  };
  return (
    <FormDialog
      title={`Password of ${userid}`}
      fields={[...proof.fields, ...passwordFields()]}
      initial={{}}
      word="Set password"
      submit={submit}
      close={close}
    />
  );
}

function NotOurs({ userid, close }: Props) {
  const name = userid.slice(0, userid.lastIndexOf("@"));
  return (
    <Modal opened onClose={close} title={`Password of ${userid}`} closeButtonProps={{ "aria-label": "Close" }}>
      <Text>
        This is an account of the machine, and so is its password: set it there with <code>passwd {name}</code>.
      </Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close} data-autofocus>
          Close
        </Button>
      </Group>
    </Modal>
  );
}
