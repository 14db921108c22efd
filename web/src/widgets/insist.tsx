// What the server refuses for a good reason, and would do all the same: one more button, and nobody presses it by habit.
import { Button } from "@mantine/core";
import { useState } from "react";
import type { Answer, ApiError } from "../api/client";

export function Insist({ error, done }: { error: ApiError | null; done: (answer: Answer<unknown>) => void }) {
  const [busy, setBusy] = useState(false);
  const again = error?.again;
  if (!again) return null;
  const insist = async () => {
    setBusy(true);
    const answer = await again();
    setBusy(false);
    done(answer);
  };
  return (
    <Button variant="outline" color="red" loading={busy} onClick={insist}>
      Do it all the same
    </Button>
  );
}
