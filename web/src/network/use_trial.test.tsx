// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Trial, useTrial } from "./use_trial";

const mine = "UPID:pve1:0000ABCD:00112233:6746F2A0:srvreload:networking:admin@pve:";

/** A node that answers what it is told to, and remembers what it was asked to do. */
const node = {
  transaction: {} as Record<string, unknown>,
  task: {} as Record<string, unknown>,
  sent: [] as string[],
};

async function answer(address: string, { method = "GET", body }: RequestInit = {}) {
  const path = address.replace("/api2/json", "");
  if (method !== "GET") node.sent.push(`${method} ${path} ${body ?? ""}`.trim());
  const data = path.includes("/tasks/") ? node.task : path.endsWith("/network-transaction") ? node.transaction : null;
  return new Response(JSON.stringify({ data }), { status: 200 });
}

let root: Root;
let trial: Trial;
function Probe() {
  trial = useTrial("pve1");
  return null;
}
const open = () =>
  act(async () => {
    root = createRoot(document.createElement("div"));
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <Probe />
      </QueryClientProvider>,
    );
  });
const pass = (seconds: number) => act(() => vi.advanceTimersByTimeAsync(seconds * 1000));
const begin = () => act(async () => trial.begun(mine, 60));

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", vi.fn(answer));
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  localStorage.clear();
  Object.assign(node, { transaction: { stage: null, last: null }, task: { status: "running" }, sent: [] });
  await open();
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const awaiting = (task: string | null) => ({
  stage: "awaiting",
  id: "change-7",
  task,
  remaining_seconds: 50,
  last: null,
});

it("keeps a change that this page asked for, when it has answered three times", async () => {
  await begin();
  node.transaction = awaiting(mine);
  await pass(2);
  expect(node.sent).toEqual([]);
  await pass(2);
  expect(node.sent[0]).toBe("POST /nodes/pve1/network-confirm id=change-7");
});

it("never keeps the change of a colleague that came first, and tells that its own was refused for it", async () => {
  await begin();
  node.transaction = awaiting("UPID:pve1:0000BEEF:00112244:6746F2B0:srvreload:networking:colleague@pve:");
  await pass(20);
  expect(trial.view).toMatchObject({ phase: "awaiting", mine: false });
  node.task = { status: "stopped", exitstatus: "a change by colleague@pve is not ended yet" };
  await pass(20);
  expect(node.sent).toEqual([]);
  expect(trial.failure?.words).toContain("colleague@pve");
});

it("keeps it after a reload as well", async () => {
  await begin();
  await act(async () => root.unmount());
  node.transaction = awaiting(mine);
  await open();
  await pass(4);
  expect(node.sent[0]).toContain("POST /nodes/pve1/network-confirm");
});

it("tells how a task failed before its change began, and keeps nobody else's change after that", async () => {
  await begin();
  node.task = { status: "stopped", exitstatus: "eno9 does not exist" };
  await pass(2);
  expect(trial.failure).toEqual({ upid: mine, words: "eno9 does not exist" });
  node.transaction = awaiting("UPID:pve1:0000BEEF:00112244:6746F2B0:srvreload:networking:colleague@pve:");
  await pass(30);
  expect(node.sent).toEqual([]);
  await act(async () => root.unmount());
  await open();
  await pass(1);
  expect(trial.failure?.words).toBe("eno9 does not exist");
  await act(async () => trial.forget());
  expect(trial.failure).toBeNull();
});

it("keeps nothing once its own change has ended", async () => {
  await begin();
  node.transaction = awaiting(mine);
  await pass(1);
  node.transaction = { stage: null, last: null };
  node.task = { status: "stopped", exitstatus: "OK" };
  await pass(2);
  node.transaction = awaiting(null);
  await pass(30);
  expect(node.sent).toEqual([]);
});

it("keeps nothing that somebody undoes here", async () => {
  await begin();
  node.transaction = awaiting(mine);
  await pass(1);
  await act(async () => void trial.undo());
  await pass(20);
  expect(node.sent.filter((one) => one.includes("confirm"))).toEqual([]);
});
