// Follows a change on trial: asks each second while one is open, keeps it when that is this page's part, remembers over
// a reload that this browser began it.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../api/client";
import { useLive } from "../api/events";
import type { NetworkTransaction, Outcome } from "../api/types";
import { keepNow, type TrialView, viewOf } from "./trial";

const mineKey = (node: string) => `drawbridge.applying.${node}`;
const seenKey = (node: string) => `drawbridge.outcome.${node}`;
/** Longer than any window that the dialog offers: a mark that old is a leftover. */
const markLasts = 2 * 3600_000;

const newsFor = 15 * 60_000;

function isMine(node: string): boolean {
  return Date.now() - Number(localStorage.getItem(mineKey(node)) ?? 0) < markLasts;
}

/** What ended long ago is history's business. */
function isNews(last: Outcome | null): boolean {
  const ended = typeof last?.ended === "string" ? Date.parse(last.ended) : Number(last?.ended ?? 0) * 1000;
  return Date.now() - ended < newsFor;
}

export interface Trial {
  view: TrialView;
  last: Outcome | null;
  /** Called when this page has asked for a change. `seconds` is its window. */
  begun: (seconds: number) => void;
  keep: () => Promise<string>;
  undo: () => Promise<string>;
  dismiss: () => void;
}

export function useTrial(node: string): Trial {
  const queries = useQueryClient();
  const live = useLive();
  const [transaction, setTransaction] = useState<NetworkTransaction>();
  const [reachable, setReachable] = useState(true);
  const [deadline, setDeadline] = useState<number | null>(null);
  const [mine, setMine] = useState(() => isMine(node));
  const [now, setNow] = useState(() => Date.now());
  const [seen, setSeen] = useState(() => localStorage.getItem(seenKey(node)) ?? "");
  const answers = useRef(0);
  const busy = mine || Boolean(transaction?.stage);

  const finish = useCallback(() => {
    localStorage.removeItem(mineKey(node));
    setMine(false);
    setDeadline(null);
    answers.current = 0;
    void queries.invalidateQueries({ refetchType: "active" });
  }, [node, queries]);

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
    answers.current = stage === "awaiting" ? answers.current + 1 : 0;
    if (keepNow(stage, isMine(node), answers.current)) await request("POST", "/nodes/{node}/network-confirm", { node });
  }, [node]);

  useEffect(() => {
    void ask();
    // An open change is asked for each second; otherwise events, or a slow poll, tell that one began elsewhere.
    const timer = setInterval(() => void ask(), busy ? 1000 : live ? 15_000 : 5000);
    return () => clearInterval(timer);
  }, [ask, busy, live]);

  // A change that was open and no longer is has ended. One that this page asked for may not have begun yet.
  const opened = useRef(false);
  useEffect(() => {
    if (transaction?.stage) opened.current = true;
    else if (transaction && opened.current) {
      opened.current = false;
      finish();
    }
  }, [transaction, finish]);

  const last = transaction?.last ?? null;
  const mark = last ? JSON.stringify([last.outcome, last.ended, last.generation, last.reason]) : "";
  const act = async (word: "confirm" | "rollback") => {
    // Whoever undoes does not want this page to keep the change in the same moment.
    if (word === "rollback") {
      localStorage.removeItem(mineKey(node));
      setMine(false);
    }
    const answer = await request("POST", `/nodes/{node}/network-${word}`, { node });
    await ask();
    return answer.ok ? "" : answer.error.message;
  };
  return {
    view: viewOf(transaction, reachable, deadline, mine, now),
    last: mark !== seen && isNews(last) ? last : null,
    begun: (seconds) => {
      localStorage.setItem(mineKey(node), String(Date.now()));
      setMine(true);
      setDeadline(Date.now() + seconds * 1000);
      answers.current = 0;
      void ask();
    },
    keep: () => act("confirm"),
    undo: () => act("rollback"),
    dismiss: () => {
      localStorage.setItem(seenKey(node), mark);
      setSeen(mark);
    },
  };
}
