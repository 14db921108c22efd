// Creates or edits one interface. Only what changed is sent; the rest of the file stays as it is.
import { Code, Modal, ScrollArea, Text } from "@mantine/core";
import { useMemo } from "react";
import { type Answer, type ParametersOf, request } from "../api/client";
import { useSend } from "../api/hooks";
import type { Interface } from "../api/types";
import type { Version } from "../widgets/conflict";
import { EditDialog } from "../widgets/edit_dialog";
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

const base = "/nodes/{node}/network";

/** The interface and the digest of the file it stands in. */
type Read = { one: Interface | undefined; digest: string | undefined };

export function InterfaceDialog({ node, all, digest, type, one, close }: Props) {
  const send = useSend();
  const fields = useMemo(() => interfaceFields(type, all, one?.iface ?? null), [type, all, one]);
  const fresh = useMemo(() => newValues(type, all), [type, all]);
  if (one && !editable(one.type)) return <RawView one={one} close={close} />;
  const common = { node, type: type as InterfaceType };
  const create = (values: Values, digest?: string) =>
    send("POST", base, { ...common, digest, ...changes(fields, {}, values), iface: text(values, "iface") });
  const save = (values: Values, on: Version<Read>) => {
    if (!one) return create(values, on.item.digest);
    const changed = changes(fields, on.values, values);
    return send("PUT", `${base}/{iface}`, { ...common, digest: on.item.digest, ...changed, iface: one.iface }, [base]);
  };
  const again = async (on: Version<Read>): Promise<Answer<Version<Read> | null>> => {
    const answer = await request("GET", base, { node });
    if (!answer.ok) return answer;
    const now = answer.data.find(({ iface }) => iface === one?.iface);
    const item = { one: now, digest: typeof answer.extra.digest === "string" ? answer.extra.digest : undefined };
    if (one && !now) return { ...answer, data: null };
    return { ...answer, data: { item, values: now ? valuesOf(now) : on.values } };
  };
  return (
    <EditDialog<Read>
      title={`${one ? "Edit" : "Create"}: ${kindOf(type)}`}
      what={one?.iface ?? kindOf(type)}
      fields={fields}
      start={{ item: { one, digest }, values: one ? valuesOf(one) : fresh }}
      word={one ? "Save as pending" : "Create as pending"}
      save={save}
      again={again}
      make={create}
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
