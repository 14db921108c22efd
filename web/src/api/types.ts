// What the API answers, as far as the page reads it. Values parsed from files are strings, flags and defaults are
// numbers; absent means unset.

export interface Ticket {
  username: string;
  ticket?: string;
  CSRFPreventionToken?: string;
  NeedTFA?: number;
  clustername?: string;
}

export interface Version {
  version: string;
  release?: string;
  drawbridge?: string;
}

export interface NodeItem {
  node: string;
  status?: "online" | "offline" | "unknown";
  uptime?: number;
  maxcpu?: number;
  cpu?: number;
  mem?: number;
  maxmem?: number;
}

export type GuestKind = "qemu" | "lxc";

/** A line of /cluster/resources. */
export interface Resource {
  id: string;
  type: "node" | GuestKind | "storage" | "sdn" | string;
  node?: string;
  vmid?: number;
  name?: string;
  status?: string;
  template?: number;
}

export interface Interface {
  iface: string;
  type: string;
  active?: number;
  exists?: number;
  autostart?: number;
  hotplug?: number;
  altnames?: string[];
  families?: (string | null)[];
  method?: string;
  method6?: string;
  addresses?: string[];
  address?: string;
  netmask?: string;
  cidr?: string;
  gateway?: string;
  address6?: string;
  cidr6?: string;
  gateway6?: string;
  comments?: string;
  comments6?: string;
  mtu?: string | number;
  digest?: string;
  bridge_ports?: string;
  bridge_vlan_aware?: number | string;
  bridge_vids?: string;
  bridge_stp?: string;
  slaves?: string;
  bond_mode?: string;
  bond_xmit_hash_policy?: string;
  "bond-primary"?: string;
  "vlan-id"?: string | number;
  "vlan-raw-device"?: string;
  ovs_ports?: string;
  ovs_bonds?: string;
  ovs_bridge?: string;
  ovs_tag?: string | number;
  ovs_options?: string;
  options?: string[];
  options6?: string[];
  [key: string]: unknown;
}

export interface Place {
  file: string;
  line: number;
}

export interface Operation {
  op: string;
  object: string;
  detail: string;
  why: Place | null;
  disruptive: boolean;
}

export interface Diagnostic extends Place {
  column: number;
  severity: "error" | "warning" | "note" | string;
  code: string;
  message: string;
  hint?: string;
}

export interface NetworkPlan {
  diff: string;
  operations: Operation[];
  warnings: Diagnostic[];
  reach: string[];
  pending: boolean;
  base_changed: boolean;
  digest?: string;
  author?: string;
  since?: number;
}

export type Stage = "executing" | "verifying" | "awaiting" | "committing" | "rolling-back" | string;

export interface Outcome {
  outcome: string;
  reason?: string;
  generation?: number;
  ended?: number | string;
  author?: string;
}

export interface NetworkTransaction {
  stage: Stage | null;
  remaining_seconds?: number | null;
  author?: string | null;
  last: Outcome | null;
}

export interface Generation {
  generation: number;
  when: string | number;
  author?: string;
  outcome?: string;
  diff?: string;
  current?: boolean | number;
}

/** VLANs of a bridge port; `self` are the bridge's own. */
export interface VlanRange {
  first: number;
  last: number;
  pvid?: boolean;
  untagged?: boolean;
  self?: boolean;
}

export interface TopologyLink {
  name: string;
  kind: string;
  master?: string | null;
  parent?: string | null;
  up: boolean;
  carrier: boolean;
  speed?: number | null;
  duplex?: string | null;
  mtu?: number;
  mac?: string;
  vlans?: VlanRange[];
  vlan_id?: number | null;
  vlan_aware?: number | null;
  bond_mode?: string | number | null;
  rx_bytes?: number;
  tx_bytes?: number;
  lacp_partner?: string | null;
  guest?: { vmid: number; card: string } | null;
  addresses?: string[];
  [key: string]: unknown;
}

export interface Topology {
  links: TopologyLink[];
}

export interface TaskItem {
  upid: string;
  node: string;
  type: string;
  id?: string;
  user: string;
  starttime: number;
  endtime?: number;
  status?: string;
}

export interface TaskStatus {
  upid: string;
  type: string;
  id?: string;
  user: string;
  starttime: number;
  status: "running" | "stopped";
  exitstatus?: string;
}

export interface LogLine {
  n: number;
  t: string;
}

export type RuleType = "in" | "out" | "forward" | "group";

export interface Rule {
  pos: number;
  type: RuleType;
  action: string;
  enable?: number;
  macro?: string;
  iface?: string;
  source?: string;
  dest?: string;
  proto?: string;
  sport?: string;
  dport?: string;
  "icmp-type"?: string;
  log?: string;
  comment?: string;
  digest?: string;
  /** Line of the file. */
  line?: number;
  errors?: Record<string, string>;
}

export interface Macro {
  macro: string;
  descr: string;
  matches?: string[];
}

export interface Ref {
  type: "alias" | "ipset";
  name: string;
  ref: string;
  scope: string;
  comment?: string;
}

export interface Alias {
  name: string;
  cidr: string;
  comment?: string;
  digest?: string;
}

export interface NamedList {
  name: string;
  comment?: string;
  digest?: string;
}

export interface Group {
  group: string;
  comment?: string;
  digest?: string;
}

export interface SetEntry {
  cidr: string;
  nomatch?: number;
  comment?: string;
  errors?: Record<string, string>;
  digest?: string;
}

export type FirewallOptions = { digest?: string } & Record<string, string | number | undefined>;

export interface RuleCounter extends Place {
  text: string;
  packets: number;
  bytes: number;
}

export interface FirewallCounters {
  counting: boolean;
  rules: RuleCounter[];
}

export interface TraceStep {
  stage: string;
  list: string;
  rule: string;
  file?: string;
  line?: number;
}

export interface Verdict {
  action: string;
  rule: (Place & { text: string }) | null;
  trace: TraceStep[];
}

/** Whether the firewall is on, and a change of it that waits. */
export interface FirewallStatus {
  status: string;
  enabled: boolean;
  service: boolean;
  stopped?: string | null;
  trial?: { remaining_seconds: number; author?: string } | null;
  errors?: number;
}

/** Whom turning the firewall on would cut off. */
export interface Lockout {
  turns_on?: boolean;
  refusal: { message: string; hint?: string } | null;
  warnings: Diagnostic[];
}

/** A packet that a rule logged. */
export interface Packet {
  time: string;
  vmid: number;
  level: number;
  chain: string;
  action: string;
  rule: string | null;
  in: string | null;
  out: string | null;
  physical_in: string | null;
  physical_out: string | null;
  source_mac?: string | null;
  packet: string;
}

export type GuestConfig = { digest?: string } & Record<string, string | number | undefined>;

export interface PendingItem {
  key: string;
  value?: string | number;
  pending?: string | number;
  delete?: number;
}

export interface GuestStatus {
  status: "running" | "stopped" | string;
  name?: string;
  vmid: number;
  uptime?: number;
  mem?: number;
  maxmem?: number;
  cpus?: number;
}
