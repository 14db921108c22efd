// The server's events: each names what changed, and what shows it is read again. No event carries the thing itself, so
// there is one way in which data comes to the page.
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

const kinds = ["network", "guests", "firewall", "access", "tasks"] as const;
export type EventKind = (typeof kinds)[number];

/** Whether something read from `target` may look different after an event. */
export function concerns(kind: EventKind, node: string | undefined, target: string): boolean {
  const other = node && /^\/nodes\/([^/]+)/.exec(target)?.[1];
  if (other && decodeURIComponent(other) !== node && other !== "localhost") return false;
  switch (kind) {
    case "network":
      return /\/(network|topology)/.test(target);
    case "guests":
      return /^\/cluster\/(resources|nextid)|\/(qemu|lxc|topology)/.test(target) && !target.includes("/firewall");
    case "firewall":
      return target.includes("/firewall");
    case "access":
      return target.startsWith("/access");
    case "tasks":
      return target.includes("/tasks");
  }
}

let live = false;
const listeners = new Set<() => void>();
function setLive(now: boolean) {
  if (now === live) return;
  live = now;
  for (const listener of listeners) listener();
}

/** Whether events come in; while they don't, pages poll. */
export function useLive(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => live,
  );
}

function readNode(data: string): string | undefined {
  try {
    return (JSON.parse(data) as { node?: string }).node;
  } catch {
    // An event that can't be read still says that something changed.
    return undefined;
  }
}

/**
 * Runs `work` when it is called, and once more if it is called meanwhile: never twice at a time. Reading anew at each event
 * would begin from the start each time, and where events come faster than answers, show nothing new at all.
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let busy = false;
  let again = false;
  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      await work();
    }
    busy = false;
  };
}

/** Listens until the returned function is called. The browser itself dials again when the stream breaks. */
export function listen(queries: QueryClient): () => void {
  // Each query for itself: what is read quickly need not wait for what takes its time.
  const readers = new Map<string, () => Promise<void>>();
  const read = ({ queryHash, queryKey }: { queryHash: string; queryKey: readonly unknown[] }) => {
    const known = readers.get(queryHash) ?? oneAtATime(() => queries.refetchQueries({ queryKey, exact: true }));
    readers.set(queryHash, known);
    return known();
  };
  const refresh = (kind: EventKind, node: string | undefined) => {
    const about = queries
      .getQueryCache()
      .findAll({ predicate: ({ queryKey }) => concerns(kind, node, String(queryKey[0])) });
    for (const query of about) {
      query.invalidate();
      if (query.isActive()) void read(query);
    }
  };
  let retry: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  const dial = () => {
    source = new EventSource("/api2/json/events");
    source.onopen = () => {
      setLive(true);
      // What happened while nobody listened is not told again.
      void queries.invalidateQueries({ refetchType: "active" });
    };
    source.onerror = () => {
      setLive(false);
      // An answer that is no stream at all (a service that is down, a lost login) closes it for good; ask again later.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(dial, 3000);
    };
    for (const kind of kinds)
      source.addEventListener(kind, (event) => refresh(kind, readNode((event as MessageEvent<string>).data)));
  };
  dial();
  return () => {
    clearTimeout(retry);
    source.close();
    setLive(false);
  };
}
