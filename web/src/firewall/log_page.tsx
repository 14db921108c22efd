// The packets that rules logged, newest first, as they come, with the rule behind each.
import { Badge, Button, SegmentedControl, TextInput } from "@mantine/core";
import { Pause, Play, ScrollText, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { useGet } from "../api/hooks";
import type { Packet } from "../api/types";
import { DataTable } from "../widgets/data_table";
import { Empty } from "../widgets/empty";
import { moment } from "../widgets/format";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import type { Column } from "../widgets/table_rows";
import { basePath, type Level } from "./level";
import { matching, verdictOf, wayOf } from "./packets";

const tones: Record<string, string> = { ACCEPT: "green", DROP: "red", REJECT: "orange" };

const columns: Column<Packet>[] = [
  { key: "time", title: "Time", width: "116px", render: (one) => moment(Number(one.time)) },
  {
    key: "action",
    title: "Action",
    width: "84px",
    phone: "title",
    render: (one) => <Badge color={tones[verdictOf(one)] ?? "gray"}>{verdictOf(one) || one.action}</Badge>,
  },
  {
    key: "rule",
    title: "Rule",
    width: "minmax(100px, 0.7fr)",
    render: (one) => one.rule ?? <span className="quiet">{one.action}</span>,
  },
  { key: "vmid", title: "Guest", width: "70px", render: (one) => one.vmid || <span className="quiet">node</span> },
  { key: "way", title: "Way", width: "minmax(120px, 0.9fr)", render: wayOf },
  {
    key: "packet",
    title: "Packet",
    width: "minmax(320px, 4fr)",
    render: (one) => (
      <span className="mono" title={one.packet}>
        {one.packet}
      </span>
    ),
  },
];

export function LogPage({ level }: { level: Level }) {
  const [following, setFollowing] = useState(true);
  const [words, setWords] = useState("");
  const [verdict, setVerdict] = useState("");
  const [selected, setSelected] = useState<string | null>(null);
  const node = level.kind === "datacenter" ? "localhost" : level.node;
  const whose = level.kind === "guest" ? { guest: level.vmid } : {};
  const { data, error, loading } = useGet(
    "/nodes/{node}/firewall-log",
    { node, lines: 1000, ...whose },
    following ? 2000 : 3_600_000,
  );
  const rows = useMemo(() => matching([...(data ?? [])].reverse(), words, verdict), [data, words, verdict]);
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
            value={verdict}
            onChange={setVerdict}
            data={[{ value: "", label: "All" }, "ACCEPT", "DROP", "REJECT"]}
          />
        </>
      }
    >
      <Problem error={error} />
      <DataTable
        label={`Packets of ${basePath(level)}`}
        rows={rows}
        columns={columns}
        rowKey={(one) => `${one.time} ${one.packet}`}
        selected={selected}
        onSelect={setSelected}
        empty={
          !loading &&
          !error && (
            <Empty icon={ScrollText} title={words || verdict ? "No packet like that" : "Nothing has been logged"}>
              {words || verdict
                ? "Fewer words find more."
                : "Rules log when they have a log level; policies when log_level_in or log_level_out is set under Options."}
            </Empty>
          )
        }
      />
    </Panel>
  );
}
