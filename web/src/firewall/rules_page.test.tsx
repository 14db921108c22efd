// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type FakeNode, fakeNode, fill, pick, press, refresh, says, show, soon } from "../testing";
import { RulesPage } from "./rules_page";

const path = "/nodes/pve1/firewall/rules";
const rule = (pos: number, more: object, digest: string) => ({
  pos,
  type: "in",
  action: "ACCEPT",
  enable: 1,
  line: pos + 2,
  digest,
  ...more,
});
const ping = { proto: "icmp", "icmp-type": "echo-request", comment: "ping" };
const mail = { proto: "tcp", dport: "25", comment: "mail" };
const web = { proto: "tcp", dport: "443", comment: "web" };
const list = (digest: string, ...rules: object[]) => rules.map((one, pos) => rule(pos, one, digest));

let node: FakeNode;
let rules: object[];
let leave = async () => {};
beforeEach(async () => {
  rules = list("one", ping, mail);
  node = fakeNode({ [`GET ${path}`]: () => ({ data: rules }) });
  leave = await show(<RulesPage level={{ kind: "node", node: "pve1" }} />);
});
afterEach(() => leave());

/** Somebody else changes the list, and an event lets the page read it again. */
const meanwhile = async (...now: object[]) => {
  rules = list("two", ...now);
  await refresh();
};
const chosen = () => document.querySelector("[role=row][aria-selected=true]")?.textContent ?? "";

it("removes the rule that was chosen, wherever others have moved it, and asks first", async () => {
  await pick("mail");
  await meanwhile(web, ping, mail);
  await soon(() => says("web"));
  expect(chosen()).toContain("mail");
  await press("Remove");
  await soon(() => says("IN ACCEPT -proto tcp -dport 25 # mail"));
  expect(node.sent).toEqual([]);
  await press("Remove", "[role=dialog] button");
  await soon(() => node.sent.length === 1);
  expect(node.sent[0]).toEqual({ method: "DELETE", path: `${path}/2`, parameters: { digest: "two" } });
});

it("chooses nothing in place of a rule that is gone", async () => {
  await pick("ping");
  await meanwhile(mail);
  await soon(() => !says("ping"));
  expect(chosen()).toBe("");
});

it("asks about what stood there, not about what came there meanwhile", async () => {
  await pick("mail");
  await press("Remove");
  await meanwhile(ping, web);
  await press("Remove", "[role=dialog] button");
  await soon(() => node.sent.length === 1);
  expect(node.sent[0]?.parameters).toEqual({ digest: "one" });
});

it("forgets what is dragged when the list changes under the hand", async () => {
  const handles = await soon(() => {
    const found = document.querySelectorAll("[draggable=true]");
    return found.length === 2 && found;
  });
  const drag = (at: Element | null | undefined, what: string) =>
    act(async () => void at?.dispatchEvent(new Event(what, { bubbles: true, cancelable: true })));
  await drag(handles[1], "dragstart");
  await meanwhile(web, ping, mail);
  await soon(() => says("web"));
  await drag(document.querySelector("[data-index='0']"), "drop");
  expect(node.sent).toEqual([]);
  await drag(document.querySelectorAll("[draggable=true]")[2], "dragstart");
  await drag(document.querySelector("[data-index='0']"), "drop");
  await soon(() => node.sent.length === 1);
  expect(node.sent[0]).toMatchObject({ path: `${path}/2`, parameters: { moveto: "0", digest: "two" } });
});

it("takes away what another protocol has no use for, instead of sending it unseen", async () => {
  await pick("ping");
  await press("Edit");
  await fill("proto", "tcp");
  await press("Save");
  await soon(() => node.sent.length === 1);
  expect(node.sent[0]?.parameters).toMatchObject({ proto: "tcp", delete: "icmp-type" });
  expect(node.sent[0]?.parameters["icmp-type"]).toBeUndefined();
});
