// One task: what it is, how it stands, what it says, line by line while it runs.
import { Badge, Button, Group, Modal, ScrollArea, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { request } from "../api/client";
import { useGet } from "../api/hooks";
import { moment } from "../widgets/format";
import { Problem } from "../widgets/problem";
import { describe, ending, readUpid } from "./upid";

const colors = { running: "blue", ok: "green", warnings: "yellow", error: "red" } as const;

export function TaskDialog({ upid, close }: { upid: string; close: () => void }) {
  const node = readUpid(upid)?.node ?? "localhost";
  const task = { node, upid };
  const status = useGet("/nodes/{node}/tasks/{upid}/status", task, 1000);
  const running = status.data?.status !== "stopped";
  const log = useGet("/nodes/{node}/tasks/{upid}/log", { ...task, limit: 5000 }, running ? 1000 : undefined);
  const end = useRef<HTMLDivElement>(null);
  const lines = log.data?.length ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when a line comes.
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [lines]);
  // The last lines come with the end: read once more.
  useEffect(() => {
    if (!running) log.reload();
  }, [running, log.reload]);
  const how = ending(status.data?.exitstatus, !running);
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={status.data ? describe(status.data.type, status.data.id) : "Task"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Group gap="sm" mb="xs">
        <Badge color={colors[how]}>{running ? "running" : (status.data?.exitstatus ?? "ended")}</Badge>
        <Text size="xs" c="dimmed">
          {status.data && `${status.data.user}, ${moment(status.data.starttime)}`}
        </Text>
        {running && status.data && (
          <Button
            size="compact-xs"
            variant="default"
            ml="auto"
            onClick={() => void request("DELETE", "/nodes/{node}/tasks/{upid}", task)}
          >
            Stop
          </Button>
        )}
      </Group>
      <Problem error={status.error ?? log.error} />
      <ScrollArea.Autosize mah="55vh" viewportProps={{ tabIndex: 0 }} role="log" aria-label="Output" aria-live="polite">
        <pre className="mono" style={{ margin: 0, whiteSpace: "pre-wrap", fontSize: 12 }}>
          {log.data?.map((line) => `${line.t}\n`)}
        </pre>
        <div ref={end} />
      </ScrollArea.Autosize>
    </Modal>
  );
}
