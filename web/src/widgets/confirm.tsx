// Asks before what can't be taken back, in words that say what will happen.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Answer, ApiError } from "../api/client";
import { Insist } from "./insist";
import { Problem } from "./problem";

export interface Question {
  title: string;
  body: ReactNode;
  /** The button's word: what it does, never "OK". */
  word: string;
  danger?: boolean;
  act: () => Promise<Answer<unknown>>;
  after?: () => void;
}

export function Confirm({ question, close }: { question: Question | null; close: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const leave = () => {
    setError(null);
    close();
  };
  const done = (answer: Answer<unknown>) => {
    if (!answer.ok) return setError(answer.error);
    question?.after?.();
    leave();
  };
  const act = async () => {
    if (!question) return;
    setBusy(true);
    const answer = await question.act();
    setBusy(false);
    done(answer);
  };
  return (
    <Modal opened={question !== null} onClose={leave} title={question?.title} size="md">
      <Stack gap="sm">
        <Text component="div">{question?.body}</Text>
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={leave}>
            Cancel
          </Button>
          <Insist error={error} done={done} />
          <Button color={question?.danger ? "red" : undefined} loading={busy} onClick={act} data-autofocus>
            {question?.word}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
