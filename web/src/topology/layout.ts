// Where things stand: columns from the wire to the guests, and within a column an order with few crossings.
import type { Graph, Thing } from "./graph";

export interface Spot {
  id: string;
  x: number;
  y: number;
}

export const size = { width: 196, height: 72, gapX: 96, gapY: 14 };

/** Column of each thing: one more than the furthest of what lies before it. Guests stand together, in the last one. */
export function columnsOf({ things, lines }: Graph): Map<string, number> {
  const column = new Map<string, number>(things.map((thing) => [thing.id, 0]));
  // Links can't form a circle in the kernel; the bound keeps wrong data from spinning for ever.
  for (let round = 0; round < things.length; round += 1) {
    let moved = false;
    for (const { from, to } of lines) {
      const least = (column.get(from) ?? 0) + 1;
      if ((column.get(to) ?? 0) < least) {
        column.set(to, least);
        moved = true;
      }
    }
    if (!moved) break;
  }
  const last = Math.max(0, ...column.values());
  const hasOthers = things.some((thing) => !thing.link.guest && (column.get(thing.id) ?? 0) === last);
  const guests = hasOthers && last > 0 && things.some((thing) => thing.link.guest) ? last + 1 : last;
  for (const thing of things) if (thing.link.guest) column.set(thing.id, Math.max(guests, 1));
  // A bridge without ports stands with the other bridges, not among the network cards.
  const bridges = things.filter((thing) => thing.link.kind === "bridge").map((thing) => column.get(thing.id) ?? 0);
  for (const thing of things)
    if (thing.link.kind === "bridge" && (column.get(thing.id) ?? 0) === 0)
      column.set(thing.id, Math.max(...bridges, 1));
  return column;
}

/** Order by what a thing is next to in the column before (forward) or after (backward). */
function sweep(column: Thing[], place: Map<string, number>, graph: Graph, forward: boolean): Thing[] {
  const middle = (thing: Thing, at: number): number => {
    const near = graph.lines
      .filter((line) => (forward ? line.to : line.from) === thing.id)
      .map((line) => place.get(forward ? line.from : line.to) ?? at);
    return near.length > 0 ? near.reduce((sum, one) => sum + one, 0) / near.length : at;
  };
  const keyed = column.map((thing, at) => ({ thing, at, key: middle(thing, at) }));
  return keyed.sort((a, b) => a.key - b.key || a.at - b.at).map(({ thing }) => thing);
}

export function layout(graph: Graph): Spot[] {
  const column = columnsOf(graph);
  const columns: Thing[][] = [];
  const names = new Intl.Collator(undefined, { numeric: true });
  for (const thing of [...graph.things].sort((a, b) => names.compare(a.id, b.id))) {
    const at = column.get(thing.id) ?? 0;
    columns[at] ??= [];
    columns[at].push(thing);
  }
  const filled = columns.filter((list) => list !== undefined && list.length > 0);
  const place = new Map<string, number>();
  const note = (list: Thing[]) => {
    for (const [at, thing] of list.entries()) place.set(thing.id, at - (list.length - 1) / 2);
  };
  for (const list of filled) note(list);
  for (let round = 0; round < 4; round += 1) {
    const forward = round % 2 === 0;
    const order = forward ? filled.keys() : [...filled.keys()].reverse();
    for (const at of order) {
      filled[at] = sweep(filled[at] as Thing[], place, graph, forward);
      note(filled[at]);
    }
  }
  return filled.flatMap((list, x) =>
    list.map((thing) => ({
      id: thing.id,
      x: x * (size.width + size.gapX),
      y: (place.get(thing.id) ?? 0) * (size.height + size.gapY),
    })),
  );
}
