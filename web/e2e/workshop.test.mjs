// What the slides of a workshop show, done by somebody who knows no more than these, in the page alone.
import assert from "node:assert/strict";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axeFaults, button, dialog, go, logIn, openBrowser, picture, pictures2 } from "./browser.mjs";

const {
  DRAWBRIDGE_NODE: node = "pve1",
  DRAWBRIDGE_ROOT: root = "",
  KERNEL_FILTERS_VLANS: kernelFiltersVlans,
} = process.env;
let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await logIn(page);
});
after(() => browser.close());

const grid = (name) => page.getByRole("grid", { name });
const row = (text) => page.getByRole("row").filter({ hasText: text });
const link = (name) => row(new RegExp(`^${name}(?![0-9.])`));
const rules = () => grid("Rules");
/** The rule at a place, from 0 as the page counts. */
const rule = (place) =>
  rules()
    .getByRole("row")
    .nth(place + 1);
const closed = () => dialog(page).waitFor({ state: "detached" });
const part = (name) =>
  page.getByRole("radiogroup", { name: "Part of the firewall" }).getByText(name, { exact: true }).click();

async function choose(label, option) {
  await dialog(page).getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option, exact: typeof option === "string" }).click();
}

/** Sets the datacenter's switch, up to the dialog's button. */
async function setFirewall(word) {
  await go(page, "/datacenter/firewall");
  await part("Options");
  await button(page, "Edit").click();
  await choose("Firewall", word);
}

/** What an earlier change came to is told for a while: it is put away, so that it is not taken for this one's. */
async function putAway() {
  await page.waitForResponse(/network-transaction/);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const close = button(page, "Close").first();
  while (await close.isVisible()) await close.click();
}

/** Applies what is pending; whether it is in force afterwards. */
async function apply() {
  await putAway();
  await button(page, "Apply Configuration").click();
  await button(dialog(page), "Apply").click();
  await closed();
  const outcome = page.getByText(/^(The new configuration is in force|The change was undone)$/);
  await outcome.waitFor();
  const kept = (await outcome.textContent()).includes("in force");
  return kept;
}

test("a bridge that is aware of VLANs", async () => {
  await go(page, `/node/${node}/network`);
  await link("eno4").waitFor();
  await button(page, "Create").click();
  await page.getByRole("menuitem", { name: "Linux Bridge" }).click();
  await dialog(page).getByLabel("VLAN aware").check();
  await dialog(page).locator("[data-field=bridge_ports]").fill("eno4");
  await page.keyboard.press("Enter");
  const name = await dialog(page).locator("[data-field=iface]").inputValue();
  await pictures2(page, "workshop-aware");
  await button(dialog(page), "Create as pending").click();
  await page.getByRole("region", { name: "Pending changes" }).getByText("bridge-vlan-aware yes").waitFor();
  const kept = await apply();
  assert.equal(kept, kernelFiltersVlans === "1", "in force if, and only if, the kernel can do it");
  await row(name)
    .filter({ hasText: /Linux Bridge.*Yes.*eno4/ })
    .waitFor();
  if (kept) return;
  await button(page, "Revert").click();
  await button(dialog(page), "Revert").click();
  await link(name).waitFor({ state: "detached" });
});

test("a guest's card with a tag", async () => {
  await page.getByRole("treeitem", { name: /windows-dc/ }).click();
  await page.getByRole("tab", { name: "Network" }).click();
  await page.getByRole("button", { name: "Edit net0" }).click();
  await dialog(page).getByLabel("VLAN Tag").fill("30");
  await button(dialog(page), "Save").click();
  await closed();
  await page.getByRole("article", { name: "net0" }).getByText("30", { exact: true }).waitFor();
  await picture(page, "workshop-tag");
});

test("the firewall is off while it is prepared", async () => {
  await setFirewall("No");
  await button(dialog(page), "Save").click();
  await closed();
  await row("Firewall").getByText("No", { exact: true }).waitFor();
});

test("an IP set, with an exception", async () => {
  await part("IP Sets");
  await page.getByRole("button", { name: "Create IP set" }).click();
  await dialog(page).getByLabel("Name").fill("workshop");
  await dialog(page).getByLabel("Comment").fill("the room's network");
  await button(dialog(page), "Create").click();
  await closed();
  const entries = page.getByRole("region", { name: "Entries of workshop" });
  await entries.getByText("workshop is empty").waitFor();
  for (const [cidr, exception] of [
    ["192.0.2.0/24", false],
    ["192.0.2.66", true],
  ]) {
    await button(entries, "Add").click();
    await dialog(page).getByLabel("IP/CIDR").fill(cidr);
    if (exception) await dialog(page).getByLabel("Exception (nomatch)").check();
    await button(dialog(page), "Add").click();
    await closed();
  }
  await entries.getByText("! 192.0.2.66").waitFor();
  await entries.getByText("! 192.0.2.66").dblclick();
  await dialog(page).getByLabel("Comment").fill("the beamer");
  await button(dialog(page), "Save").click();
  await closed();
  await entries.getByText("the beamer").waitFor();
  await pictures2(page, "workshop-set");
  assert.deepEqual(await axeFaults(page), []);
});

test("an alias gets another name", async () => {
  await part("Aliases");
  await button(page, "Add").click();
  await dialog(page).getByLabel("Name").fill("printr");
  await dialog(page).getByLabel("IP/CIDR").fill("192.0.2.77");
  await button(dialog(page), "Create").click();
  await closed();
  await row("printr").click();
  await grid("Aliases").focus();
  await page.keyboard.press("Enter");
  await dialog(page).getByLabel("Name").fill("printer");
  await button(dialog(page), "Save").click();
  await closed();
  await row("printer").getByText("192.0.2.77").waitFor();
  await row("printr").waitFor({ state: "detached" });
});

test("a security group with a rule, and the rule that uses it", async () => {
  await part("Security Groups");
  await page.getByRole("button", { name: "Create security group" }).click();
  await dialog(page).getByLabel("Name").fill("printers");
  await button(dialog(page), "Create").click();
  await closed();
  const list = page.getByRole("region", { name: "Rules of group printers" });
  await list.getByText("Group printers has no rules yet").waitFor();
  await button(list, "Add").click();
  await dialog(page).locator("[data-field=dest]").fill("dc/printer");
  await choose("Macro", /^HTTPS/);
  await dialog(page).getByLabel("Enable").check();
  await button(dialog(page), "Add").click();
  await closed();
  await list.getByText("dc/printer").waitFor();
  await pictures2(page, "workshop-group");
  await part("Rules");
  await button(page, "Insert: Security Group").click();
  await choose("Security Group", "printers");
  await dialog(page).getByLabel("Enable").check();
  await button(dialog(page), "Add").click();
  await closed();
  await rule(0).getByText("printers").waitFor();
});

test("a rule that lets the set in", async () => {
  await button(page, "Add").click();
  await choose("Macro", /^SSH/);
  await dialog(page).locator("[data-field=source]").fill("workshop");
  await page.getByRole("option", { name: /workshop/ }).click();
  await dialog(page).getByLabel("Enable").check();
  await dialog(page).getByLabel("Comment").fill("from the room");
  await pictures2(page, "workshop-rule");
  await button(dialog(page), "Add").click();
  await closed();
  await rule(0).getByText("+dc/workshop").waitFor();
});

test("rules change their places: dragged, and by keyboard", async () => {
  const handle = rule(0).getByTitle(/Drag to move/);
  await handle.dragTo(rule(2));
  await rule(2).getByText("from the room").waitFor();
  await rule(2).click();
  await rules().focus();
  await page.keyboard.press("Alt+ArrowUp");
  await rule(1).getByText("from the room").waitFor();
  await page.keyboard.press("Alt+ArrowUp");
  await rule(0).getByText("from the room").waitFor();
});

test("a rule is switched off and on, copied, removed", async () => {
  const on = rule(0).getByRole("switch");
  await on.uncheck({ force: true });
  await page.reload();
  await rule(0).getByText("from the room").waitFor();
  assert.equal(await rule(0).getByRole("switch").isChecked(), false);
  await rule(0).getByRole("switch").check({ force: true });
  await rule(0).getByText("from the room").click();
  await button(page, "Copy").click();
  await rule(1).getByText("from the room").waitFor();
  const states = await Promise.all([0, 1].map((place) => rule(place).getByRole("switch").isChecked()));
  assert.deepEqual(states.sort(), [false, true], "the copy is off until somebody turns it on");
  await pictures2(page, "workshop-rules");
  const off = (await rule(0).getByRole("switch").isChecked()) ? 1 : 0;
  await rule(off).getByText("from the room").click();
  await rules().focus();
  await page.keyboard.press("Delete");
  await button(dialog(page), "Remove").click();
  await closed();
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll("[role=row]")].filter((one) => one.textContent.includes("from the room")).length ===
      1,
  );
  assert.equal(await rule(0).getByRole("switch").isChecked(), true);
});

test("while it is off, every packet passes, and why is told", async () => {
  await part("Test a packet");
  await button(page, "Test the packet").click();
  await page.getByText("The firewall of the datacenter is off: nothing is filtered.").waitFor();
});

test("the firewall is turned on: with a warning, and on trial", async () => {
  await setFirewall("Yes");
  await dialog(page).getByText("This turns filtering on, on all nodes").waitFor();
  await pictures2(page, "workshop-enable");
  assert.deepEqual(await axeFaults(page), []);
  await button(dialog(page), "Save").click();
  await page.getByText("A change of the firewall is on trial").waitFor();
  await picture(page, "workshop-trial");
  await page.getByText("A change of the firewall is on trial").waitFor({ state: "detached" });
  await row("Firewall").getByText("Yes", { exact: true }).waitFor();
});

test("a packet of the room is let in, one of elsewhere is not", async () => {
  await part("Test a packet");
  for (const [source, verdict, by] of [
    ["192.0.2.5", "ACCEPT", /SSH\(ACCEPT\)/],
    ["203.0.113.9", "DROP", /policy/],
  ]) {
    await page.getByLabel("Source address").fill(source);
    await button(page, "Test the packet").click();
    const told = page.getByRole("region", { name: "What becomes of it" });
    await told.getByText(verdict, { exact: true }).first().waitFor();
    await told.getByText(by).first().waitFor();
  }
  await picture(page, "workshop-packet");
});

/** What the service writes for each packet that a rule logs. */
function log(action, by, port, packet) {
  const folder = join(root, "var/log/drawbridge");
  mkdirSync(folder, { recursive: true });
  const entry = {
    time: (Date.now() / 1000).toFixed(6),
    vmid: 0,
    level: 6,
    chain: "PVEFW-HOST-IN",
    action,
    rule: by,
    in: "vmbr0",
    out: null,
    physical_in: port,
    physical_out: null,
    packet,
  };
  appendFileSync(join(folder, "firewall.json"), `${JSON.stringify(entry)}\n`);
}

test("the log shows packets as they come, with the rule behind each, and finds them", async () => {
  await go(page, `/node/${node}/firewall`);
  await part("Log");
  log("ACCEPT", "cluster.fw:13", "eno1", "SRC=192.0.2.5 DST=192.0.2.10 PROTO=TCP DPT=22");
  const packets = page.getByRole("grid", { name: /Packets/ });
  await packets.getByText("cluster.fw:13").waitFor();
  log("policy DROP", null, "eno2", "SRC=203.0.113.9 DST=192.0.2.10 PROTO=TCP DPT=23");
  await packets.getByText("DPT=23").waitFor();
  await pictures2(page, "workshop-log");
  assert.deepEqual(await axeFaults(page), []);
  await page.getByLabel("Filter the log").fill("dpt=22 192.0.2.5");
  await packets.getByText("DPT=23").waitFor({ state: "detached" });
  await packets.getByText("DPT=22").waitFor();
  await page.getByLabel("Filter the log").fill("");
  await page.getByRole("radiogroup", { name: "Which packets" }).getByText("DROP", { exact: true }).click();
  await packets.getByText("DPT=22").waitFor({ state: "detached" });
  await packets.getByText("DPT=23").waitFor();
});

async function applyComment(words) {
  await link("eno3").dblclick();
  await dialog(page).getByLabel("Comment").fill(words);
  await button(dialog(page), "Save as pending").click();
  await closed();
  await link("eno3").getByText(words).waitFor();
  assert.ok(await apply());
}

test("back to what was in force before", async () => {
  await go(page, `/node/${node}/network`);
  await link("eno3").waitFor();
  await applyComment("first");
  await applyComment("second");
  await page.getByRole("tab", { name: "History" }).click();
  const generations = grid("Generations").getByRole("row");
  await generations.nth(1).getByText("in force").waitFor();
  await generations.nth(2).click();
  await button(page, "Roll back to this").click();
  await button(dialog(page), "Roll back").click();
  await closed();
  await page.getByText("The new configuration is in force", { exact: true }).waitFor();
  await pictures2(page, "workshop-history");
  await page.getByRole("tab", { name: "Network" }).click();
  await link("eno3").getByText("first").waitFor();
});

test("nothing was refused or thrown behind the scenes", () => assert.deepEqual(browser.faults, []));
