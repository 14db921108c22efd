// The frame: bar above, tree left, page right, tasks below. On a phone the tree is a drawer.
import { Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { Outlet, useLocation, useParams } from "react-router";
import { listen } from "../api/events";
import { useGet } from "../api/hooks";
import { keepAlive } from "../api/session";
import { TaskBar } from "../tasks/task_bar";
import styles from "./layout.module.css";
import { TopBar } from "./top_bar";
import { Tree } from "./tree";

const CreateVm = lazy(() => import("../guests/create_vm").then((module) => ({ default: module.CreateVm })));

export function Layout() {
  const queries = useQueryClient();
  const [drawer, { toggle, close }] = useDisclosure(false);
  const [creating, create] = useDisclosure(false);
  const { data: nodes } = useGet("/nodes");
  const rights = useGet("/access/permissions");
  const { node } = useParams();
  const { pathname } = useLocation();
  const here = node ?? nodes?.[0]?.node ?? null;
  useEffect(() => listen(queries), [queries]);
  useEffect(keepAlive, []);
  useEffect(() => {
    document.title = [
      pathname
        .split("/")
        .slice(2)
        .filter((part) => !/^(qemu|lxc)$/.test(part))
        .join(" · "),
      "Drawbridge",
    ].join(" – ");
  }, [pathname]);
  const startCreate = () => {
    close();
    create.open();
  };
  // What one may do decides what is shown and asked for: known first, nothing has to vanish again.
  if (rights.loading) return null;
  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={skipToPage}>
        Skip to the page
      </button>
      <TopBar open={drawer} toggle={toggle} />
      <div className={styles.middle}>
        <div className={styles.tree}>
          <Tree onCreate={startCreate} />
        </div>
        <Drawer
          opened={drawer}
          onClose={close}
          size={290}
          padding={0}
          withCloseButton={false}
          hiddenFrom="sm"
          attributes={{ content: { "aria-label": "Nodes and guests" } }}
        >
          <div style={{ height: "100dvh" }}>
            <Tree onPick={close} onCreate={startCreate} />
          </div>
        </Drawer>
        <main id="page" className={styles.page} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <TaskBar node={here} />
      {creating && here && (
        <Suspense>
          <CreateVm node={here} nodes={nodes ?? []} close={create.close} />
        </Suspense>
      )}
    </div>
  );
}

/** Past the tree, for who walks with the Tab key. */
function skipToPage() {
  document.getElementById("page")?.focus();
}
