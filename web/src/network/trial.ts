// A change on trial, as the page sees it: what the server says, and whether it can be reached at all. If it can, over
// the changed network, the change is kept; if it can't, nobody keeps it, and the node undoes it by itself.
import type { NetworkTransaction, Outcome } from "../api/types";

export type TrialView =
  | { phase: "none" }
  | { phase: "working"; word: string }
  | { phase: "awaiting"; remaining: number; mine: boolean }
  | { phase: "unreachable"; remaining: number };

const words: Record<string, string> = {
  executing: "The kernel is being changed",
  verifying: "The kernel is read again and compared",
  committing: "The new configuration is being written",
  "rolling-back": "Everything is put back as it was",
};

/** Whether the change that is open is that of this task. */
export function isOf(transaction: NetworkTransaction | undefined, upid: string | undefined): boolean {
  return upid !== undefined && Boolean(transaction?.stage) && transaction?.task === upid;
}

/**
 * What to show. `reachable` is whether the last question was answered, `deadline` (ms) when the change undoes itself,
 * as last told, `upid` the task that goes on for this browser.
 */
export function viewOf(
  transaction: NetworkTransaction | undefined,
  reachable: boolean,
  deadline: number | null,
  upid: string | undefined,
  now: number,
): TrialView {
  const left = deadline === null ? 0 : Math.max(0, Math.round((deadline - now) / 1000));
  if (!reachable && (upid || transaction?.stage) && deadline !== null) return { phase: "unreachable", remaining: left };
  const stage = transaction?.stage;
  if (!stage) return { phase: "none" };
  if (stage === "awaiting") return { phase: "awaiting", remaining: left, mine: isOf(transaction, upid) };
  return { phase: "working", word: words[stage] ?? stage };
}

/**
 * Whether to keep the change now: it waits, it is that of this browser's task, and the node has answered often enough since
 * then that it is no leftover of the old connection.
 */
export function keepNow(transaction: NetworkTransaction, upid: string, answers: number): boolean {
  return transaction.stage === "awaiting" && isOf(transaction, upid) && answers >= 3;
}

export interface OutcomeWords {
  good: boolean;
  title: string;
  text: string;
}

export function outcomeWords(last: Outcome): OutcomeWords {
  const reason = last.reason && last.reason !== "confirmed" ? last.reason : "";
  const because = reason.charAt(0).toUpperCase() + reason.slice(1);
  switch (last.outcome) {
    case "confirmed":
      return {
        good: true,
        title: "The new configuration is in force",
        text: last.generation ? `It is generation ${last.generation}.` : "",
      };
    case "nothing-to-do":
      return { good: true, title: "Nothing had to change", text: because };
    case "rolled-back":
      return {
        good: false,
        title: "The change was undone",
        text: `${because ? `${because}. ` : ""}The network is as it was before; your edit is still pending.`,
      };
    default:
      return { good: false, title: last.outcome, text: because };
  }
}
