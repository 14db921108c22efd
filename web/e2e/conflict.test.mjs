// Two administrators edit the same thing: nobody overwrites anybody without having seen it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFaults, button, dialog, go, logIn, openBrowser, pictures2 } from "./browser.mjs";

const node = process.env.DRAWBRIDGE_NODE ?? "pve1";
let anna;
let bert;

before(async () => {
  anna = await openBrowser();
  bert = await openBrowser();
  for (const { page } of [anna, bert]) await logIn(page);
  for (const { expectStatus } of [anna, bert])
    expectStatus(/detected modified configuration|there is no interface|no rule/);
});
after(async () => {
  await anna?.close();
  await bert?.close();
});

const both = (act) => Promise.all([anna.page, bert.page].map(act));
const field = (page, name) => dialog(page).locator(`[data-field=${name}]`);
const versions = (page) => dialog(page).getByRole("table", { name: "Versions" });
const line = (page, label) => versions(page).getByRole("row").filter({ hasText: label });
const closed = (page) => dialog(page).waitFor({ state: "detached" });
const grid = (page) => page.getByRole("grid", { name: /^(Interfaces|Rules)$/ });
const row = (page, text) => grid(page).getByRole("row").filter({ hasText: text });

async function open(page, text) {
  await row(page, text).dblclick();
  await dialog(page).waitFor();
}

/** Fills the fields and presses the dialog's own button. */
async function save(page, values) {
  for (const [name, value] of Object.entries(values)) await field(page, name).fill(value);
  await button(dialog(page), /^Save/).click();
}

test("an interface: both versions are shown, and mine goes on top of theirs", async () => {
  await both((page) => go(page, `/node/${node}/network`));
  await both((page) => open(page, "storage network"));
  await save(anna.page, { comments: "Anna's", cidr6: "2001:db8:20::1/64" });
  await closed(anna.page);
  await save(bert.page, { comments: "Bert's", cidr: "10.20.0.1/24" });
  await dialog(bert.page).getByText("Somebody else changed vmbr1 meanwhile").waitFor();
  assert.match(await line(bert.page, "Comment").textContent(), /both changed it.*storage network.*Anna's.*Bert's/);
  assert.match(await line(bert.page, "IPv6/CIDR").textContent(), /empty.*2001:db8:20::1\/64.*left alone/);
  assert.match(await line(bert.page, "IPv4/CIDR").textContent(), /empty.*left alone.*10\.20\.0\.1\/24/);
  await pictures2(bert.page, "conflict-interface");
  assert.deepEqual(await axeFaults(bert.page), []);
  await button(dialog(bert.page), "Keep mine").click();
  await closed(bert.page);
  await both((page) => row(page, "vmbr1").filter({ hasText: "Bert's" }).getByText("10.20.0.1/24").waitFor());
  await open(anna.page, "vmbr1");
  assert.equal(await field(anna.page, "cidr6").inputValue(), "2001:db8:20::1/64");
  await anna.page.keyboard.press("Escape");
});

test("theirs is taken, or the form goes on with both", async () => {
  await both((page) => open(page, "vmbr1"));
  await save(anna.page, { comments: "Anna's again" });
  await closed(anna.page);
  await save(bert.page, { comments: "Bert's again" });
  await button(dialog(bert.page), "Go on editing").click();
  assert.equal(await field(bert.page, "comments").inputValue(), "Bert's again");
  await field(bert.page, "cidr").fill("10.20.0.2/24");
  await button(dialog(bert.page), /^Save/).click();
  await closed(bert.page);
  await row(anna.page, "Bert's again").getByText("10.20.0.2/24").waitFor();

  await both((page) => open(page, "vmbr1"));
  await save(anna.page, { comments: "hers" });
  await closed(anna.page);
  await save(bert.page, { comments: "his" });
  await button(dialog(bert.page), "Take theirs").click();
  await closed(bert.page);
  await row(bert.page, "vmbr1").getByText("hers").waitFor();
});

test("a change elsewhere in the file is no conflict", async () => {
  await open(bert.page, "vmbr1");
  await open(anna.page, "eno4");
  await save(anna.page, { comments: "elsewhere" });
  await closed(anna.page);
  await save(bert.page, { comments: "beside" });
  await closed(bert.page);
  await row(anna.page, "vmbr1").getByText("beside").waitFor();
  await row(anna.page, "eno4").getByText("elsewhere").waitFor();
});

test("an interface that they removed", async () => {
  await open(bert.page, "vmbr1");
  await row(anna.page, "vmbr1").click();
  await button(anna.page, "Remove").click();
  await button(dialog(anna.page), "Remove").click();
  await closed(anna.page);
  await save(bert.page, { comments: "needed" });
  await dialog(bert.page).getByText("Somebody else removed vmbr1 meanwhile").waitFor();
  await button(dialog(bert.page), "Make it again").click();
  await closed(bert.page);
  await both((page) => row(page, "vmbr1").getByText("needed").waitFor());
  await button(anna.page, "Revert").click();
  await button(dialog(anna.page), "Revert").click();
  await closed(anna.page);
  await both((page) => row(page, "vmbr1").getByText("storage network").waitFor());
});

test("a rule that they moved is saved where it went; one that they changed is shown", async () => {
  await both((page) => go(page, "/datacenter/firewall"));
  await open(bert.page, "+dc/management");
  await row(anna.page, "Ping").click();
  await grid(anna.page).focus();
  await anna.page.keyboard.press("Alt+ArrowUp");
  await grid(anna.page).getByRole("row").nth(1).getByText("Ping").waitFor();
  await save(bert.page, { comment: "who administers" });
  await closed(bert.page);
  await grid(anna.page).getByRole("row").nth(2).getByText("who administers").waitFor();

  await both((page) => open(page, "who administers"));
  await save(anna.page, { comment: "administrators", source: "192.0.2.0/24" });
  await closed(anna.page);
  await save(bert.page, { comment: "admins" });
  await dialog(bert.page)
    .getByText(/Somebody else changed rule \d meanwhile/)
    .waitFor();
  assert.match(await line(bert.page, "Comment").textContent(), /who administers.*administrators.*admins/);
  assert.match(await line(bert.page, "Source").textContent(), /\+dc\/management.*192\.0\.2\.0\/24.*left alone/);
  await pictures2(bert.page, "conflict-rule");
  assert.deepEqual(await axeFaults(bert.page), []);
  await bert.page.keyboard.press("Escape"); // to the form, not out of it
  assert.equal(await field(bert.page, "source").inputValue(), "192.0.2.0/24");
  await save(bert.page, { comment: "administrators", source: "+dc/management" });
  await closed(bert.page);
  await row(bert.page, "+dc/management").click();
  await grid(bert.page).focus();
  await bert.page.keyboard.press("Alt+ArrowUp");
  await grid(bert.page).getByRole("row").nth(1).getByText("administrators").waitFor();
});

test("a rule that they removed", async () => {
  await open(bert.page, "Ping");
  await row(anna.page, "Ping").click();
  await button(anna.page, "Remove").click();
  await button(dialog(anna.page), "Remove").click();
  await row(anna.page, "Ping").waitFor({ state: "detached" });
  await save(bert.page, { comment: "reachable?" });
  await dialog(bert.page)
    .getByText(/Somebody else removed rule \d meanwhile/)
    .waitFor();
  await pictures2(bert.page, "conflict-removed");
  await button(dialog(bert.page), "Make it again").click();
  await closed(bert.page);
  await row(anna.page, "Ping").getByText("reachable?").waitFor();
});

test("nothing was refused or thrown behind the scenes", () => assert.deepEqual([...anna.faults, ...bert.faults], []));
