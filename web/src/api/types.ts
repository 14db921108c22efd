// Names that the page uses for what the API answers; what they are is made from the API's description.
export type {
  Diagnostic,
  FirewallAlias as Alias,
  FirewallCounters,
  FirewallOneEntry as SetEntry,
  FirewallOptions,
  FirewallRef as Ref,
  FirewallRule as Rule,
  FirewallRuleGroup as Group,
  FirewallStatus,
  Generation,
  GuestConfig,
  Interface,
  Lockout,
  LoggedPacket as Packet,
  LogLine,
  Macro,
  NamedList,
  NetworkPlan,
  NetworkTransaction,
  NodeItem,
  Operation,
  Outcome,
  PendingItem,
  Resource,
  RuleCounter,
  TaskItem,
  TaskStatus,
  Ticket,
  Topology,
  TopologyLink,
  TraceStep,
  Verdict,
  Version,
  VlanRange,
} from "./description";

import type { FirewallRule } from "./description";

export type GuestKind = "qemu" | "lxc";
export type RuleType = FirewallRule["type"];
export type Stage = "executing" | "verifying" | "awaiting" | "committing" | "rolling-back" | string;
