// Guest → Network: a card for each network device, with its state and traffic.
import { Badge, Button, Group, Text } from "@mantine/core";
import { Cable, Pencil, Plus, Shield, Trash2, Unplug } from "lucide-react";
import { useMemo, useState } from "react";
import { useMay } from "../access/privileges";
import { useGet, useSend } from "../api/hooks";
import type { GuestCard, GuestKind } from "../api/types";
import { Traffic } from "../network/columns";
import { type Rate, useRates } from "../network/rates";
import { Confirm, type Question } from "../widgets/confirm";
import { Dot } from "../widgets/dot";
import { Empty } from "../widgets/empty";
import { Problem } from "../widgets/problem";
import { cardState, countersOf, isPending } from "./card_state";
import { type Card, cardKeys, freeCard, isOn, readCard } from "./nic";
import { NicDialog } from "./nic_dialog";
import styles from "./nic_page.module.css";

interface Props {
  node: string;
  kind: GuestKind;
  vmid: number;
  running: boolean;
}

export function NicPage({ node, kind, vmid, running }: Props) {
  const base = `/nodes/{node}/${kind}/{vmid}` as const;
  const guest = { node, vmid };
  const send = useSend();
  const config = useGet(`${base}/config`, guest);
  const cards = useGet(`${base}/cards`, guest, 3000);
  const counters = useMemo(() => countersOf(cards.data), [cards.data]);
  const traffic = useRates(counters, cards.at);
  const [slot, setSlot] = useState<string | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const all = config.data ?? {};
  const known = new Map(cards.data?.map((one) => [one.id, one]));
  // A card that goes at the next start is in the guest still, and in its configuration no more.
  const keys = cardKeys(Object.fromEntries([...cardKeys(all), ...known.keys()].map((key) => [key, ""])));
  const free = freeCard(all);
  const remove = (key: string) =>
    setQuestion({
      title: `Remove ${key}?`,
      body: "The guest loses this network device. If it runs and lets go of it, at once; else at its next start.",
      word: "Remove",
      danger: true,
      act: () => send("PUT", `${base}/config`, { ...guest, delete: [key], digest: config.data?.digest }, [base]),
    });
  const mayChange = useMay()(`/vms/${vmid}`, "VM.Config.Network");
  const add = mayChange && (
    <Button leftSection={<Plus size={14} />} disabled={!free || !config.data} onClick={() => setSlot(free)}>
      Add network device
    </Button>
  );
  return (
    <>
      <Group gap="xs" style={{ flex: "none" }}>
        {add}
        {mayChange && !free && <Text size="sm">All 32 are in use.</Text>}
      </Group>
      <Problem error={config.error ?? cards.error} retry={config.error ? config.reload : cards.reload} />
      <div className={styles.cards}>
        {keys.map((key) => (
          <NicCard
            key={key}
            name={key}
            kind={kind}
            card={key in all ? readCard(String(all[key]), kind) : null}
            known={known.get(key)}
            running={running}
            rate={traffic.get(key)}
            edit={mayChange ? () => setSlot(key) : undefined}
            remove={mayChange ? () => remove(key) : undefined}
          />
        ))}
      </div>
      {config.data && keys.length === 0 && (
        <Empty icon={Cable} title="No network device">
          This guest is alone. Add a network device and choose the bridge that it shall be in.
        </Empty>
      )}
      {slot && config.data && (
        <NicDialog node={node} kind={kind} vmid={vmid} config={config.data} slot={slot} close={() => setSlot(null)} />
      )}
      <Confirm question={question} close={() => setQuestion(null)} />
    </>
  );
}

interface CardProps {
  name: string;
  kind: GuestKind;
  card: Card | null;
  /** What the server knows of it; nothing before it has told. */
  known: GuestCard | undefined;
  running: boolean;
  rate: Rate | undefined;
  /** Nothing where one may only look. */
  edit?: () => void;
  remove?: () => void;
}

function facts(card: Card, kind: GuestKind): [string, string][] {
  const mac = kind === "qemu" ? card.macaddr : card.hwaddr;
  const all: [string, string | undefined][] = [
    ["VLAN Tag", card.tag ?? (card.trunks ? undefined : "no VLAN")],
    ["Trunks", card.trunks],
    [kind === "qemu" ? "Model" : "Name", kind === "qemu" ? card.model : card.name],
    ["MAC", mac ?? "auto"],
    ["IPv4", card.ip],
    ["Gateway", card.gw],
    ["IPv6", card.ip6],
    ["Gateway (IPv6)", card.gw6],
    ["Rate limit", card.rate && `${card.rate} MB/s`],
    ["MTU", card.mtu],
    ["Multiqueue", card.queues],
  ];
  return all.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== "");
}

function NicCard({ name, kind, card, known, running, rate, edit, remove }: CardProps) {
  const { tone, word, about } = cardState(known, kind, running);
  return (
    <article className={styles.card} aria-label={name}>
      <header className={styles.head}>
        <Dot tone={tone} />
        <b>{name}</b>
        <span className="quiet" title={about}>
          {word}
        </span>
        <span style={{ flex: 1 }} />
        {isPending(known) && <Badge color="orange">pending</Badge>}
        {card && isOn(card.firewall) && (
          <Badge color="green" leftSection={<Shield size={10} aria-hidden />}>
            firewall
          </Badge>
        )}
      </header>
      <div className={styles.bridge}>
        {card?.bridge ? <Cable size={16} aria-hidden /> : <Unplug size={16} aria-hidden />}
        <span>{card?.bridge ?? (kind === "qemu" ? "behind the node's own address" : "no bridge")}</span>
        {known?.device && <code className="quiet">{known.device}</code>}
        <span style={{ flex: 1 }} />
        {rate && <Traffic rate={rate} />}
      </div>
      <dl className={styles.facts}>
        {card &&
          facts(card, kind).map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {edit && remove && (
        <footer className={styles.foot}>
          <Button
            variant="default"
            leftSection={<Pencil size={13} />}
            onClick={edit}
            disabled={!card}
            aria-label={`Edit ${name}`}
          >
            Edit
          </Button>
          <Button
            variant="subtle"
            color="red"
            leftSection={<Trash2 size={13} />}
            onClick={remove}
            disabled={!card}
            aria-label={`Remove ${name}`}
          >
            Remove
          </Button>
        </footer>
      )}
    </article>
  );
}
