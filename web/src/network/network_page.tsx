// Node → Network: the table, what can be done to it, and what is pending.
import { Button, Menu } from "@mantine/core";
import { ChevronDown, Network, Pencil, Play, Plus, RotateCcw, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useGet, useSend } from "../api/hooks";
import type { Interface } from "../api/types";
import { TaskDialog } from "../tasks/task_dialog";
import { useColumns } from "../widgets/columns_menu";
import { Confirm, type Question } from "../widgets/confirm";
import { DataTable } from "../widgets/data_table";
import { Empty } from "../widgets/empty";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import { ApplyDialog } from "./apply_dialog";
import { networkColumns, type Row } from "./columns";
import { Drift } from "./drift";
import { InterfaceDialog } from "./interface_dialog";
import { creatable, kindOf } from "./kinds";
import { Pending } from "./pending";
import { useRates } from "./rates";
import type { Trial } from "./use_trial";

type Open = { create: string } | { edit: Interface } | null;

export function NetworkPage({ node, trial }: { node: string; trial: Trial }) {
  const send = useSend();
  const list = useGet("/nodes/{node}/network", { node });
  const topology = useGet("/nodes/{node}/topology", { node }, 3000);
  const diff = typeof list.extra.changes === "string" ? list.extra.changes : "";
  const plan = useGet("/nodes/{node}/network-plan", { node });
  const pending = diff !== "" || plan.data?.pending === true;
  const traffic = useRates(topology.data?.links, topology.at);
  const { columns, menu } = useColumns("network", networkColumns);
  const [selected, setSelected] = useState<string | null>(null);
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
  const chosen = all.find((one) => one.iface === selected);
  const busy = trial.view.phase !== "none";

  const remove = (one: Interface) =>
    setQuestion({
      title: `Remove ${one.iface}?`,
      body:
        one.type === "eth"
          ? `The settings of ${one.iface} go; the hardware stays, unconfigured. Pending until you apply.`
          : `${kindOf(one.type)} ${one.iface} goes out of the file. Pending until you apply.`,
      word: "Remove",
      danger: true,
      act: () => send("DELETE", "/nodes/{node}/network/{iface}", { node, iface: one.iface }, ["/nodes/{node}/network"]),
    });
  const revert = () =>
    setQuestion({
      title: "Drop the pending changes?",
      body: "The pending file is dropped; the running configuration stays as it is.",
      word: "Revert",
      danger: true,
      act: () => send("DELETE", "/nodes/{node}/network", { node }),
    });

  return (
    <>
      <Panel
        label="Network"
        fill
        toolbar={
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
            <Button
              variant="default"
              leftSection={<Pencil size={14} />}
              disabled={!chosen}
              onClick={() => chosen && setOpen({ edit: chosen })}
            >
              Edit
            </Button>
            <Button
              variant="default"
              leftSection={<Trash2 size={14} />}
              disabled={!chosen}
              onClick={() => chosen && remove(chosen)}
            >
              Remove
            </Button>
            <Button
              variant={pending ? "filled" : "default"}
              leftSection={<Play size={14} />}
              disabled={!pending || busy}
              onClick={() => setApplying(true)}
            >
              Apply Configuration
            </Button>
            <span style={{ flex: 1 }} />
            {menu}
          </>
        }
      >
        <Problem error={list.error} retry={list.reload} />
        <DataTable
          label="Interfaces"
          rows={rows}
          columns={columns}
          rowKey={({ one }) => one.iface}
          selected={selected}
          onSelect={setSelected}
          onOpen={({ one }) => setOpen({ edit: one })}
          onRemove={({ one }) => remove(one)}
          sorting={{ key: "name", down: false }}
          empty={
            !list.loading &&
            !list.error && (
              <Empty icon={Network} title="No interface yet">
                Create a Linux Bridge with a network card as its port: guests attach to it.
              </Empty>
            )
          }
        />
      </Panel>
      {pending && !busy && <Pending plan={plan.data} diff={diff || (plan.data?.diff ?? "")} />}
      {!pending && !busy && (plan.data?.operations.length ?? 0) > 0 && (
        <Drift operations={plan.data?.operations ?? []} />
      )}
      {open && (
        <InterfaceDialog
          node={node}
          all={all}
          digest={typeof list.extra.digest === "string" ? list.extra.digest : undefined}
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
