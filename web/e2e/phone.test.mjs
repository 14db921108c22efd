// Two in the morning, a phone: what is down, and undoing or applying a change.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFaults, button, dialog, go, openBrowser, picture, pictures2, withoutKeeping } from "./browser.mjs";

const node = process.env.DRAWBRIDGE_NODE ?? "pve1";
let browser;
let page;

before(async () => {
  browser = await openBrowser({ width: 390, height: 844 });
  page = browser.page;
});
after(() => browser.close());

/** Nothing hangs out at the right. */
async function assertFits() {
  const [wide, inside] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= inside, `the page is ${wide} wide on a phone of ${inside}`);
}

test("logging in", async () => {
  await page.goto(process.env.DRAWBRIDGE_URL);
  await pictures2(page, "phone-login");
  await page.getByLabel("User name").fill(process.env.DRAWBRIDGE_USER ?? "root");
  await page.locator("input[type=password]").fill(process.env.DRAWBRIDGE_PASSWORD ?? "");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("tabpanel").first().waitFor();
});

for (const [name, place, text] of [
  ["network", `/node/${node}/network`, "vmbr0"],
  ["guest", `/guest/${node}/qemu/101/network`, "net1"],
  ["firewall", "/datacenter/firewall", "+dc/management"],
])
  test(`${name} fits`, async () => {
    await go(page, place);
    await page.getByText(text).first().waitFor();
    await pictures2(page, `phone-${name}`);
    await assertFits();
    assert.deepEqual(await axeFaults(page), []);
  });

test("the tree is behind a button", async () => {
  await page.getByRole("button", { name: "Nodes and guests" }).click();
  await page.getByRole("treeitem", { name: /database/ }).click();
  await page.getByRole("heading", { name: /101/ }).waitFor();
});

test("a change is made, undone, applied and kept", async () => {
  await go(page, `/node/${node}/network`);
  await page.getByRole("row").filter({ hasText: /^eno4/ }).click();
  await button(page, "Edit").click();
  await dialog(page).getByLabel("IPv4/CIDR").fill("10.77.0.1/24");
  await dialog(page).getByLabel("Autostart").check();
  await button(dialog(page), "Save as pending").click();
  await dialog(page).waitFor({ state: "detached" });
  const apply = async (name) => {
    await button(page, "Apply Configuration").click();
    await dialog(page).getByText("gains 10.77.0.1/24 on eno4").waitFor();
    await assertFits();
    await button(dialog(page), "Apply").click();
    await page.getByText("in force, on trial").waitFor();
    await picture(page, `phone-trial-${name}`);
    await assertFits();
  };
  await withoutKeeping(browser, async () => {
    await apply("undone");
    await button(page, "Undo now").click();
    await page.getByText("The change was undone").waitFor();
  });
  await apply("kept");
  await page.getByText("The new configuration is in force").waitFor();
  await assertFits();
  await page.getByRole("region", { name: "Pending changes" }).waitFor({ state: "detached" });
});

test("nothing was refused or thrown behind the scenes", () => assert.deepEqual(browser.faults, []));
