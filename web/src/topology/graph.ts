// The picture's model: links of the kernel as things and lines between them, from the wire (left) to the guests (right).
import type { Operation, TopologyLink, VlanRange } from "../api/types";

export type Change = "created" | "deleted" | "changed";

export interface Thing {
  id: string;
  link: TopologyLink;
  change?: Change;
  /** What is pending about it, in words. */
  pending: string[];
}

export interface Line {
  id: string;
  /** The end nearer to the wire. */
  from: string;
  to: string;
  change?: Change;
}

export interface Graph {
  things: Thing[];
  lines: Line[];
}

const hidden = (link: TopologyLink) => link.name === "lo";

/** A guest's port hangs behind its bridge; every other port lies before its master. */
function lineOf(link: TopologyLink): { from: string; to: string }[] {
  const lines: { from: string; to: string }[] = [];
  if (link.master) lines.push(link.guest ? { from: link.master, to: link.name } : { from: link.name, to: link.master });
  if (link.parent && link.kind !== "veth") lines.push({ from: link.parent, to: link.name });
  return lines;
}

/** Master that a pending operation gives a link; its detail may have words around the name. */
function masterIn(detail: string, names: Set<string>): string | undefined {
  return detail.split(/[\s=]+/).find((word) => names.has(word));
}

export function graphOf(links: TopologyLink[], operations: Operation[]): Graph {
  const things = new Map<string, Thing>();
  for (const link of links) if (!hidden(link)) things.set(link.name, { id: link.name, link, pending: [] });
  for (const { op, object, detail } of operations)
    if (op === "create-link" && !things.has(object)) {
      const kind = /kind (\S+)/.exec(detail)?.[1] ?? "link";
      things.set(object, {
        id: object,
        link: { name: object, kind, up: false, carrier: false },
        change: "created",
        pending: [],
      });
    }
  const names = new Set(things.keys());
  const lines = new Map<string, Line>();
  const add = (from: string, to: string, change?: Change) => {
    if (!names.has(from) || !names.has(to) || from === to) return;
    const id = `${from}>${to}`;
    if (!lines.has(id)) lines.set(id, change ? { id, from, to, change } : { id, from, to });
  };
  for (const thing of things.values()) for (const { from, to } of lineOf(thing.link)) add(from, to);
  for (const { op, object, detail } of operations) {
    const thing = things.get(object);
    if (!thing) continue;
    if (op === "delete-link") thing.change = "deleted";
    else if (!thing.change) thing.change = "changed";
    thing.pending.push(`${op.replaceAll("-", " ")} ${detail}`.trim());
    const master = op === "set-master" ? masterIn(detail, names) : undefined;
    if (master) add(thing.link.guest ? master : object, thing.link.guest ? object : master, "created");
    if (op === "release")
      for (const line of lines.values())
        if (line.from === object && line.to === thing.link.master) line.change = "deleted";
  }
  return { things: [...things.values()], lines: [...lines.values()] };
}

/** Everything on the way from a thing to the wire and to the guests, itself included. */
export function pathOf(graph: Graph, id: string): Set<string> {
  const found = new Set([id]);
  const follow = (end: "from" | "to") => {
    const other = end === "from" ? "to" : "from";
    const queue = [id];
    for (let at = queue.pop(); at !== undefined; at = queue.pop())
      for (const line of graph.lines)
        if (line[other] === at && !found.has(line[end])) {
          found.add(line[end]);
          queue.push(line[end]);
        }
  };
  follow("from");
  follow("to");
  return found;
}

/** A colour for each VLAN, the same every time; hues far apart for neighbours. */
export function vlanHue(id: number): number {
  return Math.round((id * 137.508) % 360);
}

/** VLANs as they are shown: ids and ranges, the first few. The one that untagged frames belong to has a mark. */
export function vlanWords(vlans: VlanRange[] | undefined, most = 4): { shown: string[]; more: number } {
  const all = (vlans ?? []).map(
    ({ first, last, pvid }) => `${first === last ? first : `${first}-${last}`}${pvid ? "•" : ""}`,
  );
  return { shown: all.slice(0, most), more: Math.max(0, all.length - most) };
}
