// The packet log as it is written, with a filter and the rule behind each line.
import { Badge, Button, SegmentedControl, TextInput } from "@mantine/core";
import { Pause, Play, ScrollText, Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useGet } from "../api/hooks";
import type { LogLine } from "../api/types";
import { Empty } from "../widgets/empty";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import styles from "./firewall.module.css";
import { basePath, type Level } from "./level";
import { matching, readLine } from "./log_lines";

const tones: Record<string, string> = { ACCEPT: "green", DROP: "red", REJECT: "orange" };

export function LogPage({ level }: { level: Level }) {
  const [following, setFollowing] = useState(true);
  const [words, setWords] = useState("");
  const [action, setAction] = useState("");
  // How many lines there are, then the last of them: the log is asked from its end.
  const base = `${basePath(level)}/log`;
  const size = useGet<LogLine[]>(base, { limit: 1 }, following ? 2000 : 600_000);
  const total = Number(size.extra.total ?? 0);
  const start = Math.max(0, total - 1000);
  const log = useGet<LogLine[]>(total > 0 ? base : null, { start, limit: 1000 }, following ? 2000 : 600_000);
  const lines = useMemo(
    () =>
      matching(
        (log.data ?? []).filter((line) => line.t !== "no content").map((line) => readLine(line.n, line.t)),
        words,
        action,
      ),
    [log.data, words, action],
  );
  const end = useRef<HTMLDivElement>(null);
  const newest = lines.at(-1)?.n;
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when a line comes.
  useEffect(() => {
    if (following) end.current?.scrollIntoView({ block: "nearest" });
  }, [newest, following]);
  return (
    <Panel
      label="Log"
      fill
      toolbar={
        <>
          <Button
            variant="default"
            leftSection={following ? <Pause size={14} /> : <Play size={14} />}
            onClick={() => setFollowing(!following)}
            aria-pressed={following}
          >
            {following ? "Pause" : "Follow"}
          </Button>
          <TextInput
            aria-label="Filter the log"
            placeholder="Filter: DPT=22 192.0.2.1"
            leftSection={<Search size={14} aria-hidden />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            style={{ flex: "1 1 180px", maxWidth: 340 }}
          />
          <SegmentedControl
            aria-label="Which packets"
            value={action}
            onChange={setAction}
            data={[{ value: "", label: "All" }, "ACCEPT", "DROP", "REJECT"]}
          />
        </>
      }
    >
      <Problem error={size.error ?? log.error} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard. */}
      <div className={styles.log} role="log" aria-label="Packets" tabIndex={0}>
        {lines.map((line) => (
          <div key={line.n}>
            <Badge color={tones[line.action] ?? "gray"} miw={62}>
              {line.action || "–"}
            </Badge>
            <span className={styles.text}>{line.text}</span>
            {line.rule && <Badge color="gray">{line.rule}</Badge>}
          </div>
        ))}
        <div ref={end} style={{ padding: 0 }} />
      </div>
      {lines.length === 0 && !size.error && (
        <Empty icon={ScrollText} title={words || action ? "No packet like that" : "Nothing has been logged"}>
          {words || action
            ? "Fewer words find more."
            : "Rules log when they have a log level; policies when log_level_in or log_level_out is set under Options."}
        </Empty>
      )}
    </Panel>
  );
}
