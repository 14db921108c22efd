// The columns of Node → Network, as administrators know them, and what the kernel says right now beside them.
import { Tooltip } from "@mantine/core";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { Interface, TopologyLink } from "../api/types";
import { Dot } from "../widgets/dot";
import { bits, speed } from "../widgets/format";
import type { Column } from "../widgets/table_rows";
import { YesNo } from "../widgets/yes_no";
import { isAware, kindOf, members } from "./kinds";
import type { Rate } from "./rates";

/** An interface of the file, what the pending edit does to it, and its link in the kernel. */
export interface Row {
  one: Interface;
  link?: TopologyLink;
  /** Whether the kernel's links have been read since the file was: what is not among them is not there. */
  known: boolean;
  rate?: Rate;
  /** The pending edit changes something about it. */
  pending?: boolean;
}

function linkState({ one, link, known }: Row): { tone: "good" | "warn" | "bad" | "off"; word: string } {
  if (!link && !known) return { tone: "off", word: "" };
  if (!link) return { tone: "off", word: one.exists === 0 ? "missing" : "not there" };
  if (!link.up) return { tone: "off", word: "down" };
  if (!link.carrier) return { tone: "warn", word: "no link" };
  return { tone: "good", word: link.speed && link.speed > 0 ? speed(link.speed) : "up" };
}

const lines = (...parts: (string | undefined)[]) => {
  const present = parts.filter(Boolean);
  return present.length > 0 ? present.map((part) => <div key={part}>{part}</div>) : "";
};

/** Addresses: all of them, static or by whichever method. */
function addresses({ one }: Row) {
  const all = one.addresses?.length ? one.addresses : [one.cidr, one.cidr6].filter((cidr) => cidr !== undefined);
  const methods = [
    one.method === "dhcp" && "DHCP",
    one.method6 === "dhcp" && "DHCPv6",
    one.method6 === "auto" && "SLAAC",
  ];
  return lines(...all, ...methods.map((method) => method || undefined));
}

const modeWord = (mode?: string) => (mode === "802.3ad" ? "LACP (802.3ad)" : (mode ?? ""));

export const networkColumns: Column<Row>[] = [
  {
    key: "name",
    title: "Name",
    width: "minmax(88px, 1fr)",
    phone: "title",
    sort: ({ one }) => one.iface,
    render: ({ one, pending }) => (
      <span style={{ fontWeight: 600 }}>
        {one.iface}
        {pending && (
          <Tooltip label="Changes when you apply">
            <span style={{ color: "var(--db-warn)", marginLeft: 5 }} role="img" aria-label="pending">
              ●
            </span>
          </Tooltip>
        )}
      </span>
    ),
  },
  {
    key: "link",
    title: "Link",
    width: "86px",
    sort: (row) => linkState(row).word,
    render: (row) => {
      const { tone, word } = linkState(row);
      if (word === "") return "";
      return (
        <span style={{ display: "inline-flex", alignItems: "center", gap: 6 }}>
          <Dot tone={tone} />
          {word}
        </span>
      );
    },
  },
  {
    key: "type",
    title: "Type",
    width: "minmax(120px, 0.9fr)",
    sort: ({ one }) => kindOf(one.type),
    render: ({ one }) => kindOf(one.type),
  },
  {
    key: "active",
    title: "Active",
    width: "62px",
    sort: ({ one }) => one.active ?? 0,
    render: ({ one }) => <YesNo value={one.active === 1} />,
  },
  {
    key: "autostart",
    title: "Autostart",
    width: "74px",
    phone: "hide",
    sort: ({ one }) => one.autostart ?? 0,
    render: ({ one }) => <YesNo value={one.autostart === 1} />,
  },
  {
    key: "aware",
    title: "VLAN aware",
    width: "90px",
    phone: "hide",
    sort: ({ one }) => (isAware(one) ? 1 : 0),
    render: ({ one }) => (one.type === "bridge" ? <YesNo value={isAware(one)} /> : ""),
  },
  {
    key: "ports",
    title: "Ports/Slaves",
    width: "minmax(88px, 1.1fr)",
    sort: ({ one }) => members(one).join(" "),
    render: ({ one }) => members(one).join(" "),
  },
  {
    key: "mode",
    title: "Bond Mode",
    width: "88px",
    sort: ({ one }) => one.bond_mode ?? "",
    render: ({ one }) => modeWord(one.bond_mode),
  },
  {
    key: "cidr",
    title: "CIDR",
    width: "minmax(112px, 1.2fr)",
    sort: ({ one }) => one.cidr ?? one.cidr6 ?? "",
    render: addresses,
  },
  {
    key: "gateway",
    title: "Gateway",
    width: "minmax(88px, 0.9fr)",
    sort: ({ one }) => one.gateway ?? one.gateway6 ?? "",
    render: ({ one }) => lines(one.gateway, one.gateway6),
  },
  {
    key: "traffic",
    title: "Traffic",
    width: "84px",
    phone: "hide",
    sort: ({ rate }) => (rate ? rate.rx + rate.tx : -1),
    render: ({ rate }) => (rate ? <Traffic rate={rate} /> : ""),
  },
  {
    key: "comments",
    title: "Comment",
    width: "minmax(90px, 1.3fr)",
    sort: ({ one }) => one.comments ?? "",
    render: ({ one }) => (one.comments ? <span title={one.comments}>{one.comments.trim().split("\n")[0]}</span> : ""),
  },
  {
    key: "altnames",
    title: "Alternative Names",
    width: "150px",
    hidden: true,
    render: ({ one }) => lines(...(one.altnames ?? [])),
  },
  {
    key: "hash",
    title: "Hash Policy",
    width: "100px",
    hidden: true,
    render: ({ one }) => one.bond_xmit_hash_policy ?? "",
  },
  {
    key: "address",
    title: "IP address",
    width: "130px",
    hidden: true,
    render: ({ one }) => lines(one.address, one.address6),
  },
  { key: "netmask", title: "Subnet mask", width: "100px", hidden: true, render: ({ one }) => one.netmask ?? "" },
  { key: "vlan", title: "VLAN ID", width: "80px", hidden: true, render: ({ one }) => one["vlan-id"] ?? "" },
  {
    key: "raw",
    title: "VLAN raw device",
    width: "120px",
    hidden: true,
    render: ({ one }) => one["vlan-raw-device"] ?? "",
  },
  { key: "mtu", title: "MTU", width: "70px", hidden: true, render: ({ one, link }) => one.mtu ?? link?.mtu ?? "" },
];

export function Traffic({ rate }: { rate: Rate }) {
  return (
    <Tooltip label={`receives ${bits(rate.rx)}, sends ${bits(rate.tx)}`}>
      <span
        style={{ display: "inline-flex", flexDirection: "column", lineHeight: 1.15, fontSize: 11 }}
        className="quiet"
      >
        <span>
          <ArrowDown size={10} aria-label="receives" /> {bits(rate.rx)}
        </span>
        <span>
          <ArrowUp size={10} aria-label="sends" /> {bits(rate.tx)}
        </span>
      </span>
    </Tooltip>
  );
}
