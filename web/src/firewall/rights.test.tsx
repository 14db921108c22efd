// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { holds } from "../access/privileges";
import { fakeNode, says, show, soon } from "../testing";
import { firewallRights } from "./rights";
import { RulesPage } from "./rules_page";

let leave = async () => {};
afterEach(() => leave());

const owner = { "/vms/101": { "VM.Audit": 1, "VM.Config.Network": 1 } };
const auditor = { "/": { "Sys.Audit": 1, "VM.Audit": 1 } };
const guest = { kind: "guest", node: "pve1", guest: "qemu", vmid: 101 } as const;

it("a guest's owner changes his rules, and knows nothing of the node", () => {
  const rights = firewallRights(guest, (path, privilege) => holds(owner, path, privilege));
  expect(rights).toEqual({ write: true, node: false, changeNode: false, log: false, datacenter: false });
});

it("an auditor is shown rules and no button that changes them", async () => {
  const rules = [{ pos: 0, type: "in", action: "ACCEPT", enable: 1, line: 2, digest: "d", comment: "mail" }];
  fakeNode({
    "GET /access/permissions": { data: auditor },
    "GET /nodes/pve1/firewall/rules": { data: rules },
  });
  leave = await show(<RulesPage level={{ kind: "node", node: "pve1" }} />);
  await soon(() => says("mail"));
  await soon(() => document.querySelectorAll("button").length === 0);
  const toggle = document.querySelector<HTMLInputElement>("[aria-label='Rule 0 on']");
  expect(toggle?.disabled).toBe(true);
  expect(document.querySelectorAll("[draggable=true]").length).toBe(0);
});
