// One link in the picture: what it is, how it stands, what runs through it.

import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { Box, Cable, GitFork, Layers, type LucideIcon, MonitorDot, Network, Route, Tag } from "lucide-react";
import type { Rate } from "../network/rates";
import { Dot, type Tone } from "../widgets/dot";
import { bits, speed } from "../widgets/format";
import { type Thing, vlanHue, vlanWords } from "./graph";
import styles from "./topology.module.css";

export type ThingNode = Node<{ thing: Thing; rate: Rate | undefined; lit: boolean; dimmed: boolean }, "thing">;

const icons: Record<string, LucideIcon> = { bond: Layers, bridge: GitFork, vlan: Tag, vrf: Route, vxlan: Network };
const kindWords: Record<string, string> = {
  bond: "Bond",
  bridge: "Bridge",
  vlan: "VLAN",
  vrf: "VRF",
  vxlan: "VXLAN",
  dummy: "Dummy",
  veth: "Virtual cable",
};
const changeWords = { created: "new", deleted: "goes", changed: "changes" };

function tone({ link, change }: Thing): Tone {
  if (change === "created" || !link.up) return "off";
  return link.carrier ? "good" : "warn";
}

function title({ link }: Thing): { icon: LucideIcon; name: string; kind: string } {
  if (link.guest) {
    const container = link.kind === "veth" || link.name.startsWith("ve");
    return { icon: container ? Box : MonitorDot, name: `${link.guest.vmid} · ${link.guest.card}`, kind: link.name };
  }
  return { icon: icons[link.kind] ?? Cable, name: link.name, kind: kindWords[link.kind] ?? "Network Device" };
}

function facts({ link }: Thing): string {
  return [
    link.speed && link.speed > 0 ? speed(link.speed) : link.up && !link.carrier ? "no link" : "",
    link.mtu && link.mtu !== 1500 ? `MTU ${link.mtu}` : "",
    link.lacp_partner ? `LACP ${link.lacp_partner}` : "",
    link.addresses?.find((address) => !address.startsWith("fe80:")) ?? "",
  ]
    .filter(Boolean)
    .join(" · ");
}

export function ThingCard({ data: { thing, rate, lit, dimmed } }: NodeProps<ThingNode>) {
  const { icon: Icon, name, kind } = title(thing);
  const { vlan_id: id, vlans: ranges } = thing.link;
  const own = id ? [{ first: id, last: id }] : ranges;
  const vlans = vlanWords(own);
  const classes = [styles.thing, thing.change && styles[thing.change], lit && styles.lit, dimmed && styles.dimmed];
  return (
    <div className={classes.filter(Boolean).join(" ")} title={thing.pending.join("\n")}>
      <Handle type="target" position={Position.Left} className={styles.handle} isConnectable={false} />
      <div className={styles.top}>
        <Icon size={14} aria-hidden />
        <b>{name}</b>
        <span className="quiet">{kind}</span>
        <Dot tone={tone(thing)} />
      </div>
      <div className={styles.facts}>
        {thing.change ? `${changeWords[thing.change]}: ${thing.pending[0] ?? ""}` : facts(thing)}
      </div>
      <div className={styles.vlans}>
        {vlans.shown.map((vlan) => (
          <span
            key={vlan}
            style={{ "--hue": vlanHue(Number.parseInt(vlan, 10) || 0) } as React.CSSProperties}
            className={styles.vlan}
          >
            {vlan}
          </span>
        ))}
        {vlans.more > 0 && <span className="quiet">+{vlans.more}</span>}
        {rate && rate.rx + rate.tx > 0 && <span className={styles.rate}>{bits(rate.rx + rate.tx)}</span>}
      </div>
      <Handle type="source" position={Position.Right} className={styles.handle} isConnectable={false} />
    </div>
  );
}
