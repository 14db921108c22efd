// What must not happen, and what must be told when it does: services that are down, and hostile words in files and forms.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axeFaults, button, dialog, go, logIn, openBrowser, pictures2 } from "./browser.mjs";
import { start, stop } from "./servers.mjs";

const node = process.env.DRAWBRIDGE_NODE ?? "pve1";
const hostile = "<img src=x onerror=\"window.broken='yes'\">";
const guestFile = join(process.env.DRAWBRIDGE_ROOT, `etc/pve/nodes/${node}/qemu-server/666.conf`);
let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await logIn(page);
});
after(async () => {
  rmSync(guestFile, { force: true });
  await browser.close();
});

test("the API service is down: the page says so, and goes on when it is back", async () => {
  await go(page, `/node/${node}/network`);
  await page.getByText("Live").waitFor();
  await page.getByRole("row").filter({ hasText: "vmbr0" }).waitFor();
  const banner = page.getByRole("alert").filter({ hasText: "The node's API service has not answered" });
  await browser.whileDown(async () => {
    await stop("api");
    await banner.waitFor();
    // What was shown stays, and what can't be done says why.
    await page.getByRole("row").filter({ hasText: "vmbr0" }).waitFor();
    await pictures2(page, "service-down");
    start("api");
    await banner.waitFor({ state: "detached" });
    await page.getByText("Live").waitFor();
  });
  await page.getByRole("row").filter({ hasText: "vmbr0" }).dblclick();
  await dialog(page).getByLabel("IPv4/CIDR").waitFor();
  await page.keyboard.press("Escape");
});

test("nothing answers at all", async () => {
  await browser.whileDown(async () => {
    await page.route("**/api2/**", (route) => route.abort());
    await page.reload();
    await page
      .getByText(/does not answer|has not answered/)
      .first()
      .waitFor();
    await page.unroute("**/api2/**");
    await page.getByRole("row").filter({ hasText: "vmbr0" }).waitFor();
  });
});

test("the service that enforces is down: the firewall's pages say so", async () => {
  await go(page, "/datacenter/firewall");
  await page.getByRole("grid", { name: "Rules" }).waitFor();
  await stop("daemon");
  const told = page.getByRole("status").filter({ hasText: "does not run" });
  await told.waitFor();
  await pictures2(page, "daemon-down");
  assert.deepEqual(await axeFaults(page), []);
  start("daemon");
  await told.waitFor({ state: "detached" });
});

/** The words are on the page as words: no element was made of them. */
async function assertHarmless(scope) {
  await scope.getByText(hostile, { exact: false }).first().waitFor();
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.equal(await page.locator("img[src=x]").count(), 0);
}

test("a comment of an interface is text, in the table, the difference, the picture", async () => {
  await go(page, `/node/${node}/network`);
  await page.getByRole("row").filter({ hasText: "eno4" }).dblclick();
  await dialog(page).getByLabel("Comment").fill(hostile);
  await button(dialog(page), "Save as pending").click();
  await dialog(page).waitFor({ state: "detached" });
  await assertHarmless(page.getByRole("grid", { name: "Interfaces" }));
  await assertHarmless(page.getByRole("region", { name: "Difference of the files" }));
  await go(page, `/node/${node}/topology`);
  await page.getByText("vmbr0").first().waitFor();
  assert.equal(await page.evaluate(() => window.broken), undefined);
  await go(page, `/node/${node}/network`);
  await button(page, "Revert").click();
  await button(dialog(page), "Revert").click();
  await page.getByRole("region", { name: "Pending changes" }).waitFor({ state: "detached" });
});

test("comments of rules, aliases, sets and groups are text", async () => {
  await go(page, "/datacenter/firewall");
  for (const [part, fill] of [
    ["Rules", async () => {}],
    ["Aliases", async (form) => form.getByLabel("IP/CIDR").fill("192.0.2.66")],
  ]) {
    await page.getByRole("radiogroup", { name: "Part of the firewall" }).getByText(part, { exact: true }).click();
    await button(page, "Add").click();
    const form = dialog(page);
    if (part === "Aliases") await form.getByLabel("Name").fill("hostile");
    await fill(form);
    await form.getByLabel("Comment").fill(hostile);
    await button(form, /^(Add|Create)$/).click();
    await form.waitFor({ state: "detached" });
    await assertHarmless(page.getByRole("grid", { name: part }));
    await page.getByRole("row").filter({ hasText: "onerror" }).click();
    await button(page, "Remove").click();
    if (part === "Rules") {
      await assertHarmless(form);
      await button(form, "Remove").click();
    }
    await page.getByRole("row").filter({ hasText: "onerror" }).waitFor({ state: "detached" });
  }
});

test("a guest whose file has a hostile name is shown by it", async () => {
  writeFileSync(
    guestFile,
    `name: ${hostile}\nmemory: 16\ndescription: ${hostile}\nnet0: virtio=BC:24:11:5A:07:66,bridge=vmbr0\n`,
  );
  await page.getByRole("treeitem", { name: /666/ }).click();
  await page.getByRole("article", { name: "net0" }).waitFor();
  await assertHarmless(page.getByRole("tree"));
  await page.getByRole("tab", { name: "Configuration" }).click();
  await assertHarmless(page.getByRole("tabpanel"));
});

test("nothing was thrown behind the scenes", () => assert.deepEqual(browser.faults, []));
