// What who is logged in may do: the page shows no button that the server would refuse.
import { useCallback } from "react";
import { useGet } from "../api/hooks";
import type { PermissionTree } from "../api/types";

/** Whether a privilege holds at a path: the nearest path counts that has any, and above it only what goes on below. */
export function holds(tree: PermissionTree, path: string, privilege: string): boolean {
  for (let at = path, exact = true; ; at = at.slice(0, at.lastIndexOf("/")) || "/", exact = false) {
    const here = tree[at];
    if (here) return exact ? privilege in here : here[privilege] === 1;
    if (at === "/") return false;
  }
}

export interface Powers {
  /** Users, their tokens and second factors. */
  users: boolean;
  groups: boolean;
  roles: boolean;
  /** Rights, at one path at least. */
  acl: boolean;
}

export function powersOf(tree: PermissionTree): Powers {
  const somewhere = (privilege: string, below: string) =>
    holds(tree, below, privilege) ||
    Object.entries(tree).some(([path, held]) => path.startsWith(below) && privilege in held);
  return {
    users: somewhere("User.Modify", "/access/groups"),
    groups: holds(tree, "/access/groups", "Group.Allocate"),
    roles: holds(tree, "/access", "Sys.Modify"),
    acl: somewhere("Permissions.Modify", "/"),
  };
}

export function usePowers(): Powers {
  const { data } = useGet("/access/permissions");
  return powersOf(data ?? {});
}

export type May = (path: string, privilege: string) => boolean;

/** Whether who is logged in has a privilege at a path. While nobody can tell, the server is asked, and says. */
export function useMay(): May {
  const { data } = useGet("/access/permissions");
  return useCallback((path, privilege) => !data || holds(data, path, privilege), [data]);
}
