// Below the table: what would change, as a file, as steps of the kernel, and what is odd about it.
import { Alert, Badge, Tabs, Text } from "@mantine/core";
import { FileDiff, GitCompareArrows, ListOrdered, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import type { NetworkPlan, Operation } from "../api/types";
import { Empty } from "../widgets/empty";
import { count, moment } from "../widgets/format";
import { Panel } from "../widgets/panel";
import { countDiff, readDiff } from "./diff";
import { DiffView } from "./diff_view";
import { Findings } from "./findings";
import { Steps } from "./steps";

/** What scrolls must be reachable by keyboard; its tab names it. */
const scrolled = { tabIndex: 0, style: { maxHeight: "30vh", overflow: "auto" } };

export function Pending({ plan, diff }: { plan: NetworkPlan | undefined; diff: string }) {
  const lines = useMemo(() => countDiff(readDiff(diff)), [diff]);
  const operations = plan?.operations ?? [];
  const warnings = plan?.warnings ?? [];
  const disruptive = operations.filter((operation) => operation.disruptive).length;
  return (
    <Panel
      label="Pending changes"
      title={
        <>
          Pending changes
          {plan?.origin && (
            <Text span size="xs" c="dimmed" ml="sm">
              by {plan.origin.author}, {moment(plan.origin.when)}
            </Text>
          )}
        </>
      }
    >
      {plan?.base_changed && (
        <Alert
          color="orange"
          icon={<GitCompareArrows size={18} />}
          title="The running file was edited meanwhile"
          m="sm"
        >
          These changes were begun on an older version of it. Applying would take the other edit back: look at the
          difference, or revert and begin anew.
        </Alert>
      )}
      <Tabs defaultValue="diff">
        <Tabs.List px="xs">
          <Tabs.Tab value="diff" leftSection={<FileDiff size={14} aria-hidden />}>
            File <span style={{ color: "var(--db-good)" }}>+{lines.added}</span>{" "}
            <span style={{ color: "var(--db-bad)" }}>−{lines.removed}</span>
          </Tabs.Tab>
          <Tabs.Tab value="steps" leftSection={<ListOrdered size={14} aria-hidden />}>
            What the kernel will do <Badge color={disruptive > 0 ? "orange" : "gray"}>{operations.length}</Badge>
          </Tabs.Tab>
          <Tabs.Tab value="warnings" leftSection={<TriangleAlert size={14} aria-hidden />}>
            Warnings <Badge color={warnings.length > 0 ? "yellow" : "gray"}>{warnings.length}</Badge>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="diff" {...scrolled}>
          <DiffView diff={diff} label="Difference of the files" />
        </Tabs.Panel>
        <Tabs.Panel value="steps" {...scrolled}>
          <StepSummary operations={operations} />
          <Steps operations={operations} />
        </Tabs.Panel>
        <Tabs.Panel value="warnings" {...scrolled}>
          {warnings.length > 0 ? (
            <Findings list={warnings} />
          ) : (
            <Empty icon={TriangleAlert} title="Nothing odd">
              No address twice, no gateway out of reach, no port that does not exist.
            </Empty>
          )}
        </Tabs.Panel>
      </Tabs>
    </Panel>
  );
}

export function StepSummary({ operations }: { operations: Operation[] }) {
  const disruptive = [
    ...new Set(operations.filter((operation) => operation.disruptive).map((operation) => operation.object)),
  ];
  if (operations.length === 0)
    return (
      <Text size="sm" c="dimmed" p="sm">
        The kernel is already as the file will be: applying changes the file only.
      </Text>
    );
  return (
    <Text size="sm" px="sm" pt="xs" c={disruptive.length > 0 ? "var(--db-warn)" : "dimmed"}>
      {disruptive.length > 0
        ? `${count(operations.length, "step")}. Traffic is interrupted on ${disruptive.join(", ")}.`
        : `${count(operations.length, "step")}; none interrupts traffic.`}
    </Text>
  );
}
