// The firewall of a level: its parts, one at a time.
import { SegmentedControl } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import { useCallback } from "react";
import { AliasesPage } from "./aliases_page";
import styles from "./firewall.module.css";
import { FirewallTrial } from "./firewall_trial";
import { GroupsPage } from "./groups_page";
import type { Level } from "./level";
import { LogPage } from "./log_page";
import { OptionsPage } from "./options_page";
import { useFirewallRights } from "./rights";
import { RulesPage } from "./rules_page";
import { ServiceDown } from "./service_down";
import { SetsPage } from "./sets_page";
import { TestPage } from "./test_page";

const parts = {
  rules: "Rules",
  groups: "Security Groups",
  aliases: "Aliases",
  sets: "IP Sets",
  options: "Options",
  log: "Log",
  test: "Test a packet",
};
type Part = keyof typeof parts;

const partsOf: Record<Level["kind"], Part[]> = {
  datacenter: ["rules", "groups", "aliases", "sets", "options", "test"],
  node: ["rules", "options", "log", "test"],
  guest: ["rules", "aliases", "sets", "options", "log", "test"],
};

export function FirewallPage({ level }: { level: Level }) {
  const rights = useFirewallRights(level);
  const offered = partsOf[level.kind].filter(
    (part) => (part !== "log" || rights.log) && (part !== "test" || rights.node),
  );
  const [chosen, setChosen] = useSessionStorage<Part>({
    key: `drawbridge.firewall.${level.kind}`,
    defaultValue: "rules",
  });
  const part = offered.includes(chosen) ? chosen : "rules";
  const node = level.kind === "datacenter" ? "localhost" : level.node;
  // Over a reload, and while another page is looked at.
  const [mine, setMine] = useSessionStorage({ key: `drawbridge.firewall.trial.${node}`, defaultValue: "" });
  const done = useCallback(() => setMine(""), [setMine]);
  return (
    <div className={styles.page}>
      {rights.node && (
        <>
          <ServiceDown node={node} />
          <FirewallTrial node={node} mine={mine} done={done} mayChange={rights.changeNode} />
        </>
      )}
      <div className={styles.kinds}>
        <SegmentedControl
          aria-label="Part of the firewall"
          value={part}
          onChange={(next) => setChosen(next as Part)}
          data={offered.map((value) => ({ value, label: parts[value] }))}
        />
      </div>
      {part === "rules" && <RulesPage level={level} />}
      {part === "groups" && <GroupsPage />}
      {part === "aliases" && level.kind !== "node" && <AliasesPage level={level} />}
      {part === "sets" && level.kind !== "node" && <SetsPage level={level} />}
      {part === "options" && <OptionsPage level={level} onTrial={setMine} />}
      {part === "log" && <LogPage level={level} />}
      {part === "test" && <TestPage level={level} />}
    </div>
  );
}
