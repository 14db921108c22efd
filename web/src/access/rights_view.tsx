// Privileges as people read them: sorted by what they are about; and what somebody may do, path by path.
import { Badge, Loader, Modal, ScrollArea, Text, Tooltip } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useGet } from "../api/hooks";
import type { PrivilegeFlags } from "../api/types";
import { Empty } from "../widgets/empty";
import { Problem } from "../widgets/problem";
import styles from "./access.module.css";

const areas: Record<string, string> = {
  Sys: "Nodes and cluster",
  VM: "Guests",
  SDN: "Networks",
  Datastore: "Storage",
  Pool: "Pools",
  Mapping: "Hardware mappings",
  User: "Users",
  Group: "Groups",
  Realm: "Realms",
  Permissions: "Rights",
};

/** Privileges by what stands before their first dot. */
export function byArea(privileges: string[]): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const name of privileges) {
    const area = areas[name.split(".")[0] ?? ""] ?? "Others";
    found.set(area, [...(found.get(area) ?? []), name]);
  }
  const order = Object.values(areas);
  return [...found].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
}

/** `here` are those that end at this path. */
export function Privileges({ names, here = [] }: { names: string[]; here?: string[] }) {
  return (
    <div className={styles.privileges}>
      {byArea(names).map(([area, list]) => (
        <section key={area} aria-label={area}>
          <h3>{area}</h3>
          <div className={styles.badges}>
            {list.map((name) =>
              here.includes(name) ? (
                <Tooltip key={name} label="Only at this path, not below">
                  <Badge color="yellow" tt="none">
                    {name} · here only
                  </Badge>
                </Tooltip>
              ) : (
                <Badge key={name} color="gray" tt="none">
                  {name}
                </Badge>
              ),
            )}
          </div>
        </section>
      ))}
    </div>
  );
}

function PathRights({ path, held }: { path: string; held: PrivilegeFlags }) {
  const names = Object.keys(held);
  return (
    <section className={styles.path} aria-label={`Rights at ${path}`}>
      <h3>{path}</h3>
      <Privileges names={names} here={names.filter((name) => held[name] !== 1)} />
    </section>
  );
}

/** What a user or token may do; without `who`, what one may do oneself. */
export function RightsDialog({ who, close }: { who?: string; close: () => void }) {
  const { data, error, loading } = useGet("/access/permissions", { userid: who });
  const paths = Object.entries(data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={who ? `What ${who} may do` : "What you may do"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Problem error={error} />
      {loading && <Loader size="sm" aria-label="Loading" />}
      {paths.length > 0 && (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            By path. What is given at a nearer path replaces what is given above it.
          </Text>
          <ScrollArea.Autosize mah="65vh" viewportProps={{ tabIndex: 0 }}>
            <div className={styles.paths}>
              {paths.map(([path, held]) => (
                <PathRights key={path} path={path} held={held} />
              ))}
            </div>
          </ScrollArea.Autosize>
        </>
      )}
      {!loading && !error && paths.length === 0 && (
        <Empty icon={KeyRound} title="Nothing at all">
          No right was given yet. Whoever administers this node gives them under Datacenter → Permissions → Permissions.
        </Empty>
      )}
    </Modal>
  );
}
