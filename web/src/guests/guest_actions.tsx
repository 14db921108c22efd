// Start, shut down, stop, delete: beside the guest's name.
import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { EllipsisVertical, Play, Power, Trash2, Zap } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useMay } from "../access/privileges";
import { useReload, useSend } from "../api/hooks";
import type { GuestKind } from "../api/types";
import { places } from "../shell/places";
import { finished } from "../tasks/finish";
import { TaskDialog } from "../tasks/task_dialog";
import { Confirm, type Question } from "../widgets/confirm";
import { ShutdownDialog } from "./shutdown_dialog";

interface Props {
  node: string;
  kind: GuestKind;
  vmid: number;
  running: boolean;
}

export function GuestActions({ node, kind, vmid, running }: Props) {
  const send = useSend();
  const reload = useReload();
  const go = useNavigate();
  const [task, setTask] = useState<string | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [shutting, setShutting] = useState(false);
  const base = `/nodes/{node}/${kind}/{vmid}` as const;
  const guest = { node, vmid };
  const touches = [base, "/cluster/resources" as const, "/nodes/{node}/tasks" as const];
  const may = useMay();
  const mayPower = may(`/vms/${vmid}`, "VM.PowerMgmt");
  const mayDelete = may(`/vms/${vmid}`, "VM.Allocate");
  const word = kind === "qemu" ? "VM" : "container";
  const ask = (
    title: string,
    body: string,
    wordOfButton: string,
    danger: boolean,
    act: Question["act"],
    after?: () => void,
  ) => setQuestion({ title, body, word: wordOfButton, danger, act, after });
  const started = async (act: "start" | "stop" | "shutdown", how: { timeout?: number; forceStop?: boolean } = {}) => {
    const answer = await send("POST", `${base}/status/${act}`, { ...guest, ...how }, touches);
    if (answer.ok && answer.data) setTask(answer.data);
    return answer;
  };
  return (
    <Group gap={6}>
      {!mayPower ? null : running ? (
        <Button variant="default" leftSection={<Power size={14} />} onClick={() => setShutting(true)}>
          Shut down
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<Play size={14} />}
          onClick={() =>
            ask(
              `Start ${word} ${vmid}?`,
              "What was pending takes effect. Its ports are wired before it runs.",
              "Start",
              false,
              () => started("start"),
            )
          }
        >
          Start
        </Button>
      )}
      {(mayPower || mayDelete) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={30} aria-label="More actions">
              <EllipsisVertical size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<Zap size={14} />}
              disabled={!running || !mayPower}
              onClick={() =>
                ask(`Cut the power of ${word} ${vmid}?`, "What it has not written is lost.", "Stop", true, () =>
                  started("stop"),
                )
              }
            >
              Stop at once
            </Menu.Item>
            <Menu.Item
              color="red"
              leftSection={<Trash2 size={14} />}
              disabled={running || !mayDelete}
              onClick={() =>
                ask(
                  `Delete ${word} ${vmid}?`,
                  "Its configuration and its firewall's file go. Disks that lie elsewhere stay.",
                  "Delete",
                  true,
                  async () => {
                    const answer = await finished(await send("DELETE", base, guest, touches));
                    await reload(touches);
                    return answer;
                  },
                  () => go(places.node(node)),
                )
              }
            >
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {shutting && (
        <ShutdownDialog
          what={`${word} ${vmid}`}
          shutDown={(how) => started("shutdown", how)}
          close={() => setShutting(false)}
        />
      )}
      {task && <TaskDialog upid={task} close={() => setTask(null)} />}
      <Confirm question={question} close={() => setQuestion(null)} />
    </Group>
  );
}
