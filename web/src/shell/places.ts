// Addresses within the page. Everything stands behind the #, so that the server has one page to serve.
import type { GuestKind, Resource } from "../api/types";

export const places = {
  datacenter: (tab = "overview") => `/datacenter/${tab}`,
  node: (node: string, tab = "network") => `/node/${encodeURIComponent(node)}/${tab}`,
  guest: (node: string, kind: GuestKind, vmid: number | string, tab = "network") =>
    `/guest/${encodeURIComponent(node)}/${kind}/${vmid}/${tab}`,
};

/** Where a resource of the tree is shown, on the tab that was open if it has such a one. */
export function placeOf(resource: Resource, tab?: string): string {
  if (resource.type === "node") return places.node(resource.node ?? "", tab);
  return places.guest(resource.node ?? "", resource.type as GuestKind, resource.vmid ?? 0, tab);
}
