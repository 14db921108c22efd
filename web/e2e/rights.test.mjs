// Who may do little: he sees what he may see, and no button that leads to a refusal.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { axeFaults, button, dialog, go, logIn, openBrowser, pictures2 } from "./browser.mjs";

const node = process.env.DRAWBRIDGE_NODE ?? "pve1";
const words = ["--root", process.env.DRAWBRIDGE_ROOT, "--node", node];
const command = (...more) => promisify(execFile)(process.env.DRAWBRIDGE, [...words, ...more]);
const password = "a password of this test";

async function someone(user, ...rights) {
  const made = spawnSync(process.env.DRAWBRIDGE, [...words, "user", "create", "--password", user], {
    input: `${password}\n`,
  });
  assert.equal(made.status, 0, String(made.stderr));
  for (const [path, role] of rights) await command("acl", "set", path, user, role);
  const browser = await openBrowser();
  await logIn(browser.page, { user, password });
  return browser;
}

let owner;
let auditor;
before(async () => {
  owner = await someone("owner@pve", ["/vms/101", "PVEVMAdmin"], ["/sdn/zones/localnetwork/vmbr1", "PVESDNUser"]);
  auditor = await someone("auditor@pve", ["/", "PVEAuditor"]);
});
after(async () => {
  await owner?.close();
  await auditor?.close();
});

const buttons = (page, name) => page.getByRole("button", { name });
const items = (page) => page.getByRole("treeitem").allTextContents();
const part = (page, name) =>
  page.getByRole("radiogroup", { name: "Part of the firewall" }).getByText(name, { exact: true }).click();

test("a guest's owner sees his guest, its cards and rules, and changes them", async () => {
  const { page } = owner;
  await page.getByRole("treeitem", { name: /database/ }).click();
  await page.getByRole("article", { name: "net0" }).getByText("not running").waitFor();
  assert.ok(!(await items(page)).some((text) => /mail|windows|web/.test(text)), "the guests of others");
  assert.equal(await buttons(page, "Create VM").count(), 0);
  assert.equal(await buttons(page, "Start").count(), 1);
  await buttons(page, "Edit net1").click();
  await dialog(page).getByLabel("Rate limit").fill("50");
  await button(dialog(page), "Save").click();
  await dialog(page).waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "Firewall" }).click();
  await page.getByText("No rules of guest 101 yet").waitFor();
  await button(page, "Add").click();
  await dialog(page).getByLabel("Comment").fill("the owner's");
  await button(dialog(page), "Add").click();
  await page.getByRole("grid", { name: "Rules" }).getByText("the owner's").waitFor();
  for (const name of ["Aliases", "IP Sets", "Options"]) await part(page, name);
  await page.getByText("Input Policy").waitFor();
  assert.equal(await page.getByText("Test a packet").count(), 0, "what the node knows");
  await page.getByRole("tab", { name: "Tasks" }).click();
  await page.getByRole("grid", { name: "Tasks" }).waitFor();
  await pictures2(page, "rights-owner");
  assert.deepEqual(await axeFaults(page), []);
});

test("the node shows him his own tasks", async () => {
  await go(owner.page, `/node/${node}/network`);
  await owner.page.getByRole("grid", { name: "Tasks" }).waitFor();
  assert.deepEqual(await owner.page.getByRole("tab").allTextContents(), ["Tasks"]);
});

test("an auditor sees everything, and changes nothing", async () => {
  const { page } = auditor;
  const nothing =
    /^(Create.*|Edit.*|Remove.*|Apply Configuration|Revert|Add.*|Insert.*|Copy|Roll back.*|Start|Shut down)$/;
  const quiet = async (where) => assert.deepEqual(await buttons(page, nothing).allTextContents(), [], where);
  await go(page, `/node/${node}/network`);
  await page.getByRole("row").filter({ hasText: "vmbr0" }).dblclick();
  await pictures2(page, "rights-auditor");
  assert.equal(await dialog(page).count(), 0);
  await quiet("network");
  for (const tab of ["topology", "history", "firewall"]) {
    await go(page, `/node/${node}/${tab}`);
    await quiet(tab);
  }
  await go(page, `/guest/${node}/qemu/101/network`);
  await page.getByRole("article", { name: "net0" }).waitFor();
  await quiet("guest");
  await go(page, "/datacenter/firewall");
  await page.getByRole("grid", { name: "Rules" }).getByText("+dc/management").waitFor();
  for (const name of ["Security Groups", "Aliases", "IP Sets", "Options"]) {
    await part(page, name);
    await page.getByRole("grid").first().waitFor();
    await quiet(name);
  }
});

test("nothing was refused or thrown behind the scenes", () => {
  assert.deepEqual(owner.faults, []);
  assert.deepEqual(auditor.faults, []);
});
