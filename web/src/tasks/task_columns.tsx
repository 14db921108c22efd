import { Badge } from "@mantine/core";
import type { TaskItem } from "../api/types";
import { duration, moment } from "../widgets/format";
import type { Column } from "../widgets/table_rows";
import { describe, ending } from "./upid";

const colors = { running: "blue", ok: "green", warnings: "yellow", error: "red" } as const;

export const taskColumns: Column<TaskItem>[] = [
  {
    key: "what",
    title: "Description",
    width: "minmax(200px, 2fr)",
    phone: "title",
    sort: (task) => describe(task.type, task.id),
    render: (task) => describe(task.type, task.id),
  },
  {
    key: "start",
    title: "Start",
    width: "150px",
    sort: (task) => task.starttime,
    render: (task) => moment(task.starttime),
  },
  {
    key: "took",
    title: "Took",
    width: "90px",
    sort: (task) => (task.endtime ?? Date.now() / 1000) - task.starttime,
    render: (task) => (task.endtime ? duration(task.endtime - task.starttime) : ""),
  },
  { key: "node", title: "Node", width: "110px", phone: "hide", sort: (task) => task.node, render: (task) => task.node },
  { key: "user", title: "User", width: "130px", sort: (task) => task.user, render: (task) => task.user },
  {
    key: "status",
    title: "Status",
    width: "minmax(140px, 1.4fr)",
    sort: (task) => task.status ?? "",
    render: (task) => {
      const how = ending(
        task.status,
        task.endtime !== undefined || (task.status !== undefined && task.status !== "running"),
      );
      return how === "error" ? (
        <span style={{ color: "var(--db-bad)" }} title={task.status}>
          {task.status}
        </span>
      ) : (
        <Badge color={colors[how]}>{how === "running" ? "running" : task.status}</Badge>
      );
    },
  },
];
