// Waits for a task that is expected to be short, so that its error can be told where it was asked for.
import { type Answer, request } from "../api/client";
import { ending, readUpid } from "./upid";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How the task ended, as an answer; a task that takes longer than `patience` ms counts as well begun. */
export async function finish(upid: string, patience = 15_000): Promise<Answer<string>> {
  const node = readUpid(upid)?.node ?? "localhost";
  const until = Date.now() + patience;
  while (Date.now() < until) {
    const status = await request("GET", "/nodes/{node}/tasks/{upid}/status", { node, upid });
    if (!status.ok) return status;
    if (status.data.status === "stopped") {
      const words = status.data.exitstatus ?? "";
      if (ending(words, true) !== "error") break;
      return { ok: false, error: { status: 500, message: words, errors: {} } };
    }
    await pause(250);
  }
  return { ok: true, data: upid, extra: {} };
}

/** The same for an answer that may be no task's name at all: then it is done already. */
export async function finished(answer: Answer<unknown>): Promise<Answer<unknown>> {
  return answer.ok && typeof answer.data === "string" && answer.data.startsWith("UPID:") ? finish(answer.data) : answer;
}
