// Logged packets: which of them somebody asks for, and what became of each.
import type { Packet } from "../api/types";

/** "policy DROP" is a DROP. */
export function verdictOf(packet: Packet): string {
  return /\b(ACCEPT|DROP|REJECT)\b/.exec(packet.action)?.[1] ?? "";
}

/** Where it came from and went, as the log names devices. */
export function wayOf(packet: Packet): string {
  const from = packet.physical_in ?? packet.in;
  const to = packet.physical_out ?? packet.out;
  return [from, to]
    .map((name) => name ?? "")
    .join(" → ")
    .trim();
}

/** All words must be somewhere in it. */
export function matching(packets: Packet[], words: string, verdict: string): Packet[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return packets.filter((packet) => {
    if (verdict !== "" && verdictOf(packet) !== verdict) return false;
    const all = [packet.vmid, packet.chain, packet.action, packet.rule, wayOf(packet), packet.source_mac, packet.packet]
      .join(" ")
      .toLowerCase();
    return wanted.every((word) => all.includes(word));
  });
}
