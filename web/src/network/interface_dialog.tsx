// Creates or edits one interface. Only what changed is sent; the rest of the file stays as it is.
import { Code, Modal, ScrollArea, Text } from "@mantine/core";
import { useMemo } from "react";
import type { ParametersOf } from "../api/client";
import { useSend } from "../api/hooks";
import type { Interface } from "../api/types";
import { FormDialog } from "../widgets/form_dialog";
import { changes, text, type Values } from "../widgets/form_values";
import { editable, interfaceFields, newValues, valuesOf } from "./fields";
import { kindOf } from "./kinds";

interface Props {
  node: string;
  all: Interface[];
  /** Of the file as it was read: who edits meanwhile is not overwritten. */
  digest: string | undefined;
  type: string;
  /** The interface to edit; without it a new one. */
  one?: Interface;
  close: () => void;
}

type InterfaceType = ParametersOf<"POST", "/nodes/{node}/network">["type"];

/** Classic names of what a field holds: errors of a cidr come under "address", for one. */
const fieldOf = (parameter: string) =>
  ({ address: "cidr", netmask: "cidr", address6: "cidr6", netmask6: "cidr6" })[parameter] ?? parameter;

export function InterfaceDialog({ node, all, digest, type, one, close }: Props) {
  const send = useSend();
  const fields = useMemo(() => interfaceFields(type, all, one?.iface ?? null), [type, all, one]);
  const initial = useMemo(() => (one ? valuesOf(one) : newValues(type, all)), [one, type, all]);
  if (one && !editable(one.type)) return <RawView one={one} close={close} />;
  const submit = (values: Values) => {
    const parameters = { node, type: type as InterfaceType, digest, ...changes(fields, one ? initial : {}, values) };
    return one
      ? send("PUT", "/nodes/{node}/network/{iface}", { ...parameters, iface: one.iface }, ["/nodes/{node}/network"])
      : send("POST", "/nodes/{node}/network", { ...parameters, iface: text(values, "iface") });
  };
  return (
    <FormDialog
      title={`${one ? "Edit" : "Create"}: ${kindOf(type)}`}
      fields={fields}
      initial={initial}
      word={one ? "Save as pending" : "Create as pending"}
      submit={submit}
      close={close}
      fieldOf={fieldOf}
    />
  );
}

/** What no dialog knows is shown as the file has it. */
function RawView({ one, close }: { one: Interface; close: () => void }) {
  return (
    <Modal
      opened
      onClose={close}
      title={`${one.iface}: ${kindOf(one.type)}`}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Text size="sm" mb="xs">
        This kind has no dialog. It is read, planned and applied like the others; edit it in the file, or with{" "}
        <Code>drawbridge network set {one.iface}</Code>.
      </Text>
      <ScrollArea.Autosize mah={360}>
        <Code block>
          {Object.entries(one)
            .filter(([key]) => key !== "digest")
            .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join("\n  ") : value}`)
            .join("\n")}
        </Code>
      </ScrollArea.Autosize>
    </Modal>
  );
}
