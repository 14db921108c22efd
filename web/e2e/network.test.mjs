// Node → Network: what an administrator does with it, on a real kernel.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { axeFaults, button, dialog, go, logIn, openBrowser, picture, pictures2, withoutKeeping } from "./browser.mjs";

const node = process.env.DRAWBRIDGE_NODE ?? "pve1";
let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
});
after(() => browser.close());

/** Somebody else, at the command line of the node. */
const colleague = (...words) =>
  promisify(execFile)(process.env.DRAWBRIDGE, ["--root", process.env.DRAWBRIDGE_ROOT, "--node", node, ...words]);
const change = (name, settings) =>
  colleague("network", "set", name, ...Object.entries(settings).map(([key, value]) => `${key}=${value}`));

// Beside the name may stand the mark of a pending change.
const row = (name) => page.getByRole("row").filter({ hasText: new RegExp(`^${name}(?![0-9.])`) });

test("logging in", async () => {
  await page.goto(process.env.DRAWBRIDGE_URL);
  await pictures2(page, "login");
  assert.deepEqual(await axeFaults(page), []);
  await logIn(page);
});

test("the table shows files and kernel", async () => {
  await go(page, `/node/${node}/network`);
  await row("vmbr0")
    .filter({ hasText: /Linux Bridge[\s\S]*eno1[\s\S]*192\.0\.2\.10\/24/ })
    .waitFor();
  await row("vmbr0").getByLabel("receives").waitFor(); // two looks at the counters make a rate
  await pictures2(page, "network");
  assert.deepEqual(await axeFaults(page), []);
});

test("a field is checked while typing, and by the server", async () => {
  await button(page, "Create").click();
  await page.getByRole("menuitem", { name: "Linux Bridge" }).click();
  const form = dialog(page);
  await form.getByLabel("IPv4/CIDR").fill("10.9.0.1/44");
  await form.getByText("prefix length '44' is not from 8 to 32").waitFor();
  await form.getByLabel("IPv4/CIDR").fill("10.9.0.1/24");
  await form.locator("[data-field=iface]").fill("vmbr0");
  browser.expectStatus(400);
  await button(form, "Create as pending").click();
  await form
    .getByText(/already exists|exists already|is there already/)
    .first()
    .waitFor();
  await picture(page, "network-dialog-refused");
  assert.deepEqual(await axeFaults(page), []);
  await button(form, "Cancel").click();
});

test("a new bridge is pending: difference, steps, warnings", async () => {
  await button(page, "Create").click();
  await page.getByRole("menuitem", { name: "Linux Bridge" }).click();
  const form = dialog(page);
  await form.getByLabel("IPv4/CIDR").fill("10.9.0.1/24");
  await form.locator("[data-field=bridge_ports]").fill("eno3");
  await page.keyboard.press("Enter");
  await form.getByLabel("Comment").fill("guests of the lab");
  await pictures2(page, "network-dialog");
  await button(form, "Create as pending").click();
  const pending = page.getByRole("region", { name: "Pending changes" });
  await pending.getByText("address 10.9.0.1/24").waitFor();
  await pending.getByText(/by admin@pve from 127.0.0.1, /).waitFor();
  await pictures2(page, "network-pending");
  await page.getByRole("tab", { name: /What the kernel will do/ }).click();
  await page.getByRole("list", { name: "Steps" }).getByText("Create vmbr2").waitFor();
  assert.deepEqual(await axeFaults(page), []);
  await picture(page, "network-steps");
});

test("apply is kept because this page still reaches the node, also after a reload", async () => {
  await button(page, "Apply Configuration").click();
  await picture(page, "network-apply");
  await button(dialog(page), "Apply").click();
  await page.getByText("in force, on trial").waitFor();
  await picture(page, "network-trial");
  await page.reload();
  await page.getByText("The new configuration is in force").waitFor();
  await picture(page, "network-kept");
  await row("vmbr2")
    .filter({ hasText: /(up|no link)[\s\S]*eno3[\s\S]*10\.9\.0\.1\/24/ })
    .waitFor();
});

test("a change that is undone says so, and stays pending", async () => {
  await row("vmbr2").dblclick();
  await dialog(page).getByLabel("IPv4/CIDR").fill("10.9.0.2/24");
  await button(dialog(page), "Save as pending").click();
  await button(page, "Apply Configuration").click();
  await withoutKeeping(browser, async () => {
    await button(dialog(page), "Apply").click();
    await button(page, "Undo now").click();
    await page.getByText("The change was undone").waitFor();
  });
  await picture(page, "network-undone");
  await row("vmbr2").getByText("10.9.0.2/24").waitFor();
  await button(page, "Revert").click();
  await button(dialog(page), "Revert").click();
  await page.getByRole("region", { name: "Pending changes" }).waitFor({ state: "detached" });
});

test("nothing of a colleague's is applied or dropped unseen", async () => {
  await change("vmbr2", { mtu: 1400 });
  await page.getByRole("region", { name: "Pending changes" }).getByText("mtu 1400").waitFor();
  await button(page, "Apply Configuration").click();
  await change("vmbr2", { mtu: 1300 });
  browser.expectStatus(500);
  await button(dialog(page), "Apply").click();
  await dialog(page).getByText("Somebody else edited the pending changes").waitFor();
  await pictures2(page, "network-edited");
  assert.deepEqual(await axeFaults(page), []);
  await button(dialog(page), "Cancel").click();
  await button(page, "Revert").click();
  await change("vmbr2", { mtu: 1350 });
  browser.expectStatus(500);
  await button(dialog(page), "Revert").click();
  await dialog(page)
    .getByText(/edited the pending changes meanwhile/)
    .waitFor();
  await button(dialog(page), "Cancel").click();
  await page.getByText("mtu 1350").waitFor();
});

test("a colleague's change on trial is told, and not kept by this page", async () => {
  const applied = colleague("network", "apply", "--confirm-within", "30").catch((error) => error);
  await page.getByText("Somebody else is applying a change").waitFor();
  await picture(page, "network-colleague");
  // Long enough for this page to keep its own.
  assert.match(String((await applied).stderr), /not confirmed|[Uu]ndone/);
  await page.getByText("The change was undone").waitFor();
  await colleague("network", "revert");
  await page.getByRole("region", { name: "Pending changes" }).waitFor({ state: "detached" });
});

test("who would be cut off stands in the dialog before anything is applied", async () => {
  await row("vmbr0").dblclick();
  await dialog(page).locator("[data-field=bridge_ports]").focus();
  await page.keyboard.press("Backspace");
  await button(dialog(page), "Save as pending").click();
  await button(page, "Apply Configuration").click();
  await dialog(page)
    .getByRole("alert")
    .filter({ hasText: /Guests are cut off[\s\S]*guest ports? on vmbr0/ })
    .waitFor();
  await pictures2(page, "network-cut-off");
  assert.deepEqual(await axeFaults(page), []);
  await button(dialog(page), "Cancel").click();
  await button(page, "Revert").click();
  await button(dialog(page), "Revert").click();
  await page.getByRole("region", { name: "Pending changes" }).waitFor({ state: "detached" });
});

test("keyboard alone: a row is chosen, opened, left", async () => {
  await page.getByRole("grid", { name: "Interfaces" }).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await dialog(page).getByText("Edit: Network Device").waitFor();
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
});

test("history tells what each generation changed", async () => {
  await go(page, `/node/${node}/history`);
  await page
    .getByRole("region", { name: /Difference of generation/ })
    .getByText("address 10.9.0.1/24")
    .waitFor();
  await pictures2(page, "history");
  assert.deepEqual(await axeFaults(page), []);
});

test("tasks keep their output", async () => {
  await go(page, `/node/${node}/tasks`);
  await page.getByRole("row").filter({ hasText: "Apply network configuration" }).first().dblclick();
  await dialog(page)
    .getByText(/TASK (OK|ERROR)/)
    .waitFor();
  await pictures2(page, "task");
  assert.deepEqual(await axeFaults(page), []);
  await page.keyboard.press("Escape");
});

test("the picture has cards, bridges and guests", async () => {
  await go(page, `/node/${node}/topology`);
  await page.getByText("vmbr2").first().waitFor();
  await page.getByText("100 · net0").hover();
  // Its way to the wire is lit: what is not on it steps back.
  await page.waitForFunction(() => document.querySelectorAll("[class*=dimmed]").length > 0);
  const lit = await page.locator("[class*=_lit_]").allTextContents();
  assert.deepEqual(lit.map((text) => text.match(/^(eno\d|vmbr\d|\d+ · net\d)/)?.[0]).sort(), [
    "100 · net0",
    "eno1",
    "vmbr0",
  ]);
  await pictures2(page, "topology");
});

test("nothing was refused or thrown behind the scenes", () => assert.deepEqual(browser.faults, []));
