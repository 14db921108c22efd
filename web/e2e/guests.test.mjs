// Guests: their cards, and a new VM.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFaults, button, dialog, go, logIn, openBrowser, picture, pictures2 } from "./browser.mjs";

const node = process.env.DRAWBRIDGE_NODE ?? "pve1";
let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await logIn(page);
});
after(() => browser.close());

test("the tree finds a guest", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("database");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /101/ }).waitFor();
  await page.keyboard.press("Escape");
});

test("a guest's cards", async () => {
  await go(page, `/guest/${node}/qemu/101/network`);
  await page.getByRole("article", { name: "net1" }).getByText("not running").waitFor();
  await page.getByRole("article", { name: "net1" }).getByText("tap101i1").waitFor();
  await pictures2(page, "guest-network");
  assert.deepEqual(await axeFaults(page), []);
});

test("a card gets a VLAN; a wrong one is refused at its field", async () => {
  const card = page.getByRole("article", { name: "net0" });
  await card.getByRole("button", { name: "Edit net0" }).click();
  const form = dialog(page);
  await form.getByLabel("VLAN Tag").fill("4095");
  await form.getByText("'4095' is not a number from 1 to 4094").waitFor();
  await form.getByLabel("VLAN Tag").fill("44");
  await pictures2(page, "guest-dialog");
  assert.deepEqual(await axeFaults(page), []);
  await button(form, "Save").click();
  await card.getByText("44", { exact: true }).waitFor();
});

test("a container's card", async () => {
  await go(page, `/guest/${node}/lxc/200/network`);
  await page.getByRole("button", { name: "Edit net0" }).click();
  await dialog(page).getByLabel("IPv4/CIDR").waitFor();
  await picture(page, "container-dialog");
  await page.keyboard.press("Escape");
});

test("the wizard makes a VM", async () => {
  await page.getByRole("button", { name: "Create VM" }).click();
  const form = dialog(page);
  await form.getByLabel("Name").fill("new-one");
  await picture(page, "wizard-general");
  await button(form, "Next").click();
  await button(form, "Next").click();
  // Who logs in here is not root@pam.
  await form.getByText("only root@pam may name one").waitFor();
  assert.equal(await form.getByLabel("Add a disk").isChecked(), false);
  for (let step = 0; step < 3; step += 1) await button(form, "Next").click();
  await form.getByLabel("VLAN Tag").waitFor();
  await pictures2(page, "wizard-network");
  assert.deepEqual(await axeFaults(page), []);
  await button(form, "Next").click();
  await picture(page, "wizard-confirm");
  await button(form, "Finish").click();
  await form.waitFor({ state: "detached" });
  await page.getByRole("treeitem", { name: /new-one/ }).waitFor();
});

test("nothing was refused or thrown behind the scenes", () => assert.deepEqual(browser.faults, []));
