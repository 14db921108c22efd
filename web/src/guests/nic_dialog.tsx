// Adds or edits a network card. What the server says about a property of it ("net0.tag: …") stands at its field.
import { useMemo } from "react";
import type { Answer } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import type { GuestConfig, GuestKind } from "../api/types";
import { FormDialog } from "../widgets/form_dialog";
import type { Values } from "../widgets/form_values";
import { nestedErrors } from "./nested_errors";
import { type Card, cardKeys, cardOf, cardValues, modelFor, readCard, writeCard } from "./nic";
import { containerCardFields, vmCardFields } from "./nic_fields";

interface Props {
  node: string;
  kind: GuestKind;
  vmid: number;
  config: GuestConfig;
  /** net0…; one that the configuration does not have is new. */
  slot: string;
  close: () => void;
}

function newCard(kind: GuestKind, config: GuestConfig, slot: string, bridge: string | undefined): Card {
  const common: Card = bridge ? { bridge, firewall: "1" } : { firewall: "1" };
  return kind === "qemu"
    ? { model: modelFor(config.ostype?.toString()), ...common }
    : { name: `eth${slot.slice(3)}`, ip: "dhcp", type: "veth", ...common };
}

export function NicDialog({ node, kind, vmid, config, slot, close }: Props) {
  const send = useSend();
  const bridges = useGet("/nodes/{node}/network", { node, type: "any_bridge" });
  const exists = slot in config;
  const first = [...(bridges.data ?? [])].map((bridge) => bridge.iface).sort()[0];
  const before = useMemo(
    () => (exists ? readCard(String(config[slot]), kind) : newCard(kind, config, slot, first)),
    [exists, config, slot, kind, first],
  );
  const others = cardKeys(config)
    .filter((key) => key !== slot)
    .map((key) => readCard(String(config[key]), kind).name ?? "");
  if (bridges.loading) return null;
  const fields = kind === "qemu" ? vmCardFields(bridges.data ?? []) : containerCardFields(bridges.data ?? [], others);
  const base = `/nodes/{node}/${kind}/{vmid}` as const;
  const submit = async (values: Values): Promise<Answer<unknown>> => {
    const card = writeCard(cardOf(values, exists ? before : {}, kind), kind);
    const answer = await send(
      "PUT",
      `${base}/config`,
      { node, vmid, digest: config.digest, ...({ [slot]: card } as Record<`net${number}`, string>) },
      [base],
    );
    return answer.ok ? answer : { ok: false, error: nestedErrors(answer.error, slot) };
  };
  return (
    <FormDialog
      title={`${exists ? "Edit" : "Add"}: Network Device (${slot})`}
      fields={fields}
      initial={cardValues(before, kind)}
      word={exists ? "Save" : "Add"}
      submit={submit}
      close={close}
    />
  );
}
