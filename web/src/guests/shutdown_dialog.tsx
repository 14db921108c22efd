// Asks how long a guest may take to shut down, and what becomes of it if it does not.
import { Text } from "@mantine/core";
import type { Answer } from "../api/client";
import { between } from "../network/checks";
import { FormDialog } from "../widgets/form_dialog";
import { type Field, text, type Values } from "../widgets/form_values";

interface Props {
  /** "VM 100". */
  what: string;
  shutDown: (parameters: { timeout: number; forceStop: boolean }) => Promise<Answer<unknown>>;
  close: () => void;
}

/** What will happen, of what is chosen just now. */
export function shutdownWords(values: Values): string {
  const limit = `It is asked to shut down, and has ${text(values, "timeout") || "…"} s for it.`;
  return values.forceStop === true
    ? `${limit} If it runs still then, its power is cut: what it has not written is lost.`
    : `${limit} If it does not answer, it runs on, and the task says so.`;
}

const fields: Field[] = [
  {
    name: "words",
    label: "",
    kind: "note",
    column: "wide",
    render: (values) => (
      <Text size="sm" aria-live="polite">
        {shutdownWords(values)}
      </Text>
    ),
  },
  { name: "timeout", label: "Time to shut down", kind: "text", unit: "s", required: true, check: between(1, 86_400) },
  { name: "forceStop", label: "Cut its power if it runs still then", kind: "switch", column: "right" },
];

export function ShutdownDialog({ what, shutDown, close }: Props) {
  return (
    <FormDialog
      title={`Shut down ${what}?`}
      fields={fields}
      initial={{ timeout: "180", forceStop: false }}
      word="Shut down"
      submit={(values) => shutDown({ timeout: Number(text(values, "timeout")), forceStop: values.forceStop === true })}
      close={close}
    />
  );
}
