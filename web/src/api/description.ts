// Made from src/api/description by `tools/web types`: don't edit it here.

export type AclItem = { path: string; type: "user" | "group" | "token"; ugid: string; roleid: string; propagate: number };
export type AuditEntry = { when: string; user: string; from: string; method: string; path: string; target: string; parameters: { [key: string]: string }; status: number; message?: string; result?: string; diff?: string; [key: string]: unknown };
export type Diagnostic = { file: string; line: number; column: number; severity: "error" | "warning" | "note"; code: string; message: string; hint?: string };
export type Drift = { operations: Operation[]; findings: (Record<string, unknown>)[]; diagnostics: Diagnostic[] };
export type ErrorTexts = { [key: string]: string };
export type FactorItem = { id: string; type: "totp" | "recovery" | "u2f" | "webauthn" | "yubico"; description: string; created: number; enable: boolean | 0 | 1 };
export type FactorKinds = { realm: string; user: string; types?: string[] };
export type FirewallAlias = { name: string; cidr: string; comment?: string; ipversion?: number; digest: string };
export type FirewallCounters = { counting: boolean | 0 | 1; rules: RuleCounter[]; built_in: (Record<string, unknown>)[] };
export type FirewallOneEntry = { cidr: string; nomatch?: boolean | 0 | 1; comment?: string; errors?: ErrorTexts; digest: string };
export type FirewallOptions = { digest?: string; [key: string]: string | number | undefined };
export type FirewallRef = { type: "alias" | "ipset"; name: string; ref: string; scope: string; comment?: string };
export type FirewallRule = { pos: number; type: "in" | "out" | "forward" | "group"; action: string; enable?: number; digest: string; line: number; macro?: string; iface?: string; source?: string; dest?: string; proto?: string; dport?: string; sport?: string; "icmp-type"?: string; log?: string; comment?: string; ipversion?: number; errors?: ErrorTexts };
export type FirewallRuleGroup = { group: string; comment?: string; digest: string };
export type FirewallStatus = { status: string; enabled: boolean | 0 | 1; service: boolean | 0 | 1; stopped?: string | null; trial?: null | { id: string; remaining_seconds: number; author?: string }; held: string[]; refused: (Record<string, unknown>)[]; errors: number };
export type Generation = { generation: number; when: string; author: string; summary?: string; digest: string; diff?: string; outcome?: string; current?: boolean | 0 | 1 };
export type GroupItem = { groupid: string; users: string; comment: string };
export type GuestCard = { id: string; device: string; state: string; canonical: string; bridge?: string; tag?: number; macaddr?: string; pending?: string; netin?: number; netout?: number; [key: string]: unknown };
export type GuestConfig = { digest?: string; [key: string]: string | number | undefined };
export type GuestStatus = { vmid: number; name?: string; status: "running" | "stopped"; cpus?: number; cpu?: number; mem?: number; maxmem?: number; maxdisk?: number; uptime?: number; netin?: number; netout?: number; template?: number; tags?: string; lock?: string; pid?: number; digest?: string; [key: string]: unknown };
export type Interface = InterfaceSettings & { iface: string };
export type InterfaceSettings = { type: string; active?: number; exists?: number; autostart?: number; hotplug?: number; priority?: number; altnames?: string[]; families?: (string | null)[]; method?: string; method6?: string; addresses?: string[]; address?: string; netmask?: string; cidr?: string; gateway?: string; address6?: string; netmask6?: string | number; cidr6?: string; gateway6?: string; comments?: string; comments6?: string; mtu?: string | number; digest?: string; bridge_ports?: string; bridge_vlan_aware?: string | number; bridge_vids?: string; bridge_stp?: string; slaves?: string; bond_mode?: string; bond_xmit_hash_policy?: string; "bond-primary"?: string; "vlan-id"?: string | number; "vlan-raw-device"?: string; ovs_ports?: string; ovs_bonds?: string; ovs_bridge?: string; ovs_tag?: string | number; ovs_options?: string; options?: string[]; options6?: string[]; [key: string]: unknown };
export type Lockout = { changed: boolean | 0 | 1; diff: string; turns_on: boolean | 0 | 1; warnings: Diagnostic[]; refusal: null | { message: string; hint?: string } };
export type LogLine = { n: number; t: string };
export type LoggedPacket = { time: string; vmid: number; level: number; chain: string; action: string; rule: string | null; in: string | null; out: string | null; physical_in: string | null; physical_out: string | null; source_mac?: string | null; packet: string };
export type Macro = { macro: string; descr: string; matches?: string[] };
export type NamedList = { name: string; comment?: string; digest?: string };
export type NetworkPlan = { diff: string; operations: Operation[]; warnings: Diagnostic[]; reach: string[]; pending: boolean | 0 | 1; base_changed: boolean | 0 | 1; digest?: string; origin: null | Origin };
export type NetworkTransaction = { stage: string | null; id?: string; task?: string | null; remaining_seconds?: number | null; author?: string | null; last: null | Outcome };
export type NewFactor = { id: string; recovery?: string[] };
export type NewToken = { "full-tokenid": string; value: string; info: Token };
export type NodeItem = { node: string; id: string; type: string; status: "online" | "offline" | "unknown"; uptime?: number; maxcpu?: number; cpu?: number; mem?: number; maxmem?: number; level?: string };
export type Operation = { op: string; object: string; detail: string; why: null | Place; disruptive: boolean | 0 | 1 };
export type Origin = { author: string; when: string };
export type Outcome = { outcome: string; reason?: string; generation?: number; ended?: string | number; author?: string };
export type PendingItem = { key: string; value?: string | number; pending?: string | number; delete?: number };
export type PermissionTree = { [key: string]: PrivilegeFlags };
export type Place = { file: string; line: number };
export type PrivilegeFlags = { [key: string]: number };
export type Realm = { realm: string; type: string; comment?: string; default?: number; tfa?: string; supported: number };
export type Resource = { id: string; type: "node" | "qemu" | "lxc" | "storage" | "sdn"; node?: string; vmid?: number; name?: string; status?: string; template?: number; tags?: string; pool?: string; uptime?: number; maxcpu?: number; maxmem?: number; maxdisk?: number; mem?: number; cpu?: number };
export type RoleItem = { roleid: string; privs: string; special: number };
export type RuleCounter = { file: string; line: number; text: string; packets: number; bytes: number };
export type TaskItem = { upid: string; node: string; type: string; id?: string; user: string; starttime: number; endtime?: number; status?: string };
export type TaskStatus = { upid: string; node: string; type: string; id?: string; user: string; starttime: number; status: "running" | "stopped"; exitstatus?: string };
export type Ticket = { username: string; ticket: string; CSRFPreventionToken: string; NeedTFA?: number; clustername?: string; cap?: { [key: string]: { [key: string]: number } } };
export type Token = { expire: number; privsep: number; comment?: string };
export type TokenItem = { tokenid: string; expire: number; privsep: number; comment?: string };
export type Topology = { links: TopologyLink[] };
export type TopologyLink = { name: string; kind: string; master?: string | null; parent?: string | null; up: boolean | 0 | 1; carrier: boolean | 0 | 1; operstate?: string; speed?: number | null; duplex?: string | null; mtu?: number; mac?: string; altnames?: string[]; addresses?: string[]; vlans?: VlanRange[]; vlan_id?: number | null; vlan_aware?: number | null; bond_mode?: string | number | null; lacp_partner?: string | null; rx_bytes?: number; tx_bytes?: number; guest?: null | { vmid: number; card: string }; [key: string]: unknown };
export type TraceStep = { stage: string; list: string; rule: string; file?: string; line?: number };
export type User = { enable: number; expire: number; firstname?: string; lastname?: string; email?: string; comment?: string; keys?: string; groups: string[]; tokens: { [key: string]: Token } };
export type UserFactors = { userid: string; entries: FactorItem[] };
export type UserGroup = { members: string[]; comment?: string };
export type UserItem = { userid: string; "realm-type": string; enable: number; expire: number; firstname?: string; lastname?: string; email?: string; comment?: string; keys?: string; groups?: string; tokens?: TokenItem[] };
export type Verdict = { action: string; trace: TraceStep[]; rule: null | { file: string; line: number; text: string } };
export type Version = { version: string; release: string; repoid: string; drawbridge: string };
export type VlanRange = { first: number; last: number; pvid?: boolean | 0 | 1; untagged?: boolean | 0 | 1; self?: boolean | 0 | 1 };

/** Every method, by path and verb. */
export interface Api {
  "/access/acl": {
    /** Lists rights, as far as one may look at them. */
    GET: { parameters: { [none: string]: undefined }; returns: AclItem[] };
    /** Gives roles at a path, or takes them away. */
    PUT: { parameters: { delete?: boolean | 0 | 1; groups?: string | string[]; path: string; propagate?: boolean | 0 | 1; roles: string | string[]; tokens?: string | string[]; users?: string | string[] }; returns: null };
  };
  "/access/audit": {
    /** Lists changes that were asked for through the API: who, from where, what, how it ended; the newest last. */
    GET: { parameters: { lines?: number; path?: string; refused?: boolean | 0 | 1; user?: string }; returns: AuditEntry[] };
  };
  "/access/domains": {
    /** Lists the realms that users can log in by. */
    GET: { parameters: { [none: string]: undefined }; returns: Realm[] };
  };
  "/access/groups": {
    /** Lists groups, as far as one may look at them. */
    GET: { parameters: { [none: string]: undefined }; returns: GroupItem[] };
    /** Makes a group; users are put into it one by one. */
    POST: { parameters: { comment?: string; groupid: string }; returns: null };
  };
  "/access/groups/{groupid}": {
    /** Shows who is in a group. */
    GET: { parameters: { groupid: string }; returns: UserGroup };
    /** Changes a group's comment. */
    PUT: { parameters: { comment?: string; groupid: string }; returns: null };
    /** Deletes a group, with the rights that it was given. */
    DELETE: { parameters: { groupid: string }; returns: null };
  };
  "/access/password": {
    /** Sets the password of a user of the realm pve. */
    PUT: { parameters: { "confirmation-password"?: string; password: string; userid: string }; returns: null };
  };
  "/access/permissions": {
    /** Tells what one may do where. */
    GET: { parameters: { path?: string; userid?: string }; returns: PermissionTree };
  };
  "/access/roles": {
    /** Lists the roles. */
    GET: { parameters: { [none: string]: undefined }; returns: RoleItem[] };
    /** Makes a role. */
    POST: { parameters: { privs?: string | string[]; roleid: string }; returns: null };
  };
  "/access/roles/{roleid}": {
    /** Shows a role's privileges. */
    GET: { parameters: { roleid: string }; returns: PrivilegeFlags };
    /** Changes a role. */
    PUT: { parameters: { append?: boolean | 0 | 1; privs?: string | string[]; roleid: string }; returns: null };
    /** Deletes a role. */
    DELETE: { parameters: { roleid: string }; returns: null };
  };
  "/access/tfa": {
    /** Lists second factors, as far as one may look at them. */
    GET: { parameters: { [none: string]: undefined }; returns: UserFactors[] };
  };
  "/access/tfa/{userid}": {
    /** Lists a user's second factors. */
    GET: { parameters: { userid: string }; returns: FactorItem[] };
    /** Sets up an authenticator app, or makes recovery codes. */
    POST: { parameters: { challenge?: string; description?: string; password?: string; totp?: string; type: "totp" | "recovery" | "u2f" | "webauthn" | "yubico"; userid: string; value?: string }; returns: NewFactor };
  };
  "/access/tfa/{userid}/{id}": {
    /** Shows a second factor. */
    GET: { parameters: { id: string; userid: string }; returns: FactorItem };
    /** Changes a second factor's description, or switches it on or off. */
    PUT: { parameters: { description?: string; enable?: boolean | 0 | 1; id: string; password?: string; userid: string }; returns: null };
    /** Takes a second factor away. */
    DELETE: { parameters: { id: string; password?: string; userid: string }; returns: null };
  };
  "/access/ticket": {
    /** Answers nothing: there for forms of browsers. */
    GET: { parameters: { [none: string]: undefined }; returns: null };
    /** Logs a user in: gives a ticket and its CSRF token. */
    POST: { parameters: { "new-format"?: boolean | 0 | 1; "tfa-challenge"?: string; otp?: string; password: string; path?: string; privs?: string; realm?: string; username: string }; returns: Ticket };
  };
  "/access/users": {
    /** Lists users: oneself, and those whose groups one may look at. */
    GET: { parameters: { enabled?: boolean | 0 | 1; full?: boolean | 0 | 1 }; returns: UserItem[] };
    /** Adds a user. */
    POST: { parameters: { comment?: string; email?: string; enable?: boolean | 0 | 1; expire?: number; firstname?: string; groups?: string | string[]; keys?: string; lastname?: string; password?: string; userid: string }; returns: null };
  };
  "/access/users/{userid}": {
    /** Shows a user. */
    GET: { parameters: { userid: string }; returns: User };
    /** Changes a user; what is not given stays. */
    PUT: { parameters: { append?: boolean | 0 | 1; comment?: string; email?: string; enable?: boolean | 0 | 1; expire?: number; firstname?: string; groups?: string | string[]; keys?: string; lastname?: string; userid: string }; returns: null };
    /** Deletes a user with tokens, rights, password and second factors. */
    DELETE: { parameters: { userid: string }; returns: null };
  };
  "/access/users/{userid}/tfa": {
    /** Tells which kinds of second factors a user has. */
    GET: { parameters: { multiple?: boolean | 0 | 1; userid: string }; returns: FactorKinds };
  };
  "/access/users/{userid}/token": {
    /** Lists a user's API tokens. */
    GET: { parameters: { userid: string }; returns: TokenItem[] };
  };
  "/access/users/{userid}/token/{tokenid}": {
    /** Shows a token. */
    GET: { parameters: { tokenid: string; userid: string }; returns: Token };
    /** Makes a token; its secret is told this once. */
    POST: { parameters: { comment?: string; expire?: number; privsep?: boolean | 0 | 1; tokenid: string; userid: string }; returns: NewToken };
    /** Changes a token; its secret stays. */
    PUT: { parameters: { comment?: string; delete?: string | string[]; expire?: number; privsep?: boolean | 0 | 1; tokenid: string; userid: string }; returns: Record<string, unknown> };
    /** Deletes a token. */
    DELETE: { parameters: { tokenid: string; userid: string }; returns: null };
  };
  "/access/users/{userid}/unlock-tfa": {
    /** Accepts codes again of a user who gave too many wrong ones. */
    PUT: { parameters: { userid: string }; returns: boolean | 0 | 1 };
  };
  "/cluster/firewall": {
    /** Lists what the datacenter's firewall has. */
    GET: { parameters: { [none: string]: undefined }; returns: ({ name: string })[] };
  };
  "/cluster/firewall/aliases": {
    /** Lists the datacenter's aliases. */
    GET: { parameters: { [none: string]: undefined }; returns: FirewallAlias[] };
    /** Gives a name to an address or network. */
    POST: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; force?: boolean | 0 | 1; name: string }; returns: null };
  };
  "/cluster/firewall/aliases/{name}": {
    /** Shows an alias. */
    GET: { parameters: { name: string }; returns: FirewallAlias };
    /** Replaces address and comment of an alias, and renames it. */
    PUT: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; digest?: string; force?: boolean | 0 | 1; name: string; rename?: string }; returns: null };
    /** Deletes an alias that nobody uses; with force any. */
    DELETE: { parameters: { "confirm-within"?: number; digest?: string; force?: boolean | 0 | 1; name: string }; returns: null };
  };
  "/cluster/firewall/groups": {
    /** Lists the security groups. */
    GET: { parameters: { [none: string]: undefined }; returns: FirewallRuleGroup[] };
    /** Makes a security group, or renames one. */
    POST: { parameters: { "confirm-within"?: number; comment?: string; digest?: string; force?: boolean | 0 | 1; group: string; rename?: string }; returns: null };
  };
  "/cluster/firewall/groups/{group}": {
    /** Lists the group's rules, in order. */
    GET: { parameters: { group: string }; returns: FirewallRule[] };
    /** Adds a rule to the group, as the first unless pos says otherwise. */
    POST: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action: string; comment?: string; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; group: string; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; macro?: string; pos?: number; proto?: string; source?: string; sport?: string; type: "in" | "out" | "forward" | "group" }; returns: null };
    /** Deletes a group that has no rules and no users; with force any. */
    DELETE: { parameters: { "confirm-within"?: number; force?: boolean | 0 | 1; group: string }; returns: null };
  };
  "/cluster/firewall/groups/{group}/{pos}": {
    /** Shows a rule of the group. */
    GET: { parameters: { group: string; pos: number }; returns: FirewallRule };
    /** Changes a rule of the group, or moves it. */
    PUT: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action?: string; comment?: string; delete?: string | string[]; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; group: string; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog" | "-" | ""; macro?: string; moveto?: number; pos: number; proto?: string; source?: string; sport?: string; type?: "in" | "out" | "forward" | "group" }; returns: null };
    /** Deletes a rule of the group. */
    DELETE: { parameters: { "confirm-within"?: number; digest?: string; force?: boolean | 0 | 1; group: string; pos: number }; returns: null };
  };
  "/cluster/firewall/ipset": {
    /** Lists the datacenter's IP sets. */
    GET: { parameters: { [none: string]: undefined }; returns: NamedList[] };
    /** Makes an IP set, or renames one. */
    POST: { parameters: { "confirm-within"?: number; comment?: string; digest?: string; force?: boolean | 0 | 1; name: string; rename?: string }; returns: null };
  };
  "/cluster/firewall/ipset/{name}": {
    /** Lists the set's entries. */
    GET: { parameters: { name: string }; returns: FirewallOneEntry[] };
    /** Adds an entry to the set. */
    POST: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; force?: boolean | 0 | 1; name: string; nomatch?: boolean | 0 | 1 }; returns: null };
    /** Deletes a set that has no entries and no users; with force any. */
    DELETE: { parameters: { "confirm-within"?: number; force?: boolean | 0 | 1; name: string }; returns: null };
  };
  "/cluster/firewall/ipset/{name}/{cidr}": {
    /** Shows an entry of the set. */
    GET: { parameters: { cidr: string; name: string }; returns: FirewallOneEntry };
    /** Replaces comment and exception of an entry. */
    PUT: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; digest?: string; force?: boolean | 0 | 1; name: string; nomatch?: boolean | 0 | 1 }; returns: null };
    /** Takes an entry out of the set. */
    DELETE: { parameters: { "confirm-within"?: number; cidr: string; digest?: string; force?: boolean | 0 | 1; name: string }; returns: null };
  };
  "/cluster/firewall/lockout": {
    /** Tells whom switching the firewall on would cut off from the node that answers. */
    GET: { parameters: { [none: string]: undefined }; returns: Lockout };
  };
  "/cluster/firewall/macros": {
    /** Lists the prepared matches, with what each stands for. */
    GET: { parameters: { [none: string]: undefined }; returns: Macro[] };
  };
  "/cluster/firewall/options": {
    /** Shows the options that the datacenter's file sets. */
    GET: { parameters: { [none: string]: undefined }; returns: FirewallOptions };
    /** Sets and takes out options of the datacenter. */
    PUT: { parameters: { "confirm-within"?: number; delete?: string | string[]; digest?: string; ebtables?: boolean | 0 | 1; enable?: number; force?: boolean | 0 | 1; log_ratelimit?: string; policy_forward?: "ACCEPT" | "DROP"; policy_in?: "ACCEPT" | "REJECT" | "DROP"; policy_out?: "ACCEPT" | "REJECT" | "DROP" }; returns: null };
  };
  "/cluster/firewall/refs": {
    /** Lists aliases and sets that rules of datacenter and nodes may refer to. */
    GET: { parameters: { type?: "alias" | "ipset" }; returns: FirewallRef[] };
  };
  "/cluster/firewall/rules": {
    /** Lists the datacenter's rules, in order. */
    GET: { parameters: { [none: string]: undefined }; returns: FirewallRule[] };
    /** Adds a rule, as the first unless pos says otherwise. */
    POST: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action: string; comment?: string; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; macro?: string; pos?: number; proto?: string; source?: string; sport?: string; type: "in" | "out" | "forward" | "group" }; returns: null };
  };
  "/cluster/firewall/rules/{pos}": {
    /** Shows a rule. */
    GET: { parameters: { pos: number }; returns: FirewallRule };
    /** Changes a rule, or moves it. */
    PUT: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action?: string; comment?: string; delete?: string | string[]; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog" | "-" | ""; macro?: string; moveto?: number; pos: number; proto?: string; source?: string; sport?: string; type?: "in" | "out" | "forward" | "group" }; returns: null };
    /** Deletes a rule. */
    DELETE: { parameters: { "confirm-within"?: number; digest?: string; force?: boolean | 0 | 1; pos: number }; returns: null };
  };
  "/cluster/nextid": {
    /** Finds a number that no guest has. */
    GET: { parameters: { vmid?: number }; returns: string };
  };
  "/cluster/options": {
    /** Shows what holds for all nodes. */
    GET: { parameters: { [none: string]: undefined }; returns: Record<string, unknown> };
  };
  "/cluster/resources": {
    /** Lists nodes, and the guests that the caller may audit. */
    GET: { parameters: { type?: "vm" | "storage" | "node" | "sdn" }; returns: Resource[] };
  };
  "/cluster/sdn/vnets/{vnet}/firewall": {
    /** Lists what the virtual network's firewall has. */
    GET: { parameters: { vnet: string }; returns: ({ name: string })[] };
  };
  "/cluster/sdn/vnets/{vnet}/firewall/options": {
    /** Shows the options that the virtual network's file sets. */
    GET: { parameters: { vnet: string }; returns: FirewallOptions };
    /** Sets and takes out options of the virtual network. */
    PUT: { parameters: { "confirm-within"?: number; delete?: string | string[]; digest?: string; enable?: boolean | 0 | 1; force?: boolean | 0 | 1; log_level_forward?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; policy_forward?: "ACCEPT" | "DROP"; vnet: string }; returns: null };
  };
  "/cluster/sdn/vnets/{vnet}/firewall/rules": {
    /** Lists the virtual network's rules, in order. */
    GET: { parameters: { vnet: string }; returns: FirewallRule[] };
    /** Adds a rule to the virtual network's, as the first unless pos says otherwise. */
    POST: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action: string; comment?: string; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; macro?: string; pos?: number; proto?: string; source?: string; sport?: string; type: "in" | "out" | "forward" | "group"; vnet: string }; returns: null };
  };
  "/cluster/sdn/vnets/{vnet}/firewall/rules/{pos}": {
    /** Shows a rule of the virtual network. */
    GET: { parameters: { pos: number; vnet: string }; returns: FirewallRule };
    /** Changes a rule of the virtual network, or moves it. */
    PUT: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action?: string; comment?: string; delete?: string | string[]; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog" | "-" | ""; macro?: string; moveto?: number; pos: number; proto?: string; source?: string; sport?: string; type?: "in" | "out" | "forward" | "group"; vnet: string }; returns: null };
    /** Deletes a rule of the virtual network. */
    DELETE: { parameters: { "confirm-within"?: number; digest?: string; force?: boolean | 0 | 1; pos: number; vnet: string }; returns: null };
  };
  "/cluster/status": {
    /** Lists the nodes. */
    GET: { parameters: { [none: string]: undefined }; returns: ({ id: string; name: string; type: string; online: number; local: number; ip?: string })[] };
  };
  "/cluster/tasks": {
    /** Lists the node's latest tasks, those that run among them, the newest first. */
    GET: { parameters: { [none: string]: undefined }; returns: TaskItem[] };
  };
  "/events": {
    /** Tells as it happens what has changed: server-sent events named network, guests, firewall, access, tasks. */
    GET: { parameters: { [none: string]: undefined }; returns: string };
  };
  "/nodes": {
    /** Lists the nodes. */
    GET: { parameters: { [none: string]: undefined }; returns: NodeItem[] };
  };
  "/nodes/{node}/firewall": {
    /** Lists what the node's firewall has. */
    GET: { parameters: { node: string }; returns: ({ name: string })[] };
  };
  "/nodes/{node}/firewall-log": {
    /** Shows logged packets with every field on its own, and the rule behind each; the newest last. */
    GET: { parameters: { grep?: string; guest?: number; host?: boolean | 0 | 1; lines?: number; node: string; rule?: string }; returns: LoggedPacket[] };
  };
  "/nodes/{node}/firewall/check": {
    /** Lists what is wrong in the firewall's files of the node, by file and line. */
    GET: { parameters: { node: string }; returns: Diagnostic[] };
  };
  "/nodes/{node}/firewall/compile": {
    /** Shows the rules as the kernel would be given them. */
    GET: { parameters: { node: string }; returns: { enabled: boolean | 0 | 1; nftables: string } };
  };
  "/nodes/{node}/firewall/confirm": {
    /** Keeps the change that waits for its confirmation. */
    POST: { parameters: { id?: string; node: string }; returns: Outcome };
  };
  "/nodes/{node}/firewall/counters": {
    /** Tells how many packets and bytes each rule has matched. */
    GET: { parameters: { node: string }; returns: FirewallCounters };
    /** Lets rules count what they match, or not any more. */
    POST: { parameters: { counting: boolean | 0 | 1; node: string }; returns: { counting: boolean | 0 | 1 } };
  };
  "/nodes/{node}/firewall/localnet": {
    /** Shows which networks count as the administrators'. */
    GET: { parameters: { node: string }; returns: { node: string; address: string; detected: string[]; local_network: string[]; defined: boolean | 0 | 1; corosync: (Record<string, unknown>)[] } };
  };
  "/nodes/{node}/firewall/log": {
    /** Shows the log's lines, numbered, with their total beside. */
    GET: { parameters: { limit?: number; node: string; since?: number; start?: number; until?: number }; returns: LogLine[] };
  };
  "/nodes/{node}/firewall/options": {
    /** Shows the options that the node's file sets. */
    GET: { parameters: { node: string }; returns: FirewallOptions };
    /** Sets and takes out options of the node. */
    PUT: { parameters: { "confirm-within"?: number; delete?: string | string[]; digest?: string; enable?: boolean | 0 | 1; force?: boolean | 0 | 1; log_level_forward?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; log_level_in?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; log_level_out?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; log_nf_conntrack?: boolean | 0 | 1; ndp?: boolean | 0 | 1; nf_conntrack_allow_invalid?: boolean | 0 | 1; nf_conntrack_helpers?: string | string[]; nf_conntrack_max?: number; nf_conntrack_tcp_timeout_established?: number; nf_conntrack_tcp_timeout_syn_recv?: number; nftables?: boolean | 0 | 1; node: string; nosmurfs?: boolean | 0 | 1; protection_synflood?: boolean | 0 | 1; protection_synflood_burst?: number; protection_synflood_rate?: number; smurf_log_level?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; tcp_flags_log_level?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; tcpflags?: boolean | 0 | 1 }; returns: null };
  };
  "/nodes/{node}/firewall/rollback": {
    /** Undoes the change that waits for its confirmation. */
    POST: { parameters: { node: string }; returns: Outcome };
  };
  "/nodes/{node}/firewall/rules": {
    /** Lists the node's rules, in order. */
    GET: { parameters: { node: string }; returns: FirewallRule[] };
    /** Adds a rule to the node's, as the first unless pos says otherwise. */
    POST: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action: string; comment?: string; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; macro?: string; node: string; pos?: number; proto?: string; source?: string; sport?: string; type: "in" | "out" | "forward" | "group" }; returns: null };
  };
  "/nodes/{node}/firewall/rules/{pos}": {
    /** Shows a rule of the node. */
    GET: { parameters: { node: string; pos: number }; returns: FirewallRule };
    /** Changes a rule of the node, or moves it. */
    PUT: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action?: string; comment?: string; delete?: string | string[]; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog" | "-" | ""; macro?: string; moveto?: number; node: string; pos: number; proto?: string; source?: string; sport?: string; type?: "in" | "out" | "forward" | "group" }; returns: null };
    /** Deletes a rule of the node. */
    DELETE: { parameters: { "confirm-within"?: number; digest?: string; force?: boolean | 0 | 1; node: string; pos: number }; returns: null };
  };
  "/nodes/{node}/firewall/simulate": {
    /** Sends one packet through every stage of the rules, and tells what becomes of it. */
    POST: { parameters: { "icmp-type"?: string; dest?: string; dport?: string; from?: string; mac?: string; node: string; protocol?: string; source?: string; sport?: string; state?: "new" | "established" | "related" | "invalid"; to?: string; vlan?: number }; returns: Verdict };
  };
  "/nodes/{node}/firewall/status": {
    /** Tells whether the firewall is on and running, and what waits for a confirmation. */
    GET: { parameters: { node: string }; returns: FirewallStatus };
  };
  "/nodes/{node}/firewall/verify": {
    /** Reads the kernel's rules back, and tells where they are not what the files ask for. */
    GET: { parameters: { node: string }; returns: { equal: boolean | 0 | 1; count: number; differences: (Record<string, unknown>)[] } };
  };
  "/nodes/{node}/lxc": {
    /** Lists the containers of the node that the caller may audit. */
    GET: { parameters: { node: string }; returns: GuestStatus[] };
    /** Makes a container. */
    POST: { parameters: { [family: `dev${number}`]: string | undefined; [family: `mp${number}`]: string | undefined; [family: `net${number}`]: string | undefined; [family: `unused${number}`]: string | undefined; arch?: "amd64" | "i386" | "arm64" | "armhf" | "riscv32" | "riscv64"; cmode?: "shell" | "console" | "tty"; console?: boolean | 0 | 1; cores?: number; cpulimit?: number; cpuunits?: number; debug?: boolean | 0 | 1; description?: string; entrypoint?: string; env?: string; features?: string; hookscript?: string; hostname?: string; lock?: string; memory?: number; nameserver?: string; node: string; onboot?: boolean | 0 | 1; ostemplate?: string; ostype?: "debian" | "devuan" | "ubuntu" | "centos" | "fedora" | "opensuse" | "archlinux" | "alpine" | "gentoo" | "nixos" | "unmanaged"; parent?: string; protection?: boolean | 0 | 1; rootfs?: string; searchdomain?: string; start?: boolean | 0 | 1; startup?: string; swap?: number; tags?: string; template?: boolean | 0 | 1; timezone?: string; tty?: number; unprivileged?: boolean | 0 | 1; vmid: number }; returns: string };
  };
  "/nodes/{node}/lxc/{vmid}": {
    /** Lists what there is of a container. */
    GET: { parameters: { node: string; vmid: number }; returns: (Record<string, unknown>)[] };
    /** Removes a container that does not run; its disks stay. */
    DELETE: { parameters: { "destroy-unreferenced-disks"?: boolean | 0 | 1; force?: boolean | 0 | 1; node: string; purge?: boolean | 0 | 1; vmid: number }; returns: string };
  };
  "/nodes/{node}/lxc/{vmid}/cards": {
    /** Lists the network cards: device on the host, state, settings, what is pending, traffic. */
    GET: { parameters: { node: string; vmid: number }; returns: GuestCard[] };
  };
  "/nodes/{node}/lxc/{vmid}/config": {
    /** Shows the configuration, as it is from the next start on. */
    GET: { parameters: { current?: boolean | 0 | 1; node: string; snapshot?: string; vmid: number }; returns: GuestConfig };
    /** Changes the configuration. */
    PUT: { parameters: { [family: `dev${number}`]: string | undefined; [family: `mp${number}`]: string | undefined; [family: `net${number}`]: string | undefined; [family: `unused${number}`]: string | undefined; arch?: "amd64" | "i386" | "arm64" | "armhf" | "riscv32" | "riscv64"; cmode?: "shell" | "console" | "tty"; console?: boolean | 0 | 1; cores?: number; cpulimit?: number; cpuunits?: number; debug?: boolean | 0 | 1; delete?: string | string[]; description?: string; digest?: string; entrypoint?: string; env?: string; features?: string; hookscript?: string; hostname?: string; lock?: string; memory?: number; nameserver?: string; node: string; onboot?: boolean | 0 | 1; ostype?: "debian" | "devuan" | "ubuntu" | "centos" | "fedora" | "opensuse" | "archlinux" | "alpine" | "gentoo" | "nixos" | "unmanaged"; parent?: string; protection?: boolean | 0 | 1; revert?: string | string[]; rootfs?: string; searchdomain?: string; startup?: string; swap?: number; tags?: string; template?: boolean | 0 | 1; timezone?: string; tty?: number; unprivileged?: boolean | 0 | 1; vmid: number }; returns: null };
  };
  "/nodes/{node}/lxc/{vmid}/firewall": {
    /** Lists what the guest's firewall has. */
    GET: { parameters: { node: string; vmid: number }; returns: ({ name: string })[] };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/aliases": {
    /** Lists the guest's aliases. */
    GET: { parameters: { node: string; vmid: number }; returns: FirewallAlias[] };
    /** Gives a name to an address or network, for the guest's rules. */
    POST: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; force?: boolean | 0 | 1; name: string; node: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/aliases/{name}": {
    /** Shows an alias of the guest. */
    GET: { parameters: { name: string; node: string; vmid: number }; returns: FirewallAlias };
    /** Replaces address and comment of an alias, and renames it. */
    PUT: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; digest?: string; force?: boolean | 0 | 1; name: string; node: string; rename?: string; vmid: number }; returns: null };
    /** Deletes an alias that nobody uses; with force any. */
    DELETE: { parameters: { "confirm-within"?: number; digest?: string; force?: boolean | 0 | 1; name: string; node: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/ipset": {
    /** Lists the guest's IP sets. */
    GET: { parameters: { node: string; vmid: number }; returns: NamedList[] };
    /** Makes an IP set of the guest, or renames one. */
    POST: { parameters: { "confirm-within"?: number; comment?: string; digest?: string; force?: boolean | 0 | 1; name: string; node: string; rename?: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/ipset/{name}": {
    /** Lists the entries of a set of the guest. */
    GET: { parameters: { name: string; node: string; vmid: number }; returns: FirewallOneEntry[] };
    /** Adds an entry to a set of the guest. */
    POST: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; force?: boolean | 0 | 1; name: string; node: string; nomatch?: boolean | 0 | 1; vmid: number }; returns: null };
    /** Deletes a set that has no entries and no users; with force any. */
    DELETE: { parameters: { "confirm-within"?: number; force?: boolean | 0 | 1; name: string; node: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/ipset/{name}/{cidr}": {
    /** Shows an entry of a set of the guest. */
    GET: { parameters: { cidr: string; name: string; node: string; vmid: number }; returns: FirewallOneEntry };
    /** Replaces comment and exception of an entry. */
    PUT: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; digest?: string; force?: boolean | 0 | 1; name: string; node: string; nomatch?: boolean | 0 | 1; vmid: number }; returns: null };
    /** Takes an entry out of a set of the guest. */
    DELETE: { parameters: { "confirm-within"?: number; cidr: string; digest?: string; force?: boolean | 0 | 1; name: string; node: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/log": {
    /** Shows the log's lines of the guest, numbered, with their total beside. */
    GET: { parameters: { limit?: number; node: string; since?: number; start?: number; until?: number; vmid: number }; returns: LogLine[] };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/options": {
    /** Shows the options that the guest's file sets. */
    GET: { parameters: { node: string; vmid: number }; returns: FirewallOptions };
    /** Sets and takes out options of the guest. */
    PUT: { parameters: { "confirm-within"?: number; delete?: string | string[]; dhcp?: boolean | 0 | 1; digest?: string; enable?: boolean | 0 | 1; force?: boolean | 0 | 1; ipfilter?: boolean | 0 | 1; log_level_in?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; log_level_out?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; macfilter?: boolean | 0 | 1; ndp?: boolean | 0 | 1; node: string; policy_in?: "ACCEPT" | "REJECT" | "DROP"; policy_out?: "ACCEPT" | "REJECT" | "DROP"; radv?: boolean | 0 | 1; vmid: number }; returns: null };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/refs": {
    /** Lists aliases and sets that the guest's rules may refer to. */
    GET: { parameters: { node: string; type?: "alias" | "ipset"; vmid: number }; returns: FirewallRef[] };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/rules": {
    /** Lists the guest's rules, in order. */
    GET: { parameters: { node: string; vmid: number }; returns: FirewallRule[] };
    /** Adds a rule to the guest's, as the first unless pos says otherwise. */
    POST: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action: string; comment?: string; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; macro?: string; node: string; pos?: number; proto?: string; source?: string; sport?: string; type: "in" | "out" | "forward" | "group"; vmid: number }; returns: null };
  };
  "/nodes/{node}/lxc/{vmid}/firewall/rules/{pos}": {
    /** Shows a rule of the guest. */
    GET: { parameters: { node: string; pos: number; vmid: number }; returns: FirewallRule };
    /** Changes a rule of the guest, or moves it. */
    PUT: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action?: string; comment?: string; delete?: string | string[]; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog" | "-" | ""; macro?: string; moveto?: number; node: string; pos: number; proto?: string; source?: string; sport?: string; type?: "in" | "out" | "forward" | "group"; vmid: number }; returns: null };
    /** Deletes a rule of the guest. */
    DELETE: { parameters: { "confirm-within"?: number; digest?: string; force?: boolean | 0 | 1; node: string; pos: number; vmid: number }; returns: null };
  };
  "/nodes/{node}/lxc/{vmid}/interfaces": {
    /** Lists the container's interfaces and addresses. */
    GET: { parameters: { node: string; vmid: number }; returns: ({ name: string; hwaddr: string; inet: string; inet6: string })[] };
  };
  "/nodes/{node}/lxc/{vmid}/pending": {
    /** Lists the settings, with what they become at the next start. */
    GET: { parameters: { node: string; vmid: number }; returns: PendingItem[] };
  };
  "/nodes/{node}/lxc/{vmid}/snapshot": {
    /** Lists the snapshots in the file. */
    GET: { parameters: { node: string; vmid: number }; returns: (Record<string, unknown>)[] };
  };
  "/nodes/{node}/lxc/{vmid}/status/current": {
    /** Tells whether it runs, and what it uses. */
    GET: { parameters: { node: string; vmid: number }; returns: GuestStatus };
  };
  "/nodes/{node}/lxc/{vmid}/status/reboot": {
    /** Asks the guest to shut down, and starts it again with what was pending. */
    POST: { parameters: { node: string; timeout?: number; vmid: number }; returns: string };
  };
  "/nodes/{node}/lxc/{vmid}/status/shutdown": {
    /** Asks the guest to shut down. */
    POST: { parameters: { forceStop?: boolean | 0 | 1; node: string; skiplock?: boolean | 0 | 1; timeout?: number; vmid: number }; returns: string };
  };
  "/nodes/{node}/lxc/{vmid}/status/start": {
    /** Starts the container; what was pending takes effect. */
    POST: { parameters: { node: string; skiplock?: boolean | 0 | 1; vmid: number }; returns: string };
  };
  "/nodes/{node}/lxc/{vmid}/status/stop": {
    /** Cuts the power, without asking the guest. */
    POST: { parameters: { "overrule-shutdown"?: boolean | 0 | 1; node: string; skiplock?: boolean | 0 | 1; vmid: number }; returns: string };
  };
  "/nodes/{node}/network": {
    /** Lists the interfaces, with the changes that wait. */
    GET: { parameters: { node: string; type?: "bridge" | "bond" | "eth" | "alias" | "vlan" | "fabric" | "OVSBridge" | "OVSBond" | "OVSPort" | "OVSIntPort" | "vnet" | "any_bridge" | "any_local_bridge" | "include_sdn" }; returns: Interface[] };
    /** Adds an interface to the changes that wait. */
    POST: { parameters: { "bond-primary"?: string; "bridge-access"?: number; "bridge-arp-nd-suppress"?: "on" | "off"; "bridge-disable-mac-learning"?: boolean | 0 | 1; "bridge-learning"?: "on" | "off"; "bridge-multicast-flood"?: "on" | "off"; "bridge-unicast-flood"?: "on" | "off"; "link-type"?: "dummy"; "uplink-id"?: string; "vlan-id"?: number; "vlan-protocol"?: "802.1q" | "802.1ad"; "vlan-raw-device"?: string; "vxlan-id"?: number; "vxlan-local-tunnelip"?: string; "vxlan-physdev"?: string; "vxlan-remoteip"?: string; "vxlan-svcnodeip"?: string; address6?: string; address?: string; addresses?: string; autostart?: boolean | 0 | 1; bond_miimon?: number; bond_mode?: "balance-rr" | "active-backup" | "balance-xor" | "broadcast" | "802.3ad" | "balance-tlb" | "balance-alb" | "balance-slb" | "lacp-balance-slb" | "lacp-balance-tcp"; bond_xmit_hash_policy?: "layer2" | "layer2+3" | "layer3+4" | "encap2+3" | "encap3+4" | "vlan+srcmac"; bridge_fd?: number; bridge_ports?: string; bridge_stp?: "on" | "off"; bridge_vids?: string; bridge_vlan_aware?: boolean | 0 | 1; cidr6?: string; cidr?: string; comments6?: string; comments?: string; digest?: string; force?: boolean | 0 | 1; gateway6?: string; gateway?: string; hotplug?: boolean | 0 | 1; iface: string; method6?: "auto" | "dhcp" | "manual" | "static"; method?: "dhcp" | "manual" | "static"; mtu?: number; netmask6?: number; netmask?: string; node: string; ovs_bonds?: string; ovs_bridge?: string; ovs_options?: string; ovs_ports?: string; ovs_tag?: number; slaves?: string; type: "bridge" | "bond" | "eth" | "alias" | "vlan" | "OVSBridge" | "OVSBond" | "OVSPort" | "OVSIntPort" }; returns: null };
    /** Applies the changes that wait, as one transaction. */
    PUT: { parameters: { "confirm-within"?: number; "regenerate-frr"?: boolean | 0 | 1; digest?: string; force?: boolean | 0 | 1; node: string }; returns: string };
    /** Drops the changes that wait. */
    DELETE: { parameters: { digest?: string; node: string }; returns: null };
  };
  "/nodes/{node}/network-confirm": {
    /** Keeps the change that waits for its confirmation. */
    POST: { parameters: { id?: string; node: string }; returns: Outcome };
  };
  "/nodes/{node}/network-drift": {
    /** Tells where the kernel differs from the file, as the operations that would mend it. */
    GET: { parameters: { node: string }; returns: Drift };
  };
  "/nodes/{node}/network-history": {
    /** Lists the configurations that were applied and confirmed. */
    GET: { parameters: { node: string }; returns: Generation[] };
  };
  "/nodes/{node}/network-plan": {
    /** Shows what applying would do: file difference, kernel operations in order, who is cut off. */
    GET: { parameters: { node: string }; returns: NetworkPlan };
  };
  "/nodes/{node}/network-rollback": {
    /** Undoes the change that waits, or goes back to an earlier generation. */
    POST: { parameters: { "confirm-within"?: number; force?: boolean | 0 | 1; generation?: number; node: string }; returns: string };
  };
  "/nodes/{node}/network-transaction": {
    /** Tells whether a change waits for its confirmation, and how the last one ended. */
    GET: { parameters: { node: string }; returns: NetworkTransaction };
  };
  "/nodes/{node}/network/{iface}": {
    /** Shows an interface. */
    GET: { parameters: { iface: string; node: string }; returns: InterfaceSettings };
    /** Changes an interface in the changes that wait. */
    PUT: { parameters: { "bond-primary"?: string; "bridge-access"?: number; "bridge-arp-nd-suppress"?: "on" | "off"; "bridge-disable-mac-learning"?: boolean | 0 | 1; "bridge-learning"?: "on" | "off"; "bridge-multicast-flood"?: "on" | "off"; "bridge-unicast-flood"?: "on" | "off"; "link-type"?: "dummy"; "uplink-id"?: string; "vlan-id"?: number; "vlan-protocol"?: "802.1q" | "802.1ad"; "vlan-raw-device"?: string; "vxlan-id"?: number; "vxlan-local-tunnelip"?: string; "vxlan-physdev"?: string; "vxlan-remoteip"?: string; "vxlan-svcnodeip"?: string; address6?: string; address?: string; addresses?: string; autostart?: boolean | 0 | 1; bond_miimon?: number; bond_mode?: "balance-rr" | "active-backup" | "balance-xor" | "broadcast" | "802.3ad" | "balance-tlb" | "balance-alb" | "balance-slb" | "lacp-balance-slb" | "lacp-balance-tcp"; bond_xmit_hash_policy?: "layer2" | "layer2+3" | "layer3+4" | "encap2+3" | "encap3+4" | "vlan+srcmac"; bridge_fd?: number; bridge_ports?: string; bridge_stp?: "on" | "off"; bridge_vids?: string; bridge_vlan_aware?: boolean | 0 | 1; cidr6?: string; cidr?: string; comments6?: string; comments?: string; delete?: string | string[]; digest?: string; force?: boolean | 0 | 1; gateway6?: string; gateway?: string; hotplug?: boolean | 0 | 1; iface: string; method6?: "auto" | "dhcp" | "manual" | "static"; method?: "dhcp" | "manual" | "static"; mtu?: number; netmask6?: number; netmask?: string; node: string; ovs_bonds?: string; ovs_bridge?: string; ovs_options?: string; ovs_ports?: string; ovs_tag?: number; slaves?: string; type?: "bridge" | "bond" | "eth" | "alias" | "vlan" | "OVSBridge" | "OVSBond" | "OVSPort" | "OVSIntPort" }; returns: null };
    /** Takes an interface out, in the changes that wait. */
    DELETE: { parameters: { digest?: string; force?: boolean | 0 | 1; iface: string; node: string }; returns: null };
  };
  "/nodes/{node}/qemu": {
    /** Lists the VMs of the node that the caller may audit. */
    GET: { parameters: { full?: boolean | 0 | 1; node: string }; returns: GuestStatus[] };
    /** Makes a VM. */
    POST: { parameters: { "allow-ksm"?: boolean | 0 | 1; "amd-sev"?: string; "intel-tdx"?: string; [family: `hostpci${number}`]: string | undefined; [family: `ide${number}`]: string | undefined; [family: `ipconfig${number}`]: string | undefined; [family: `net${number}`]: string | undefined; [family: `numa${number}`]: string | undefined; [family: `parallel${number}`]: string | undefined; [family: `sata${number}`]: string | undefined; [family: `scsi${number}`]: string | undefined; [family: `serial${number}`]: string | undefined; [family: `unused${number}`]: string | undefined; [family: `usb${number}`]: string | undefined; [family: `virtio${number}`]: string | undefined; [family: `virtiofs${number}`]: string | undefined; acpi?: boolean | 0 | 1; affinity?: string; agent?: string; arch?: "x86_64" | "aarch64"; args?: string; audio0?: string; autostart?: boolean | 0 | 1; balloon?: number; bios?: "seabios" | "ovmf"; boot?: string; bootdisk?: string; cdrom?: string; cicustom?: string; cipassword?: string; citype?: "configdrive2" | "nocloud" | "opennebula"; ciupgrade?: boolean | 0 | 1; ciuser?: string; cores?: number; cpu?: string; cpulimit?: number; cpuunits?: number; description?: string; efidisk0?: string; freeze?: boolean | 0 | 1; hookscript?: string; hotplug?: string; hugepages?: "any" | "2" | "1024"; ivshmem?: string; keephugepages?: boolean | 0 | 1; keyboard?: "de" | "de-ch" | "da" | "en-gb" | "en-us" | "es" | "fi" | "fr" | "fr-be" | "fr-ca" | "fr-ch" | "hu" | "is" | "it" | "ja" | "lt" | "mk" | "nl" | "no" | "pl" | "pt" | "pt-br" | "sv" | "sl" | "tr"; kvm?: boolean | 0 | 1; localtime?: boolean | 0 | 1; lock?: string; machine?: string; memory?: string; meta?: string; migrate_downtime?: number; migrate_speed?: number; name?: string; nameserver?: string; node: string; numa?: boolean | 0 | 1; onboot?: boolean | 0 | 1; ostype?: "other" | "wxp" | "w2k" | "w2k3" | "w2k8" | "wvista" | "win7" | "win8" | "win10" | "win11" | "l24" | "l26" | "solaris"; parent?: string; protection?: boolean | 0 | 1; reboot?: boolean | 0 | 1; rng0?: string; scsihw?: "lsi" | "lsi53c810" | "virtio-scsi-pci" | "virtio-scsi-single" | "megasas" | "pvscsi"; searchdomain?: string; shares?: number; smbios1?: string; smp?: number; sockets?: number; spice_enhancements?: string; sshkeys?: string; start?: boolean | 0 | 1; startdate?: string; startup?: string; tablet?: boolean | 0 | 1; tags?: string; tdf?: boolean | 0 | 1; template?: boolean | 0 | 1; tpmstate0?: string; vcpus?: number; vga?: string; vmgenid?: string; vmid: number; vmstatestorage?: string; watchdog?: string }; returns: string };
  };
  "/nodes/{node}/qemu/{vmid}": {
    /** Lists what there is of a VM. */
    GET: { parameters: { node: string; vmid: number }; returns: (Record<string, unknown>)[] };
    /** Removes a VM that does not run; its disks stay. */
    DELETE: { parameters: { "destroy-unreferenced-disks"?: boolean | 0 | 1; node: string; purge?: boolean | 0 | 1; skiplock?: boolean | 0 | 1; vmid: number }; returns: string };
  };
  "/nodes/{node}/qemu/{vmid}/agent/network-get-interfaces": {
    /** Lists the guest's interfaces and addresses, as its agent tells. */
    GET: { parameters: { node: string; vmid: number }; returns: { result: unknown[] } };
  };
  "/nodes/{node}/qemu/{vmid}/cards": {
    /** Lists the network cards: device on the host, state, settings, what is pending, traffic. */
    GET: { parameters: { node: string; vmid: number }; returns: GuestCard[] };
  };
  "/nodes/{node}/qemu/{vmid}/config": {
    /** Shows the configuration, as it is from the next start on. */
    GET: { parameters: { current?: boolean | 0 | 1; node: string; snapshot?: string; vmid: number }; returns: GuestConfig };
    /** Changes the configuration. */
    PUT: { parameters: { "allow-ksm"?: boolean | 0 | 1; "amd-sev"?: string; "intel-tdx"?: string; [family: `hostpci${number}`]: string | undefined; [family: `ide${number}`]: string | undefined; [family: `ipconfig${number}`]: string | undefined; [family: `net${number}`]: string | undefined; [family: `numa${number}`]: string | undefined; [family: `parallel${number}`]: string | undefined; [family: `sata${number}`]: string | undefined; [family: `scsi${number}`]: string | undefined; [family: `serial${number}`]: string | undefined; [family: `unused${number}`]: string | undefined; [family: `usb${number}`]: string | undefined; [family: `virtio${number}`]: string | undefined; [family: `virtiofs${number}`]: string | undefined; acpi?: boolean | 0 | 1; affinity?: string; agent?: string; arch?: "x86_64" | "aarch64"; args?: string; audio0?: string; autostart?: boolean | 0 | 1; balloon?: number; bios?: "seabios" | "ovmf"; boot?: string; bootdisk?: string; cdrom?: string; cicustom?: string; cipassword?: string; citype?: "configdrive2" | "nocloud" | "opennebula"; ciupgrade?: boolean | 0 | 1; ciuser?: string; cores?: number; cpu?: string; cpulimit?: number; cpuunits?: number; delete?: string | string[]; description?: string; digest?: string; efidisk0?: string; force?: boolean | 0 | 1; freeze?: boolean | 0 | 1; hookscript?: string; hotplug?: string; hugepages?: "any" | "2" | "1024"; ivshmem?: string; keephugepages?: boolean | 0 | 1; keyboard?: "de" | "de-ch" | "da" | "en-gb" | "en-us" | "es" | "fi" | "fr" | "fr-be" | "fr-ca" | "fr-ch" | "hu" | "is" | "it" | "ja" | "lt" | "mk" | "nl" | "no" | "pl" | "pt" | "pt-br" | "sv" | "sl" | "tr"; kvm?: boolean | 0 | 1; localtime?: boolean | 0 | 1; lock?: string; machine?: string; memory?: string; meta?: string; migrate_downtime?: number; migrate_speed?: number; name?: string; nameserver?: string; node: string; numa?: boolean | 0 | 1; onboot?: boolean | 0 | 1; ostype?: "other" | "wxp" | "w2k" | "w2k3" | "w2k8" | "wvista" | "win7" | "win8" | "win10" | "win11" | "l24" | "l26" | "solaris"; parent?: string; protection?: boolean | 0 | 1; reboot?: boolean | 0 | 1; revert?: string | string[]; rng0?: string; scsihw?: "lsi" | "lsi53c810" | "virtio-scsi-pci" | "virtio-scsi-single" | "megasas" | "pvscsi"; searchdomain?: string; shares?: number; skiplock?: boolean | 0 | 1; smbios1?: string; smp?: number; sockets?: number; spice_enhancements?: string; sshkeys?: string; startdate?: string; startup?: string; tablet?: boolean | 0 | 1; tags?: string; tdf?: boolean | 0 | 1; template?: boolean | 0 | 1; tpmstate0?: string; vcpus?: number; vga?: string; vmgenid?: string; vmid: number; vmstatestorage?: string; watchdog?: string }; returns: null };
    /** Changes the configuration, as a task. */
    POST: { parameters: { "allow-ksm"?: boolean | 0 | 1; "amd-sev"?: string; "intel-tdx"?: string; [family: `hostpci${number}`]: string | undefined; [family: `ide${number}`]: string | undefined; [family: `ipconfig${number}`]: string | undefined; [family: `net${number}`]: string | undefined; [family: `numa${number}`]: string | undefined; [family: `parallel${number}`]: string | undefined; [family: `sata${number}`]: string | undefined; [family: `scsi${number}`]: string | undefined; [family: `serial${number}`]: string | undefined; [family: `unused${number}`]: string | undefined; [family: `usb${number}`]: string | undefined; [family: `virtio${number}`]: string | undefined; [family: `virtiofs${number}`]: string | undefined; acpi?: boolean | 0 | 1; affinity?: string; agent?: string; arch?: "x86_64" | "aarch64"; args?: string; audio0?: string; autostart?: boolean | 0 | 1; background_delay?: number; balloon?: number; bios?: "seabios" | "ovmf"; boot?: string; bootdisk?: string; cdrom?: string; cicustom?: string; cipassword?: string; citype?: "configdrive2" | "nocloud" | "opennebula"; ciupgrade?: boolean | 0 | 1; ciuser?: string; cores?: number; cpu?: string; cpulimit?: number; cpuunits?: number; delete?: string | string[]; description?: string; digest?: string; efidisk0?: string; force?: boolean | 0 | 1; freeze?: boolean | 0 | 1; hookscript?: string; hotplug?: string; hugepages?: "any" | "2" | "1024"; ivshmem?: string; keephugepages?: boolean | 0 | 1; keyboard?: "de" | "de-ch" | "da" | "en-gb" | "en-us" | "es" | "fi" | "fr" | "fr-be" | "fr-ca" | "fr-ch" | "hu" | "is" | "it" | "ja" | "lt" | "mk" | "nl" | "no" | "pl" | "pt" | "pt-br" | "sv" | "sl" | "tr"; kvm?: boolean | 0 | 1; localtime?: boolean | 0 | 1; lock?: string; machine?: string; memory?: string; meta?: string; migrate_downtime?: number; migrate_speed?: number; name?: string; nameserver?: string; node: string; numa?: boolean | 0 | 1; onboot?: boolean | 0 | 1; ostype?: "other" | "wxp" | "w2k" | "w2k3" | "w2k8" | "wvista" | "win7" | "win8" | "win10" | "win11" | "l24" | "l26" | "solaris"; parent?: string; protection?: boolean | 0 | 1; reboot?: boolean | 0 | 1; revert?: string | string[]; rng0?: string; scsihw?: "lsi" | "lsi53c810" | "virtio-scsi-pci" | "virtio-scsi-single" | "megasas" | "pvscsi"; searchdomain?: string; shares?: number; skiplock?: boolean | 0 | 1; smbios1?: string; smp?: number; sockets?: number; spice_enhancements?: string; sshkeys?: string; startdate?: string; startup?: string; tablet?: boolean | 0 | 1; tags?: string; tdf?: boolean | 0 | 1; template?: boolean | 0 | 1; tpmstate0?: string; vcpus?: number; vga?: string; vmgenid?: string; vmid: number; vmstatestorage?: string; watchdog?: string }; returns: string };
  };
  "/nodes/{node}/qemu/{vmid}/firewall": {
    /** Lists what the guest's firewall has. */
    GET: { parameters: { node: string; vmid: number }; returns: ({ name: string })[] };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/aliases": {
    /** Lists the guest's aliases. */
    GET: { parameters: { node: string; vmid: number }; returns: FirewallAlias[] };
    /** Gives a name to an address or network, for the guest's rules. */
    POST: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; force?: boolean | 0 | 1; name: string; node: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/aliases/{name}": {
    /** Shows an alias of the guest. */
    GET: { parameters: { name: string; node: string; vmid: number }; returns: FirewallAlias };
    /** Replaces address and comment of an alias, and renames it. */
    PUT: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; digest?: string; force?: boolean | 0 | 1; name: string; node: string; rename?: string; vmid: number }; returns: null };
    /** Deletes an alias that nobody uses; with force any. */
    DELETE: { parameters: { "confirm-within"?: number; digest?: string; force?: boolean | 0 | 1; name: string; node: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/ipset": {
    /** Lists the guest's IP sets. */
    GET: { parameters: { node: string; vmid: number }; returns: NamedList[] };
    /** Makes an IP set of the guest, or renames one. */
    POST: { parameters: { "confirm-within"?: number; comment?: string; digest?: string; force?: boolean | 0 | 1; name: string; node: string; rename?: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}": {
    /** Lists the entries of a set of the guest. */
    GET: { parameters: { name: string; node: string; vmid: number }; returns: FirewallOneEntry[] };
    /** Adds an entry to a set of the guest. */
    POST: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; force?: boolean | 0 | 1; name: string; node: string; nomatch?: boolean | 0 | 1; vmid: number }; returns: null };
    /** Deletes a set that has no entries and no users; with force any. */
    DELETE: { parameters: { "confirm-within"?: number; force?: boolean | 0 | 1; name: string; node: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}/{cidr}": {
    /** Shows an entry of a set of the guest. */
    GET: { parameters: { cidr: string; name: string; node: string; vmid: number }; returns: FirewallOneEntry };
    /** Replaces comment and exception of an entry. */
    PUT: { parameters: { "confirm-within"?: number; cidr: string; comment?: string; digest?: string; force?: boolean | 0 | 1; name: string; node: string; nomatch?: boolean | 0 | 1; vmid: number }; returns: null };
    /** Takes an entry out of a set of the guest. */
    DELETE: { parameters: { "confirm-within"?: number; cidr: string; digest?: string; force?: boolean | 0 | 1; name: string; node: string; vmid: number }; returns: null };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/log": {
    /** Shows the log's lines of the guest, numbered, with their total beside. */
    GET: { parameters: { limit?: number; node: string; since?: number; start?: number; until?: number; vmid: number }; returns: LogLine[] };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/options": {
    /** Shows the options that the guest's file sets. */
    GET: { parameters: { node: string; vmid: number }; returns: FirewallOptions };
    /** Sets and takes out options of the guest. */
    PUT: { parameters: { "confirm-within"?: number; delete?: string | string[]; dhcp?: boolean | 0 | 1; digest?: string; enable?: boolean | 0 | 1; force?: boolean | 0 | 1; ipfilter?: boolean | 0 | 1; log_level_in?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; log_level_out?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; macfilter?: boolean | 0 | 1; ndp?: boolean | 0 | 1; node: string; policy_in?: "ACCEPT" | "REJECT" | "DROP"; policy_out?: "ACCEPT" | "REJECT" | "DROP"; radv?: boolean | 0 | 1; vmid: number }; returns: null };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/refs": {
    /** Lists aliases and sets that the guest's rules may refer to. */
    GET: { parameters: { node: string; type?: "alias" | "ipset"; vmid: number }; returns: FirewallRef[] };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/rules": {
    /** Lists the guest's rules, in order. */
    GET: { parameters: { node: string; vmid: number }; returns: FirewallRule[] };
    /** Adds a rule to the guest's, as the first unless pos says otherwise. */
    POST: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action: string; comment?: string; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog"; macro?: string; node: string; pos?: number; proto?: string; source?: string; sport?: string; type: "in" | "out" | "forward" | "group"; vmid: number }; returns: null };
  };
  "/nodes/{node}/qemu/{vmid}/firewall/rules/{pos}": {
    /** Shows a rule of the guest. */
    GET: { parameters: { node: string; pos: number; vmid: number }; returns: FirewallRule };
    /** Changes a rule of the guest, or moves it. */
    PUT: { parameters: { "confirm-within"?: number; "icmp-type"?: string; action?: string; comment?: string; delete?: string | string[]; dest?: string; digest?: string; dport?: string; enable?: number; force?: boolean | 0 | 1; iface?: string; log?: "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug" | "nolog" | "-" | ""; macro?: string; moveto?: number; node: string; pos: number; proto?: string; source?: string; sport?: string; type?: "in" | "out" | "forward" | "group"; vmid: number }; returns: null };
    /** Deletes a rule of the guest. */
    DELETE: { parameters: { "confirm-within"?: number; digest?: string; force?: boolean | 0 | 1; node: string; pos: number; vmid: number }; returns: null };
  };
  "/nodes/{node}/qemu/{vmid}/pending": {
    /** Lists the settings, with what they become at the next start. */
    GET: { parameters: { node: string; vmid: number }; returns: PendingItem[] };
  };
  "/nodes/{node}/qemu/{vmid}/snapshot": {
    /** Lists the snapshots in the file. */
    GET: { parameters: { node: string; vmid: number }; returns: (Record<string, unknown>)[] };
  };
  "/nodes/{node}/qemu/{vmid}/status/current": {
    /** Tells whether it runs, and what it uses. */
    GET: { parameters: { node: string; vmid: number }; returns: GuestStatus };
  };
  "/nodes/{node}/qemu/{vmid}/status/reboot": {
    /** Asks the guest to shut down, and starts it again with what was pending. */
    POST: { parameters: { node: string; timeout?: number; vmid: number }; returns: string };
  };
  "/nodes/{node}/qemu/{vmid}/status/shutdown": {
    /** Asks the guest to shut down. */
    POST: { parameters: { forceStop?: boolean | 0 | 1; node: string; skiplock?: boolean | 0 | 1; timeout?: number; vmid: number }; returns: string };
  };
  "/nodes/{node}/qemu/{vmid}/status/start": {
    /** Starts the VM; what was pending takes effect. */
    POST: { parameters: { node: string; skiplock?: boolean | 0 | 1; timeout?: number; vmid: number }; returns: string };
  };
  "/nodes/{node}/qemu/{vmid}/status/stop": {
    /** Cuts the power, without asking the guest. */
    POST: { parameters: { "overrule-shutdown"?: boolean | 0 | 1; keepActive?: boolean | 0 | 1; node: string; skiplock?: boolean | 0 | 1; timeout?: number; vmid: number }; returns: string };
  };
  "/nodes/{node}/status": {
    /** Shows the node's load, memory and kernel. */
    GET: { parameters: { node: string }; returns: Record<string, unknown> };
  };
  "/nodes/{node}/tasks": {
    /** Lists tasks, the newest first. */
    GET: { parameters: { errors?: boolean | 0 | 1; limit?: number; node: string; since?: number; source?: "archive" | "active" | "all"; start?: number; statusfilter?: string | string[]; typefilter?: string; until?: number; userfilter?: string; vmid?: number }; returns: TaskItem[] };
  };
  "/nodes/{node}/tasks/{upid}": {
    /** Lists what a task has. */
    GET: { parameters: { node: string; upid: string }; returns: (Record<string, unknown>)[] };
    /** Stops a task, as Ctrl-C would. */
    DELETE: { parameters: { node: string; upid: string }; returns: null };
  };
  "/nodes/{node}/tasks/{upid}/log": {
    /** Shows what a task has printed. */
    GET: { parameters: { download?: boolean | 0 | 1; limit?: number; node: string; start?: number; upid: string }; returns: LogLine[] };
  };
  "/nodes/{node}/tasks/{upid}/status": {
    /** Tells whether a task runs, or how it ended. */
    GET: { parameters: { node: string; upid: string }; returns: TaskStatus };
  };
  "/nodes/{node}/topology": {
    /** Shows every link with what it stands on, its VLANs, its state and its traffic. */
    GET: { parameters: { node: string }; returns: Topology };
  };
  "/openapi": {
    /** Gives the description of all methods as an OpenAPI document. */
    GET: { parameters: { [none: string]: undefined }; returns: Record<string, unknown> };
  };
  "/pools": {
    /** Lists the pools that the caller may audit. */
    GET: { parameters: { [none: string]: undefined }; returns: ({ poolid: string; comment: string })[] };
  };
  "/pools/{poolid}": {
    /** Shows a pool and its guests. */
    GET: { parameters: { poolid: string }; returns: { members: unknown[]; comment: string } };
  };
  "/version": {
    /** Tells the version of the API, and of this program. */
    GET: { parameters: { [none: string]: undefined }; returns: Version };
  };
}
