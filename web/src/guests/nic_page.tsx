// Guest → Network: a card for each network device, with its state and traffic.
import { Badge, Button, Group, Text } from "@mantine/core";
import { Cable, Pencil, Plus, Shield, Trash2, Unplug } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import type { GuestKind, TopologyLink } from "../api/types";
import { Traffic } from "../network/columns";
import { type Rate, useRates } from "../network/rates";
import { Confirm, type Question } from "../widgets/confirm";
import { Dot } from "../widgets/dot";
import { Empty } from "../widgets/empty";
import { Problem } from "../widgets/problem";
import { type Card, cardKeys, freeCard, isOn, readCard } from "./nic";
import { NicDialog } from "./nic_dialog";
import styles from "./nic_page.module.css";

interface Props {
  node: string;
  kind: GuestKind;
  vmid: number;
}

export function NicPage({ node, kind, vmid }: Props) {
  const base = `/nodes/{node}/${kind}/{vmid}` as const;
  const guest = { node, vmid };
  const send = useSend();
  const config = useGet(`${base}/config`, guest);
  const current = useGet(`/nodes/{node}/qemu/{vmid}/config`, { ...guest, current: 1 });
  const topology = useGet("/nodes/{node}/topology", { node }, 3000);
  const traffic = useRates(topology.data?.links, topology.at);
  const [slot, setSlot] = useState<string | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const all = config.data ?? {};
  const keys = [...new Set([...cardKeys(all), ...cardKeys(current.data ?? {})])];
  const free = freeCard(all);
  const remove = (key: string) =>
    setQuestion({
      title: `Remove ${key}?`,
      body: "The guest loses this network device. If it runs and lets go of it, at once; else at its next start.",
      word: "Remove",
      danger: true,
      act: () => send("PUT", `${base}/config`, { ...guest, delete: [key], digest: config.data?.digest }, [base]),
    });
  const add = (
    <Button leftSection={<Plus size={14} />} disabled={!free || !config.data} onClick={() => setSlot(free)}>
      Add network device
    </Button>
  );
  return (
    <>
      <Group gap="xs" style={{ flex: "none" }}>
        {add}
        {!free && <Text size="sm">All 32 are in use.</Text>}
      </Group>
      <Problem error={config.error} retry={config.reload} />
      <div className={styles.cards}>
        {keys.map((key) => {
          const link = topology.data?.links.find((one) => one.guest?.vmid === vmid && one.guest.card === key);
          return (
            <NicCard
              key={key}
              name={key}
              kind={kind}
              card={key in all ? readCard(String(all[key]), kind) : null}
              pending={current.data !== undefined && current.data[key] !== all[key]}
              link={link}
              rate={link && traffic.get(link.name)}
              edit={() => setSlot(key)}
              remove={() => remove(key)}
            />
          );
        })}
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
  pending: boolean;
  link: TopologyLink | undefined;
  rate: Rate | undefined;
  edit: () => void;
  remove: () => void;
}

function state(card: Card | null, link: TopologyLink | undefined) {
  if (!card) return { tone: "warn" as const, word: "goes at the next start" };
  if (isOn(card.link_down)) return { tone: "off" as const, word: "disconnected" };
  if (!link) return { tone: "off" as const, word: "not running" };
  if (!link.up) return { tone: "bad" as const, word: "down" };
  return link.master || !card.bridge
    ? { tone: "good" as const, word: "up" }
    : { tone: "warn" as const, word: "in no bridge" };
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

function NicCard({ name, kind, card, pending, link, rate, edit, remove }: CardProps) {
  const { tone, word } = state(card, link);
  return (
    <article className={styles.card} aria-label={name}>
      <header className={styles.head}>
        <Dot tone={tone} />
        <b>{name}</b>
        <span className="quiet">{word}</span>
        <span style={{ flex: 1 }} />
        {pending && <Badge color="orange">pending</Badge>}
        {card && isOn(card.firewall) && (
          <Badge color="green" leftSection={<Shield size={10} aria-hidden />}>
            firewall
          </Badge>
        )}
      </header>
      <div className={styles.bridge}>
        {card?.bridge ? <Cable size={16} aria-hidden /> : <Unplug size={16} aria-hidden />}
        <span>{card?.bridge ?? (kind === "qemu" ? "behind the node's own address" : "no bridge")}</span>
        {link && <code className="quiet">{link.name}</code>}
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
    </article>
  );
}
