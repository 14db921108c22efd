// The tree's lines: what is in it, in which order, and what a search leaves.
import type { Resource } from "../api/types";

export interface TreeItem {
  key: string;
  label: string;
  level: 1 | 2 | 3;
  icon: "datacenter" | "node" | "qemu" | "lxc";
  /** Running, online; false for the opposite, undefined if nobody knows. */
  on?: boolean;
  resource?: Resource;
}

function guestLabel(guest: Resource): string {
  return guest.name ? `${guest.vmid} (${guest.name})` : String(guest.vmid);
}

/** A guest is found by number, name or kind; a node by its name, with all its guests. */
function matches(resource: Resource, search: string): boolean {
  const words =
    `${resource.vmid ?? ""} ${resource.name ?? ""} ${resource.type === "node" ? resource.node : ""}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}

export function treeItems(resources: Resource[], search: string, closed: ReadonlySet<string>): TreeItem[] {
  const wanted = search.trim();
  const nodes = resources
    .filter((one) => one.type === "node")
    .sort((a, b) => (a.node ?? "").localeCompare(b.node ?? ""));
  const guests = resources
    .filter((one) => one.type === "qemu" || one.type === "lxc")
    .sort((a, b) => (a.vmid ?? 0) - (b.vmid ?? 0));
  const items: TreeItem[] = [{ key: "datacenter", label: "Datacenter", level: 1, icon: "datacenter" }];
  for (const node of nodes) {
    const whole = wanted === "" || matches(node, wanted);
    const mine = guests.filter((guest) => guest.node === node.node && (whole || matches(guest, wanted)));
    if (!whole && mine.length === 0) continue;
    items.push({
      key: node.id,
      label: node.node ?? "",
      level: 2,
      icon: "node",
      on: node.status !== "offline",
      resource: node,
    });
    if (wanted === "" && closed.has(node.id)) continue;
    for (const guest of mine)
      items.push({
        key: guest.id,
        label: guestLabel(guest),
        level: 3,
        icon: guest.type === "lxc" ? "lxc" : "qemu",
        on: guest.status === "running",
        resource: guest,
      });
  }
  return items;
}
