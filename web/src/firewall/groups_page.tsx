// Security groups: rules under a name, used by any list. Names left, rules right.
import { Layers } from "lucide-react";
import { useState } from "react";
import { useGet, useSend } from "../api/hooks";
import { Empty } from "../widgets/empty";
import { Panel } from "../widgets/panel";
import styles from "./firewall.module.css";
import { NamedListPanel } from "./named_list";
import { useFirewallRights } from "./rights";
import { RulesPage } from "./rules_page";

const base = "/cluster/firewall/groups";

export function GroupsPage() {
  const send = useSend();
  const { write } = useFirewallRights({ kind: "datacenter" });
  const read = useGet(base);
  const [selected, setSelected] = useState<string | null>(null);
  const list = (read.data ?? []).map((one) => ({ name: one.group, comment: one.comment, digest: one.digest }));
  const here = list.some((one) => one.name === selected) ? selected : (list[0]?.name ?? null);
  return (
    <div className={styles.split}>
      <NamedListPanel
        thing="security group"
        title="Groups"
        put={({ name, ...more }) => send("POST", base, { group: name, ...more })}
        remove={(group) => send("DELETE", `${base}/{group}`, { group }, [base])}
        list={list}
        read={read}
        readOnly={!write}
        selected={here}
        select={setSelected}
        icon={Layers}
        longest={18}
        empty="Rules that many guests need, under one name: webserver, mail, monitoring."
      />
      {here ? (
        <RulesPage key={here} level={{ kind: "datacenter" }} group={here} />
      ) : (
        <Panel label="Rules" fill>
          <Empty icon={Layers} title="Choose a group to see its rules" />
        </Panel>
      )}
    </div>
  );
}
