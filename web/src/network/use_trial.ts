// Follows a change on trial: asks each second while one is open, keeps it when that is this page's part, remembers over
// a reload that this browser began it.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../api/client";
import { useLive } from "../api/events";
import type { NetworkTransaction, Outcome } from "../api/types";
import { isOf, keepNow, type TrialView, viewOf } from "./trial";
import { afterTask, isOpen, type Mark, readMark, writeMark } from "./trial_mark";

const seenKey = (node: string) => `drawbridge.outcome.${node}`;

const newsFor = 15 * 60_000;

/** What ended long ago is history's business. */
function isNews(last: Outcome | null): boolean {
  const ended = typeof last?.ended === "string" ? Date.parse(last.ended) : Number(last?.ended ?? 0) * 1000;
  return Date.now() - ended < newsFor;
}

export interface Trial {
  view: TrialView;
  last: Outcome | null;
  /** A task of this page that ended without success before its change began. */
  failure: { upid: string; words: string } | null;
  /** Called when the node has taken a change that this page asked for: its task, and its window in seconds if it has one. */
  begun: (upid: string, seconds?: number) => void;
  keep: () => Promise<string>;
  undo: () => Promise<string>;
  dismiss: () => void;
  forget: () => void;
}

/** The mark of a node's change in storage, and in the component that shows it. */
function useMark(node: string): [Mark | null, (mark: Mark | null) => void] {
  const [mark, setMark] = useState(() => readMark(node));
  const change = useCallback(
    (next: Mark | null) => {
      writeMark(node, next);
      setMark(next);
    },
    [node],
  );
  return [mark, change];
}

/** How the task stands; null while nobody can tell. A task that the node does not know has ended, somehow. */
async function lookAtTask(node: string, mark: Mark): Promise<{ mark: Mark | null } | null> {
  const target = "/nodes/{node}/tasks/{upid}/status";
  const task = await request("GET", target, { node, upid: mark.upid }, { patience: 2500 });
  if (task.ok) return { mark: afterTask(mark, task.data) };
  return [400, 403, 404].includes(task.error.status) ? { mark: null } : null;
}

export function useTrial(node: string): Trial {
  const queries = useQueryClient();
  const live = useLive();
  const [transaction, setTransaction] = useState<NetworkTransaction>();
  const [reachable, setReachable] = useState(true);
  const [deadline, setDeadline] = useState<number | null>(null);
  const [mark, setMark] = useMark(node);
  const [now, setNow] = useState(() => Date.now());
  const [seen, setSeen] = useState(() => localStorage.getItem(seenKey(node)) ?? "");
  const answers = useRef(0);
  const busy = isOpen(mark) || Boolean(transaction?.stage);

  const finish = useCallback(() => {
    setDeadline(null);
    answers.current = 0;
    void queries.invalidateQueries({ refetchType: "active" });
  }, [queries]);

  const ask = useCallback(async () => {
    const answer = await request("GET", "/nodes/{node}/network-transaction", { node }, { patience: 2500 });
    setNow(Date.now());
    setReachable(answer.ok || answer.error.status !== 0);
    if (!answer.ok) {
      answers.current = 0;
      return;
    }
    setTransaction(answer.data);
    const { stage, remaining_seconds } = answer.data;
    if (typeof remaining_seconds === "number") setDeadline(Date.now() + remaining_seconds * 1000);
    // Storage is asked, not the component: another tab may have told already how it ended.
    const before = readMark(node);
    if (!before || !isOpen(before)) {
      answers.current = 0;
      return;
    }
    const own = isOf(answer.data, before.upid);
    const looked = await lookAtTask(node, own ? { ...before, seen: true } : before);
    // Meanwhile somebody may have pressed Undo here.
    if (!looked || readMark(node)?.upid !== before.upid) return;
    setMark(looked.mark);
    if (!isOpen(looked.mark)) return finish();
    answers.current = own && stage === "awaiting" ? answers.current + 1 : 0;
    // By its id: whatever waits when this arrives, only that is kept.
    if (!keepNow(answer.data, before.upid, answers.current)) return;
    // One word is enough; if it gets lost, another comes after as many answers.
    answers.current = 0;
    await request("POST", "/nodes/{node}/network-confirm", { node, id: answer.data.id });
  }, [node, setMark, finish]);

  useEffect(() => {
    void ask();
    // An open change is asked for each second; otherwise events, or a slow poll, tell that one began elsewhere.
    const timer = setInterval(() => void ask(), busy ? 1000 : live ? 15_000 : 5000);
    return () => clearInterval(timer);
  }, [ask, busy, live]);

  // A change that was open and no longer is has ended.
  const opened = useRef(false);
  useEffect(() => {
    if (transaction?.stage) opened.current = true;
    else if (transaction && opened.current) {
      opened.current = false;
      finish();
    }
  }, [transaction, finish]);

  const last = transaction?.last ?? null;
  const outcome = last ? JSON.stringify([last.outcome, last.ended, last.generation, last.reason]) : "";
  const act = async (word: "confirm" | "rollback") => {
    // Whoever undoes does not want this page to keep the change in the same moment.
    if (word === "rollback") setMark(null);
    const answer =
      word === "confirm"
        ? await request("POST", "/nodes/{node}/network-confirm", { node, id: transaction?.id })
        : await request("POST", "/nodes/{node}/network-rollback", { node });
    await ask();
    return answer.ok ? "" : answer.error.message;
  };
  return {
    view: viewOf(transaction, reachable, deadline, isOpen(mark) ? mark?.upid : undefined, now),
    last: outcome !== seen && isNews(last) ? last : null,
    failure: mark?.failed === undefined ? null : { upid: mark.upid, words: mark.failed },
    begun: (upid, seconds) => {
      setMark({ upid, at: Date.now(), seen: false });
      if (seconds !== undefined) setDeadline(Date.now() + seconds * 1000);
      answers.current = 0;
      void ask();
    },
    keep: () => act("confirm"),
    undo: () => act("rollback"),
    dismiss: () => {
      localStorage.setItem(seenKey(node), outcome);
      setSeen(outcome);
    },
    forget: () => setMark(null),
  };
}
