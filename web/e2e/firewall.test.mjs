// The firewall at datacenter, node and guest.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFaults, button, dialog, go, logIn, openBrowser, picture, pictures2 } from "./browser.mjs";

const node = process.env.DRAWBRIDGE_NODE ?? "pve1";
let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  // A set that is removed may be asked for once more, by an event that comes in between.
  browser.expectStatus(/no such IPSet 'leftover'/);
  await logIn(page);
});
after(() => browser.close());

const part = (name) =>
  page.getByRole("radiogroup", { name: "Part of the firewall" }).getByText(name, { exact: true }).click();
const rules = () => page.getByRole("grid", { name: "Rules" });

test("rules, with one that is wrong", async () => {
  await go(page, "/datacenter/firewall");
  await rules().getByText("+dc/management").waitFor();
  await page.getByText("1 rule is not in force").waitFor();
  await pictures2(page, "firewall-rules");
  assert.deepEqual(await axeFaults(page), []);
});

test("a macro explains itself, and a rule is added, moved, removed", async () => {
  await button(page, "Add").click();
  const form = dialog(page);
  await form.getByLabel("Macro").click();
  await page.getByRole("option", { name: /^HTTPS/ }).click();
  await form
    .getByText(/tcp 443/)
    .first()
    .waitFor();
  await form.getByLabel("Comment").fill("the page");
  await pictures2(page, "firewall-rule-dialog");
  assert.deepEqual(await axeFaults(page), []);
  await button(form, "Add").click();
  await form.waitFor({ state: "detached" });
  const first = rules().getByRole("row").nth(1);
  await first.getByText("the page").waitFor();
  await first.click();
  await rules().focus();
  await page.keyboard.press("Alt+ArrowDown");
  await rules().getByRole("row").nth(2).getByText("the page").waitFor();
  await rules().getByRole("row").nth(2).click();
  await button(page, "Remove").click();
  await dialog(page).getByText("IN HTTPS(ACCEPT) # the page").waitFor();
  await button(dialog(page), "Remove").click();
  await rules().getByText("the page").waitFor({ state: "detached" });
});

test("groups, aliases, sets, options", async () => {
  for (const [name, text] of [
    ["Security Groups", "monitoring"],
    ["Aliases", "backup"],
    ["IP Sets", "198.51.100.7"],
    ["Options", "Input Policy"],
  ]) {
    await part(name);
    await page.getByText(text).first().waitFor();
    await pictures2(page, `firewall-${name.toLowerCase().replace(" ", "-")}`);
    assert.deepEqual(await axeFaults(page), [], name);
  }
});

test("a set that holds something goes when somebody insists", async () => {
  await part("IP Sets");
  await button(page, "Create IP set").click();
  await dialog(page).locator("[data-field=name]").fill("leftover");
  await button(dialog(page), "Create").click();
  const entries = page.getByRole("region", { name: "Entries of leftover" });
  await button(entries, "Add").click();
  await dialog(page).locator("[data-field=cidr]").fill("203.0.113.0/24");
  await button(dialog(page), "Add").click();
  await entries.getByText("203.0.113.0/24").waitFor();
  browser.expectStatus(500);
  await button(page, "Remove IP set").click();
  await button(dialog(page), "Remove").click();
  await dialog(page)
    .getByText(/force=1/)
    .waitFor();
  await picture(page, "firewall-insist");
  await button(dialog(page), "Do it all the same").click();
  await dialog(page).waitFor({ state: "detached" });
  await page.getByRole("grid", { name: "IP Sets" }).getByText("leftover").waitFor({ state: "detached" });
});

test("a packet is tested, and the rule that decides is named", async () => {
  await part("Test a packet");
  await page.getByLabel("Source address").fill("192.0.2.1");
  await button(page, "Test the packet").click();
  await page
    .getByText(/SSH\(ACCEPT\)/)
    .first()
    .waitFor();
  await pictures2(page, "firewall-test");
  assert.deepEqual(await axeFaults(page), []);
});

test("a guest without rules is told what to do", async () => {
  await go(page, `/guest/${node}/qemu/102/firewall`);
  await page.getByText("No rules of guest 102 yet").waitFor();
  await picture(page, "firewall-empty");
  await part("Log");
  await page.getByText("Nothing has been logged").waitFor();
});

test("nothing was refused or thrown behind the scenes", () => assert.deepEqual(browser.faults, []));
