// Where rules stand: datacenter, node or guest; groups are lists of the datacenter.
import type { GuestKind } from "../api/types";

export type Level =
  | { kind: "datacenter" }
  | { kind: "node"; node: string }
  | { kind: "guest"; node: string; guest: GuestKind; vmid: number };

/** Levels that name addresses: nodes have no aliases and sets of their own, theirs are the datacenter's. */
export type NamedLevel = Exclude<Level, { kind: "node" }>;
type NamedPath = "/cluster/firewall" | `/nodes/{node}/${GuestKind}/{vmid}/firewall`;

/** The level's path as the API's description has it; `wordsOf` has what goes into it. */
export function basePath(level: NamedLevel): NamedPath;
export function basePath(level: Level): NamedPath | "/nodes/{node}/firewall";
export function basePath(level: Level) {
  switch (level.kind) {
    case "datacenter":
      return "/cluster/firewall";
    case "node":
      return "/nodes/{node}/firewall";
    case "guest":
      return `/nodes/{node}/${level.guest}/{vmid}/firewall` as const;
  }
}

type NamedWords = Record<never, never> | { node: string; vmid: number };
export function wordsOf(level: NamedLevel): NamedWords;
export function wordsOf(level: Level): NamedWords | { node: string };
export function wordsOf(level: Level) {
  switch (level.kind) {
    case "datacenter":
      return {};
    case "node":
      return { node: level.node };
    case "guest":
      return { node: level.node, vmid: level.vmid };
  }
}

/** The list of rules of a level, or of a security group. */
export function rulesPath(level: Level, group: string | undefined) {
  return group === undefined ? (`${basePath(level)}/rules` as const) : "/cluster/firewall/groups/{group}";
}

export function rulesWords(level: Level, group: string | undefined) {
  return group === undefined ? wordsOf(level) : { group };
}

/** Where the names that rules may use are listed: those of the datacenter, on nodes too. */
export function refsLevel(level: Level): NamedLevel {
  return level.kind === "node" ? { kind: "datacenter" } : level;
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
