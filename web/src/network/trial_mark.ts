// What this browser remembers of a change that it asked for, over a reload: the task that makes it. Only a change of that
// task is this page's to keep; the mark goes when the task has ended well, or when somebody has read how it failed.
import type { TaskStatus } from "../api/types";
import { ending } from "../tasks/upid";

export interface Mark {
  /** Of the task that the node named when it took the request. */
  upid: string;
  /** When it was asked for, in ms. */
  at: number;
  /** A transaction of it was seen: how that ended is told by its outcome. */
  seen: boolean;
  /** The task's last words, if it ended without success. */
  failed?: string;
}

/** Longer than any window that the dialog offers: a mark that old is a leftover. */
const lasts = 2 * 3600_000;

const keyOf = (node: string) => `drawbridge.applying.${node}`;

function isMark(value: unknown): value is Mark {
  const mark = value as Mark | null;
  return typeof mark?.upid === "string" && mark.upid.startsWith("UPID:") && typeof mark.at === "number";
}

export function readMark(node: string, now = Date.now()): Mark | null {
  try {
    const mark: unknown = JSON.parse(localStorage.getItem(keyOf(node)) ?? "null");
    return isMark(mark) && now - mark.at < lasts ? mark : null;
  } catch {
    // An older page wrote something else there: that is no task of ours.
    return null;
  }
}

export function writeMark(node: string, mark: Mark | null) {
  if (mark) localStorage.setItem(keyOf(node), JSON.stringify(mark));
  else localStorage.removeItem(keyOf(node));
}

/** Whether the task goes on, as far as anybody knows. */
export const isOpen = (mark: Mark | null) => mark !== null && mark.failed === undefined;

/** The mark after a look at its task: the same while it runs, none if all is said, else with the words of its failure. */
export function afterTask(mark: Mark, task: Pick<TaskStatus, "status" | "exitstatus">): Mark | null {
  if (task.status !== "stopped") return mark;
  const words = task.exitstatus ?? "";
  if (mark.seen || ending(words, true) !== "error") return null;
  return { ...mark, failed: words || "It ended without a word." };
}
