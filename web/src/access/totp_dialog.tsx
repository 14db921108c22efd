// Sets up an authenticator app: the secret as a picture and as text, then a code to prove that the app has it.
import { useMemo } from "react";
import { useSend } from "../api/hooks";
import { FormDialog } from "../widgets/form_dialog";
import { type Field, text, type Values } from "../widgets/form_values";
import { toldAtProof, useProof } from "./proof";
import { QrCode } from "./qr_code";
import { isSecret, newSecret, totpAddress } from "./totp";

interface Props {
  /** Whose; several to choose from, where one manages others. */
  users: string[];
  user: string;
  close: () => void;
}

const addressOf = (values: Values) =>
  totpAddress(text(values, "userid"), text(values, "issuer"), text(values, "secret"));

function fieldsOf(users: string[]): Field[] {
  return [
    {
      name: "userid",
      label: "User",
      kind: "choice",
      required: true,
      locked: () => users.length < 2,
      options: users.map((value) => ({ value, label: value })),
    },
    { name: "description", label: "Description", kind: "text", required: true, placeholder: "phone" },
    { name: "issuer", label: "Issuer Name", kind: "text", hint: "What the app shows above the codes" },
    {
      name: "secret",
      label: "Secret",
      kind: "text",
      required: true,
      check: (value) => (isSecret(value) ? null : "letters A to Z and digits 2 to 7, 16 at least"),
    },
    {
      name: "picture",
      label: "",
      kind: "note",
      column: "right",
      render: (values) =>
        isSecret(text(values, "secret")) && (
          <QrCode text={addressOf(values)} label="QR code for the authenticator app" />
        ),
    },
    {
      name: "value",
      label: "Verify Code",
      kind: "text",
      column: "right",
      required: true,
      placeholder: "123456",
      hint: "Scan the picture, then type the code that the app shows",
      check: (value) => (/^\d{6}$/.test(value) ? null : "six digits"),
    },
  ];
}

export function TotpDialog({ users, user, close }: Props) {
  const send = useSend();
  const proof = useProof("password");
  const initial = useMemo<Values>(
    () => ({ userid: user, issuer: `Drawbridge - ${location.hostname}`, secret: newSecret(), description: "" }),
    [user],
  );
  const submit = async (values: Values) => {
    const parameters = {
      userid: text(values, "userid"),
      type: "totp" as const,
      description: text(values, "description"),
      totp: addressOf(values),
      value: text(values, "value"),
      password: proof.needed ? String(values[proof.name]) : undefined,
    };
    return toldAtProof(
      await send("POST", "/access/tfa/{userid}", parameters, ["/access/tfa"], { proof: true }),
      proof.name,
    );
  };
  return (
    <FormDialog
      title="Add: TOTP (authenticator app)"
      fields={[...fieldsOf(users), ...proof.fields]}
      initial={initial}
      word="Add"
      submit={submit}
      close={close}
      fieldOf={(parameter) => (parameter === "totp" ? "secret" : parameter)}
    />
  );
}
