// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { type FakeNode, fakeNode, fill, press, says, show, soon, tick } from "../testing";
import { GuestActions } from "./guest_actions";

const path = "/nodes/pve1/qemu/100/status/shutdown";
let node: FakeNode;
let leave = async () => {};
beforeEach(async () => {
  node = fakeNode({ [`POST ${path}`]: { data: null } });
  leave = await show(<GuestActions node="pve1" kind="qemu" vmid={100} running />);
  await press("Shut down");
});
afterEach(() => leave());

const confirm = async () => {
  await press("Shut down", "[type=submit]");
  await soon(() => node.sent.length === 1);
};

it("a guest that does not answer runs on, and that is what is said", async () => {
  await soon(() => says("has 180 s for it. If it does not answer, it runs on, and the task says so."));
  await confirm();
  expect(node.sent[0]).toEqual({ method: "POST", path, parameters: { timeout: "180", forceStop: "0" } });
});

it("its power is cut only if that was asked for", async () => {
  await fill("timeout", "30");
  await tick("forceStop");
  await soon(() => says("has 30 s for it. If it runs still then, its power is cut"));
  await confirm();
  expect(node.sent[0]?.parameters).toEqual({ timeout: "30", forceStop: "1" });
});
