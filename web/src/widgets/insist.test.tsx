// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { useSend } from "../api/hooks";
import { AliasesPage } from "../firewall/aliases_page";
import { InterfaceDialog } from "../network/interface_dialog";
import { fakeNode, fill, pick, press, says, show, soon } from "../testing";
import { Confirm } from "./confirm";

const word = "Do it all the same";
let leave = async () => {};
afterEach(() => leave());

/** Refuses in its words, unless somebody insists. */
const unless = (refusal: object) => (parameters: Record<string, string>) =>
  parameters.force === "1" ? { data: null } : refusal;

it("what is in use is removed when somebody insists", async () => {
  const node = fakeNode({
    "GET /cluster/firewall/aliases": { data: [{ name: "backup", cidr: "192.0.2.7", digest: "d" }] },
    "DELETE /cluster/firewall/aliases/backup": unless({
      status: 500,
      message: "backup is used by 1 rule; force=1 removes it",
    }),
  });
  leave = await show(<AliasesPage level={{ kind: "datacenter" }} />);
  await pick("backup");
  await press("Remove");
  await press(word);
  await soon(() => node.sent.length === 2);
  expect(node.sent[1]?.parameters).toEqual({ digest: "d", force: "1" });
  await soon(() => !says("is used by"));
});

it("a second gateway, told at its field, is taken when somebody insists", async () => {
  const errors = { gateway: "vmbr0 has a gateway; force=1 sets a second one" };
  const node = fakeNode({
    "GET /nodes/pve1/network": { data: [] },
    "POST /nodes/pve1/network": unless({ status: 400, message: "Parameter verification failed.", errors }),
  });
  const close = vi.fn();
  leave = await show(<InterfaceDialog node="pve1" all={[]} digest="d" type="bridge" close={close} />);
  await fill("gateway", "192.0.2.1");
  await press("Create as pending");
  await press(word);
  await soon(() => close.mock.calls.length === 1);
  expect(node.sent[1]?.parameters).toMatchObject({ gateway: "192.0.2.1", force: "1" });
});

function Asking() {
  const send = useSend();
  const act = () => send("DELETE", "/nodes/{node}/network", { node: "pve1" });
  return <Confirm question={{ title: "Drop?", body: "", word: "Revert", act }} close={() => {}} />;
}

it("nobody is offered what the server does not offer", async () => {
  const message = "another change is open; the option --force of the command line goes on";
  fakeNode({ "DELETE /nodes/pve1/network": { status: 500, message } });
  leave = await show(<Asking />);
  await press("Revert");
  await soon(() => says("another change is open"));
  expect(says(word)).toBe(false);
});
