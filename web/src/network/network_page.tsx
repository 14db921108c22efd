// Node → Network: the table, what can be done to it, and what is pending.
import { Button, Menu } from "@mantine/core";
import { ChevronDown, Network, Play, Plus, RotateCcw } from "lucide-react";
import { useMemo, useState } from "react";
import { useMay } from "../access/privileges";
import type { ApiError } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import type { Interface } from "../api/types";
import { TaskDialog } from "../tasks/task_dialog";
import { useColumns } from "../widgets/columns_menu";
import { Confirm, type Question } from "../widgets/confirm";
import { isConflict } from "../widgets/conflict";
import { ListPanel } from "../widgets/list_panel";
import { ApplyDialog } from "./apply_dialog";
import { networkColumns, type Row } from "./columns";
import { Drift } from "./drift";
import { InterfaceDialog } from "./interface_dialog";
import { creatable, kindOf } from "./kinds";
import { Pending } from "./pending";
import { useRates } from "./rates";
import type { Trial } from "./use_trial";

/** Where there is no bond, its mode takes no room. */
const columnsOf = (bonds: boolean) =>
  networkColumns.map((column) => (column.key === "mode" ? { ...column, hidden: !bonds } : column));

type Open = { create: string } | { edit: Interface } | null;

const editedMeanwhile: ApiError = {
  status: 0,
  message:
    "Somebody else edited the pending changes meanwhile. Nothing is dropped: close this, and look at them again.",
  errors: {},
};

export function NetworkPage({ node, trial }: { node: string; trial: Trial }) {
  const send = useSend();
  const list = useGet("/nodes/{node}/network", { node });
  const topology = useGet("/nodes/{node}/topology", { node }, 3000);
  const diff = typeof list.extra.changes === "string" ? list.extra.changes : "";
  const digest = typeof list.extra.digest === "string" ? list.extra.digest : undefined;
  const plan = useGet("/nodes/{node}/network-plan", { node });
  const pending = diff !== "" || plan.data?.pending === true;
  const traffic = useRates(topology.data?.links, topology.at);
  const bonds = list.data?.some((one) => one.bond_mode !== undefined) ?? false;
  const { columns, menu } = useColumns(
    "network",
    useMemo(() => columnsOf(bonds), [bonds]),
  );
  const [open, setOpen] = useState<Open>(null);
  const [applying, setApplying] = useState(false);
  const [task, setTask] = useState<string | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const all = list.data ?? [];
  const rows = useMemo<Row[]>(() => {
    const changed = new Set(pending ? plan.data?.operations.map((operation) => operation.object) : []);
    const links = new Map(topology.data?.links.map((link) => [link.name, link]));
    return (list.data ?? []).map((one) => ({
      one,
      link: links.get(one.iface),
      // A link may be younger than the last look at the links: then nobody knows yet.
      known: topology.at >= list.at,
      rate: traffic.get(one.iface),
      pending: changed.has(one.iface),
    }));
  }, [list.data, list.at, topology.data, topology.at, traffic, plan.data, pending]);
  const busy = trial.view.phase !== "none";
  const mayChange = useMay()(`/nodes/${node}`, "Sys.Modify");

  const remove = (one: Interface) =>
    setQuestion({
      title: `Remove ${one.iface}?`,
      body:
        one.type === "eth"
          ? `The settings of ${one.iface} go; the hardware stays, unconfigured. Pending until you apply.`
          : `${kindOf(one.type)} ${one.iface} goes out of the file. Pending until you apply.`,
      word: "Remove",
      danger: true,
      // Of when it was asked: who has edited the file since is not overwritten.
      act: () =>
        send("DELETE", "/nodes/{node}/network/{iface}", { node, iface: one.iface, digest }, ["/nodes/{node}/network"]),
    });
  const revert = () =>
    setQuestion({
      title: "Drop the pending changes?",
      body: "The pending file is dropped; the running configuration stays as it is.",
      word: "Revert",
      danger: true,
      // Of when it was asked: what a colleague adds meanwhile is not dropped unseen.
      act: async () => {
        const answer = await send("DELETE", "/nodes/{node}/network", { node, digest: plan.data?.digest });
        return answer.ok || !isConflict(answer.error) ? answer : { ok: false, error: editedMeanwhile };
      },
    });

  return (
    <>
      <ListPanel
        label="Interfaces"
        rows={rows}
        columns={columns}
        rowKey={({ one }) => one.iface}
        read={list}
        readOnly={!mayChange}
        before={
          <>
            <CreateMenu pick={(type) => setOpen({ create: type })} />
            <Button
              variant="default"
              leftSection={<RotateCcw size={14} />}
              disabled={!pending || busy}
              onClick={revert}
            >
              Revert
            </Button>
          </>
        }
        edit={({ one }) => setOpen({ edit: one })}
        remove={({ one }) => remove(one)}
        after={
          <>
            {mayChange && (
              <Button
                variant={pending ? "filled" : "default"}
                leftSection={<Play size={14} />}
                disabled={!pending || busy}
                onClick={() => setApplying(true)}
              >
                Apply Configuration
              </Button>
            )}
            <span style={{ flex: 1 }} />
            {menu}
          </>
        }
        sorting={{ key: "name", down: false }}
        empty={{
          icon: Network,
          title: "No interface yet",
          words: "Create a Linux Bridge with a network card as its port: guests attach to it.",
        }}
      />
      {pending && !busy && <Pending plan={plan.data} diff={diff || (plan.data?.diff ?? "")} />}
      {!pending && !busy && (plan.data?.operations.length ?? 0) > 0 && (
        <Drift operations={plan.data?.operations ?? []} />
      )}
      {open && (
        <InterfaceDialog
          node={node}
          all={all}
          digest={digest}
          type={"create" in open ? open.create : open.edit.type}
          one={"edit" in open ? open.edit : undefined}
          close={() => setOpen(null)}
        />
      )}
      {applying && (
        <ApplyDialog
          node={node}
          plan={plan.data}
          close={() => setApplying(false)}
          begun={trial.begun}
          showTask={setTask}
        />
      )}
      {task && <TaskDialog upid={task} close={() => setTask(null)} />}
      <Confirm question={question} close={() => setQuestion(null)} />
    </>
  );
}

function CreateMenu({ pick }: { pick: (type: string) => void }) {
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<Plus size={14} />} rightSection={<ChevronDown size={14} />}>
          Create
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {creatable.map((type, index) =>
          type ? (
            <Menu.Item key={type} onClick={() => pick(type)}>
              {kindOf(type)}
            </Menu.Item>
          ) : (
            <Menu.Divider key={index} />
          ),
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
