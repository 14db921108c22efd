// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { type FakeNode, fakeNode, fill, press, refresh, says, show, soon } from "../testing";
import { FirewallPage } from "./firewall_page";

let node: FakeNode;
let trial: { id: string; remaining_seconds: number; author?: string } | null;
let leave = async () => {};
const options = "/cluster/firewall/options";

beforeEach(async () => {
  sessionStorage.clear();
  sessionStorage.setItem("drawbridge.firewall.datacenter", JSON.stringify("options"));
  trial = null;
  node = fakeNode({
    "GET /nodes/localhost/firewall/status": () => ({ data: { status: "running", enabled: 1, service: 1, trial } }),
    [`GET ${options}`]: { data: { enable: 0, digest: "d" } },
    [`PUT ${options}`]: () => {
      trial = { id: "mine", remaining_seconds: 60 };
      return { data: null, trial: "mine" };
    },
  });
  leave = await show(<FirewallPage level={{ kind: "datacenter" }} />);
});
afterEach(() => leave());

const turnOn = async () => {
  await press("Edit");
  await fill("enable", "1");
  await press("Save");
  await soon(() => node.sent.length === 1);
};
const confirms = () => node.sent.filter(({ path }) => path.endsWith("/confirm")).map(({ parameters }) => parameters);

it("keeps its own change by its id", async () => {
  await turnOn();
  for (let looks = 0; looks < 5; looks += 1) await refresh();
  await soon(() => confirms().length === 1);
  expect(confirms()).toEqual([{ id: "mine" }]);
});

it("keeps nobody else's, also after its own was undone", async () => {
  await turnOn();
  trial = null;
  await refresh();
  trial = { id: "theirs", remaining_seconds: 60, author: "colleague@pve" };
  for (let looks = 0; looks < 6; looks += 1) await refresh();
  await soon(() => says("By colleague@pve"));
  expect(confirms()).toEqual([]);
});
