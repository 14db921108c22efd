// A dialog for something that others may edit as well. If they changed it meanwhile, their version and mine are shown side by
// side, and nothing is overwritten before somebody has decided. What they changed beside it is no conflict: then it is sent again.
import { useRef, useState } from "react";
import type { Answer } from "../api/client";
import { differ, differences, isConflict, merged, type Version } from "./conflict";
import { type Choice, ConflictView } from "./conflict_view";
import { FormDialog, type FormDialogProps, type Submitted } from "./form_dialog";
import type { Values } from "./form_values";

interface Props<T> extends Omit<FormDialogProps, "initial" | "submit" | "instead"> {
  /** Its name, for the words of a conflict. */
  what: string;
  /** As it was when the dialog was opened. */
  start: Version<T>;
  /** Sends what differs from `on`, and only if the server has that still. */
  save: (values: Values, on: Version<T>) => Promise<Answer<unknown>>;
  /** Reads it again; null if it is gone. */
  again: (on: Version<T>) => Promise<Answer<Version<T> | null>>;
  /** Makes it again after somebody removed it. */
  make: (values: Values) => Promise<Answer<unknown>>;
}

/** Of somebody who changes the same file without end, nobody waits for the end. */
const mostTries = 10;

interface Open {
  was: Values;
  theirs: Values | null;
  mine: Values;
  decide: (choice: Choice) => void;
}

export function EditDialog<T>({ what, start, save, again, make, ...form }: Props<T>) {
  const basis = useRef(start);
  const [open, setOpen] = useState<Open | null>(null);
  const ask = async (was: Values, theirs: Values | null, mine: Values): Promise<Choice> => {
    const choice = await new Promise<Choice>((decide) => setOpen({ was, theirs, mine, decide }));
    setOpen(null);
    return choice;
  };
  const submit = async (typed: Values): Promise<Submitted> => {
    let mine = typed;
    let answer = await save(mine, basis.current);
    for (let tries = 1; tries < mostTries && !answer.ok && answer.error.status !== 0; tries += 1) {
      const was = basis.current.values;
      const now = await again(basis.current);
      // Of something that is gone the server may say only that: it has not looked at the digest.
      if (!now.ok || (now.data && !isConflict(answer.error))) return answer;
      const theirs = now.data?.values ?? null;
      if (theirs === null || differ(form.fields, was, theirs)) {
        const choice = await ask(was, theirs, mine);
        if (choice === "theirs") return { ok: true, data: null, extra: {} };
        if (theirs) mine = merged(form.fields, was, theirs, mine);
        if (now.data) basis.current = now.data;
        if (choice === "edit") return { goOn: mine };
        if (theirs === null) return make(mine);
      } else if (now.data) basis.current = now.data;
      answer = await save(mine, basis.current);
    }
    return answer;
  };
  return (
    <FormDialog
      {...form}
      initial={start.values}
      submit={submit}
      instead={
        open && {
          leave: () => open.decide("edit"),
          content: (
            <ConflictView
              what={what}
              differences={differences(form.fields, open.was, open.theirs, open.mine)}
              gone={open.theirs === null}
              choose={open.decide}
            />
          ),
        }
      }
    />
  );
}
