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

interface Props {
  node: string;
  /** Id of the change that this page began; empty if it began none. */
  mine: string;
  /** It has ended, one way or the other: nothing is this page's any more. */
  done: () => void;
  /** Whether one may keep or undo it. */
  mayChange: boolean;
}

export function FirewallTrial({ node, mine, done, mayChange }: Props) {
  const send = useSend();
  const [error, setError] = useState("");
  const answers = useRef(0);
  const status = useGet("/nodes/{node}/firewall/status", { node }, mine ? 1000 : 5000);
  const trial = status.data?.trial;
  const own = trial?.id === mine;
  const act = async (word: "confirm" | "rollback") => {
    const touches = ["/nodes/{node}/firewall", "/cluster/firewall"] as const;
    const answer =
      word === "confirm"
        ? await send("POST", "/nodes/{node}/firewall/confirm", { node, id: trial?.id }, [...touches])
        : await send("POST", "/nodes/{node}/firewall/rollback", { node }, [...touches]);
    setError(answer.ok ? "" : answer.error.message);
    if (own) done();
  };
  const opened = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was read before it began says nothing about it.
  useEffect(() => {
    opened.current = Date.now();
  }, [mine]);
  useEffect(() => {
    if (!mine || status.error) {
      answers.current = 0;
      return;
    }
    if (!own) {
      answers.current = 0;
      if (status.at > opened.current) done();
      return;
    }
    answers.current += 1;
    // By its id: whatever waits when this arrives, only that is kept.
    if (answers.current === answersWanted)
      void request("POST", "/nodes/{node}/firewall/confirm", { node, id: mine }).then(done);
  }, [mine, own, status.error, status.at, node, done]);
  if (!trial) return null;
  return (
    <div className={styles.banner} role="status">
      <ShieldQuestion size={26} aria-hidden />
      <div className={styles.words}>
        <Text fw={600}>A change of the firewall is on trial</Text>
        <Text size="sm">
          {own
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
      {mayChange && (
        <Group gap="xs">
          <Button variant="default" onClick={() => act("rollback")}>
            Undo now
          </Button>
          <Button onClick={() => act("confirm")}>Keep</Button>
        </Group>
      )}
    </div>
  );
}
