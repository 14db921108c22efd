// What who is logged in may see and do at a level of the firewall.
import { type May, useMay } from "../access/privileges";
import type { Level } from "./level";

export interface FirewallRights {
  /** Rules, options, names of this level. */
  write: boolean;
  /** What the node knows: whether the service runs, counters, what would become of a packet. */
  node: boolean;
  /** The packets that were logged. */
  log: boolean;
  /** To keep or undo a change that is on trial there. */
  changeNode: boolean;
  /** Options and groups of the datacenter. */
  datacenter: boolean;
}

export function firewallRights(level: Level, may: May): FirewallRights {
  const node = `/nodes/${level.kind === "datacenter" ? "localhost" : level.node}`;
  const write =
    level.kind === "guest"
      ? may(`/vms/${level.vmid}`, "VM.Config.Network")
      : may(level.kind === "node" ? node : "/", "Sys.Modify");
  return {
    write,
    node: may(node, "Sys.Audit"),
    log: may(node, "Sys.Syslog"),
    changeNode: may(node, "Sys.Modify"),
    datacenter: may("/", "Sys.Audit"),
  };
}

export const useFirewallRights = (level: Level) => firewallRights(level, useMay());
