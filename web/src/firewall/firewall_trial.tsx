// A change of the firewall on trial: it is undone unless somebody keeps it. Whoever turned the firewall on from this page
// need not press anything: if the page still reaches the node through the rules, it keeps them.
import { Button, Group, Text } from "@mantine/core";
import { ShieldQuestion } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { request } from "../api/client";
import { useGet, useSend } from "../api/hooks";
import styles from "../network/trial_banner.module.css";

/** Answers of the node, through the new rules, that make this page keep them. */
const answersWanted = 3;

export function FirewallTrial({ node, mine, done }: { node: string; mine: boolean; done: () => void }) {
  const send = useSend();
  const [error, setError] = useState("");
  const answers = useRef(0);
  const status = useGet("/nodes/{node}/firewall/status", { node }, mine ? 1000 : 5000);
  const trial = status.data?.trial;
  const act = async (word: "confirm" | "rollback") => {
    const answer = await send("POST", `/nodes/{node}/firewall/${word}`, { node }, [
      "/nodes/{node}/firewall",
      "/cluster/firewall",
    ]);
    setError(answer.ok ? "" : answer.error.message);
    done();
  };
  useEffect(() => {
    if (!mine || !trial || status.error) {
      answers.current = 0;
      return;
    }
    if (status.at === 0) return;
    answers.current += 1;
    if (answers.current === answersWanted) void request("POST", "/nodes/{node}/firewall/confirm", { node }).then(done);
  }, [mine, trial, status.error, status.at, node, done]);
  if (!trial) return null;
  return (
    <div className={styles.banner} role="status">
      <ShieldQuestion size={26} aria-hidden />
      <div className={styles.words}>
        <Text fw={600}>A change of the firewall is on trial</Text>
        <Text size="sm">
          {mine
            ? "This page still reaches the node through the new rules and keeps them in a moment. "
            : `By ${trial.author ?? "somebody else"}. `}
          Otherwise it is undone in {trial.remaining_seconds} s.
        </Text>
        {error && (
          <Text size="sm" c="var(--db-bad)" role="alert">
            {error}
          </Text>
        )}
      </div>
      <Group gap="xs">
        <Button variant="default" onClick={() => act("rollback")}>
          Undo now
        </Button>
        <Button onClick={() => act("confirm")}>Keep</Button>
      </Group>
    </div>
  );
}
