// Traffic: the kernel counts bytes since ever; a rate is the difference of two looks.
import { useEffect, useRef, useState } from "react";

/** Bytes per second, received and sent. */
export interface Rate {
  rx: number;
  tx: number;
}

/** Something whose bytes are counted: a link of the node, a card of a guest. */
export interface Counted {
  name: string;
  rx_bytes?: number;
  tx_bytes?: number;
}

export interface Look {
  at: number;
  counters: Map<string, Rate>;
}

export function look(links: Counted[], at: number): Look {
  const counters = new Map<string, Rate>();
  for (const { name, rx_bytes, tx_bytes } of links)
    if (rx_bytes !== undefined && tx_bytes !== undefined) counters.set(name, { rx: rx_bytes, tx: tx_bytes });
  return { at, counters };
}

/** A counter that went backwards belongs to a link that was made anew: no rate yet. */
export function rates(before: Look, now: Look): Map<string, Rate> {
  const found = new Map<string, Rate>();
  const seconds = (now.at - before.at) / 1000;
  if (seconds <= 0) return found;
  for (const [name, { rx, tx }] of now.counters) {
    const old = before.counters.get(name);
    if (!old || rx < old.rx || tx < old.tx) continue;
    found.set(name, { rx: (rx - old.rx) / seconds, tx: (tx - old.tx) / seconds });
  }
  return found;
}

/** Rates of the links of one node, from each look at them to the next. */
export function useRates(links: Counted[] | undefined, at: number): Map<string, Rate> {
  const last = useRef<Look | null>(null);
  const [found, setFound] = useState<Map<string, Rate>>(new Map());
  useEffect(() => {
    if (!links) return;
    const now = look(links, at);
    if (last.current && now.at > last.current.at) setFound(rates(last.current, now));
    last.current = now;
  }, [links, at]);
  return found;
}
