// Where rules stand: datacenter, node or guest; groups are lists of the datacenter.
import { path } from "../api/client";
import type { GuestKind } from "../api/types";

export type Level =
  | { kind: "datacenter" }
  | { kind: "node"; node: string }
  | { kind: "guest"; node: string; guest: GuestKind; vmid: number };

export function basePath(level: Level): string {
  switch (level.kind) {
    case "datacenter":
      return "/cluster/firewall";
    case "node":
      return path`/nodes/${level.node}/firewall`;
    case "guest":
      return path`/nodes/${level.node}/${level.guest}/${level.vmid}/firewall`;
  }
}

/** Nodes have no aliases and sets of their own: theirs are the datacenter's. */
export function refsPath(level: Level): string {
  return level.kind === "node" ? "/cluster/firewall/refs" : `${basePath(level)}/refs`;
}

/** The file that holds this level's rules, as counters and the log name it. */
export function fileOf(level: Level): string {
  return level.kind === "datacenter" ? "cluster.fw" : level.kind === "node" ? "host.fw" : `${level.vmid}.fw`;
}

/** Name of the level in the texts of empty states and questions. */
export function levelWords(level: Level): string {
  return level.kind === "datacenter"
    ? "the datacenter"
    : level.kind === "node"
      ? `node ${level.node}`
      : `guest ${level.vmid}`;
}
