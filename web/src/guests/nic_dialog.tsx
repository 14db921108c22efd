// Adds or edits a network card. What the server says about a property of it ("net0.tag: …") stands at its field.
import { useState } from "react";
import { type Answer, request } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import type { GuestConfig, GuestKind } from "../api/types";
import type { Version } from "../widgets/conflict";
import { EditDialog } from "../widgets/edit_dialog";
import type { Values } from "../widgets/form_values";
import { nestedErrors } from "./nested_errors";
import { type Card, cardKeys, cardOf, cardValues, freeCard, modelFor, readCard, writeCard } from "./nic";
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

export function NicDialog({ node, kind, vmid, config: now, slot, close }: Props) {
  const send = useSend();
  const bridges = useGet("/nodes/{node}/network", { node, type: "any_bridge" });
  // What was there when the dialog was opened: events bring newer ones, which this form does not show.
  const [config] = useState(now);
  const exists = slot in config;
  const others = cardKeys(config)
    .filter((key) => key !== slot)
    .map((key) => readCard(String(config[key]), kind).name ?? "");
  if (bridges.loading) return null;
  const first = [...(bridges.data ?? [])].map((bridge) => bridge.iface).sort()[0];
  const fields = kind === "qemu" ? vmCardFields(bridges.data ?? []) : containerCardFields(bridges.data ?? [], others);
  const base = `/nodes/{node}/${kind}/{vmid}` as const;
  const write = async (key: string, card: Card, digest: string | undefined): Promise<Answer<unknown>> => {
    const words = { [key]: writeCard(card, kind) } as Record<`net${number}`, string>;
    const answer = await send("PUT", `${base}/config`, { node, vmid, digest, ...words }, [base]);
    return answer.ok ? answer : { ok: false, error: nestedErrors(answer.error, key) };
  };
  // A new card takes another place if somebody has taken this one meanwhile.
  const save = (values: Values, on: Version<GuestConfig>) =>
    exists
      ? write(slot, cardOf(values, readCard(String(on.item[slot]), kind), kind), on.item.digest)
      : write(slot in on.item ? (freeCard(on.item) ?? slot) : slot, cardOf(values, {}, kind), on.item.digest);
  const again = async (on: Version<GuestConfig>): Promise<Answer<Version<GuestConfig> | null>> => {
    const answer = await request("GET", `${base}/config`, { node, vmid });
    if (!answer.ok) return answer;
    if (!exists) return { ...answer, data: { item: answer.data, values: on.values } };
    if (!(slot in answer.data)) return { ...answer, data: null };
    return {
      ...answer,
      data: { item: answer.data, values: cardValues(readCard(String(answer.data[slot]), kind), kind) },
    };
  };
  const card = exists ? readCard(String(config[slot]), kind) : newCard(kind, config, slot, first);
  return (
    <EditDialog<GuestConfig>
      title={`${exists ? "Edit" : "Add"}: Network Device (${slot})`}
      what={slot}
      fields={fields}
      start={{ item: config, values: cardValues(card, kind) }}
      word={exists ? "Save" : "Add"}
      save={save}
      again={again}
      make={(values) => write(slot, cardOf(values, {}, kind), undefined)}
      close={close}
    />
  );
}
