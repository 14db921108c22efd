// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import type { NetworkPlan } from "../api/types";
import { fakeNode, press, says, show, soon } from "../testing";
import { ApplyDialog } from "./apply_dialog";

const upid = "UPID:pve1:0000ABCD:00112233:6746F2A0:srvreload:networking:admin@pve:";
const plan = (digest: string, object: string): NetworkPlan => ({
  diff: "",
  operations: [{ op: "set-down", object, detail: "", why: null, disruptive: true }],
  warnings: [
    {
      file: "i",
      line: 1,
      column: 1,
      severity: "warning",
      code: "session-address",
      message: `your connection ends on ${object}`,
    },
  ],
  reach: [],
  pending: true,
  base_changed: false,
  digest,
  origin: null,
});
let leave = async () => {};
afterEach(() => leave());

const open = async (begun = vi.fn(), close = vi.fn()) => {
  const dialog = <ApplyDialog node="pve1" plan={plan("old", "vmbr0")} close={close} begun={begun} showTask={vi.fn()} />;
  leave = await show(dialog);
  return { begun, close };
};

it("tells whom it cuts off, and applies what it has shown", async () => {
  const node = fakeNode({ "PUT /nodes/pve1/network": { data: upid } });
  const { begun, close } = await open();
  await soon(() => says("your connection ends on vmbr0"));
  await press("Apply");
  await soon(() => close.mock.calls.length === 1);
  expect(node.sent[0]?.parameters).toEqual({ digest: "old", "confirm-within": "60" });
  expect(begun).toHaveBeenCalledWith(upid, 60);
});

it("applies nothing that a colleague has added since, and shows that first", async () => {
  const node = fakeNode({
    "GET /nodes/pve1/network-plan": { data: plan("new", "vmbr1") },
    "PUT /nodes/pve1/network": ({ digest }) =>
      digest === "new"
        ? { data: upid }
        : { status: 500, message: "detected modified configuration - file changed by other user?" },
  });
  const { begun, close } = await open();
  await press("Apply");
  await soon(() => says("Somebody else edited the pending changes"));
  expect(says("your connection ends on vmbr1")).toBe(true);
  expect(begun).not.toHaveBeenCalled();
  await press("Apply");
  await soon(() => close.mock.calls.length === 1);
  expect(node.sent.map(({ parameters }) => parameters.digest)).toEqual(["old", "new"]);
});

it("stays, and marks nothing as its own, when the node refuses", async () => {
  fakeNode({ "PUT /nodes/pve1/network": { status: 500, message: "eno9 does not exist" } });
  const { begun, close } = await open();
  await press("Apply");
  await soon(() => says("eno9 does not exist"));
  expect(begun).not.toHaveBeenCalled();
  expect(close).not.toHaveBeenCalled();
});
