// A change on trial, above everything of the node: a countdown, what can be done, and afterwards how it ended.
import { Alert, Button, Group, Loader, RingProgress, Text } from "@mantine/core";
import { CircleAlert, CircleCheck, Undo2, Unplug } from "lucide-react";
import { useState } from "react";
import { TaskDialog } from "../tasks/task_dialog";
import { outcomeWords } from "./trial";
import styles from "./trial_banner.module.css";
import type { Trial } from "./use_trial";

interface Props {
  trial: Trial;
  /** Whether one may keep or undo it. */
  mayChange: boolean;
}

export function TrialBanner({ trial, mayChange }: Props) {
  return (
    <>
      <Failure trial={trial} />
      <Change trial={trial} mayChange={mayChange} />
    </>
  );
}

/** A change of this page that was refused after the node had taken it: nothing else would tell. */
function Failure({ trial }: { trial: Trial }) {
  const [log, setLog] = useState<string | null>(null);
  const { failure } = trial;
  return (
    <>
      {failure && (
        <Alert
          color="red"
          icon={<CircleAlert size={18} />}
          title="The change was not made"
          withCloseButton
          closeButtonLabel="Close"
          onClose={trial.forget}
          role="alert"
          style={{ flex: "none" }}
        >
          <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
            {failure.words}
          </Text>
          <Button size="compact-xs" variant="default" mt={6} onClick={() => setLog(failure.upid)}>
            Show the log
          </Button>
        </Alert>
      )}
      {log && <TaskDialog upid={log} close={() => setLog(null)} />}
    </>
  );
}

function Change({ trial, mayChange }: Props) {
  const { view, last } = trial;
  const [error, setError] = useState("");
  const act = async (what: () => Promise<string>) => setError(await what());
  if (view.phase === "working")
    return (
      <div className={styles.banner} role="status">
        <Loader size="sm" aria-hidden />
        <Text fw={600}>{view.word}…</Text>
      </div>
    );
  if (view.phase === "unreachable")
    return (
      <div className={`${styles.banner} ${styles.bad}`} role="alert">
        <Unplug size={26} aria-hidden />
        <div className={styles.words}>
          <Text fw={600}>This page can't reach the node over the changed network</Text>
          <Text size="sm">
            {view.remaining > 0
              ? `Nobody has to do anything: in ${view.remaining} s the node puts everything back as it was.`
              : "The node is putting everything back as it was; this page goes on when it answers."}
          </Text>
        </div>
        <Ring seconds={view.remaining} />
      </div>
    );
  if (view.phase === "awaiting")
    return (
      <div className={styles.banner} role="status">
        <Ring seconds={view.remaining} />
        <div className={styles.words}>
          <Text fw={600}>The new configuration is in force, on trial</Text>
          <Text size="sm">
            {view.mine
              ? "This page reaches the node over it and keeps it in a moment."
              : `Somebody else is applying a change. Unless it is kept, it is undone in ${view.remaining} s.`}
          </Text>
          {error && (
            <Text size="sm" c="var(--db-bad)" role="alert">
              {error}
            </Text>
          )}
        </div>
        {mayChange && (
          <Group gap="xs">
            <Button variant="default" leftSection={<Undo2 size={14} />} onClick={() => act(trial.undo)}>
              Undo now
            </Button>
            <Button onClick={() => act(trial.keep)}>Keep</Button>
          </Group>
        )}
      </div>
    );
  if (!last) return null;
  const words = outcomeWords(last);
  return (
    <Alert
      color={words.good ? "green" : "orange"}
      icon={words.good ? <CircleCheck size={18} /> : <Undo2 size={18} />}
      title={words.title}
      withCloseButton
      closeButtonLabel="Close"
      onClose={trial.dismiss}
      role="status"
      style={{ flex: "none" }}
    >
      {words.text}
    </Alert>
  );
}

function Ring({ seconds }: { seconds: number }) {
  return (
    <RingProgress
      size={52}
      thickness={5}
      roundCaps
      aria-hidden
      sections={[{ value: Math.min(100, (seconds / 60) * 100), color: seconds > 15 ? "harbor" : "orange" }]}
      label={
        <Text ta="center" fw={700} size="sm">
          {seconds}
        </Text>
      }
    />
  );
}
