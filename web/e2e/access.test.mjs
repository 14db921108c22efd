// Datacenter → Permissions, and the menu of who is logged in: users, tokens, second factors, groups, roles, rights.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { axeFaults, button, dialog, go, logIn, openBrowser, picture, pictures2 } from "./browser.mjs";

const base = process.env.DRAWBRIDGE_URL;
const own = process.env.DRAWBRIDGE_PASSWORD;
const annas = "correct horse battery";
let browser;
let page;
let token; // of anna: { id, secret }
let secret; // of her authenticator app
let recovery; // codes

before(async () => {
  browser = await openBrowser();
  browser.expectStatus(
    /operators exists|is no address|is not the code expected|^(POST|PUT) \S+\/access\/.*authentication failure/,
  );
  page = browser.page;
  await logIn(page);
});
after(() => browser.close());

const part = (name) =>
  page.getByRole("radiogroup", { name: "Part of the permissions" }).getByText(name, { exact: true }).click();
const table = (name) => page.getByRole("grid", { name, exact: true });
const row = (grid, ...texts) => {
  let rows = table(grid).getByRole("row");
  for (const text of texts) rows = rows.filter({ hasText: text });
  return rows;
};
const choose = async (form, label, option) => {
  await form
    .getByRole("combobox", { name: label })
    .or(form.getByRole("textbox", { name: label }))
    .first()
    .click();
  await page.getByRole("option", { name: option }).first().click();
};
const closed = (form) => form.waitFor({ state: "detached" });
const looksGood = async (name) => {
  await pictures2(page, `access-${name}`);
  assert.deepEqual(await axeFaults(page), [], name);
};

/** RFC 6238, by hand: what an app on a phone would show. */
function code(base32, seconds = Date.now() / 1000) {
  const bits = [...base32]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const moment = Buffer.alloc(8);
  moment.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const hash = createHmac("sha1", key).update(moment).digest();
  const at = hash.at(-1) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, "0");
}

const logOut = async () => {
  await page.getByRole("button", { name: /^Logged in as/ }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.getByLabel("User name").waitFor();
};
const enter = async (user, password) => {
  await page.getByLabel("User name").fill(user);
  await page.locator("input[type=password]").fill(password);
  await button(page, "Log in").click();
};

test("a group is made, and a name that is taken is refused at its field", async () => {
  await go(page, "/datacenter/permissions");
  await part("Groups");
  await page.getByText("No group yet").waitFor();
  await picture(page, "access-groups-empty");
  for (const refused of [false, true]) {
    await button(page, "Create").click();
    const form = dialog(page);
    await form.getByLabel("Name").fill("operators");
    await form.getByLabel("Comment").fill("day shift");
    await button(form, "Create").click();
    if (!refused) await closed(form);
    else {
      await form.getByText(/exists/).waitFor();
      await button(form, "Cancel").click();
    }
  }
  await row("Groups", "operators").waitFor();
});

test("a user is added: fields are checked, groups and expiry are kept", async () => {
  await part("Users");
  await button(page, "Add").click();
  const form = dialog(page);
  await form.getByLabel("User name").fill("anna");
  await form.getByRole("textbox", { name: "Password", exact: true }).fill("short");
  await form.getByText("8 characters at least").waitFor();
  await form.getByRole("textbox", { name: "Password", exact: true }).fill(annas);
  await form.getByRole("textbox", { name: "Confirm Password" }).fill("other than that");
  await form.getByText("is not the same as the password").waitFor();
  await form.getByRole("textbox", { name: "Confirm Password" }).fill(annas);
  await choose(form, "Groups", /operators/);
  await form.getByLabel("Expire").fill("2031-01-31");
  await form.getByLabel("First Name").fill("Anna");
  await form.getByLabel("E-Mail").fill("anna at home");
  await looksGood("user-dialog");
  await button(form, "Add").click();
  await form.getByText(/is no address/).waitFor();
  await form.getByLabel("E-Mail").fill("anna@example.com");
  await button(form, "Add").click();
  await closed(form);
  await row("Users", "anna", "operators").waitFor();
  assert.match(await row("Users", "anna").textContent(), /pve.*Yes.*2031.*Anna/);
});

test("a user is edited: what was emptied is gone, what was left stays", async () => {
  await row("Users", "anna").dblclick();
  const form = dialog(page);
  await form.getByLabel("Expire").fill("");
  await form.getByLabel("Comment").fill("from the day shift");
  await button(form, "Save").click();
  await closed(form);
  await row("Users", "anna", "never").waitFor();
  assert.match(await row("Users", "anna").textContent(), /operators.*from the day shift/);
  await looksGood("users");
});

test("a role of one's own has the privileges that were chosen", async () => {
  await part("Roles");
  await row("Roles", "PVEVMAdmin").waitFor();
  await button(page, "Create").click();
  const form = dialog(page);
  await form.getByLabel("Name").fill("Cabling");
  for (const name of ["SDN.Use", "Sys.Audit", "VM.Audit"]) await choose(form, "Privileges", name);
  await page.keyboard.press("Escape");
  await form.getByText("Create: Role").click();
  await looksGood("role-dialog");
  await button(form, "Create").click();
  await closed(form);
  const shown = page.getByRole("region", { name: "Privileges of Cabling" });
  for (const name of ["SDN.Use", "Sys.Audit", "VM.Audit"]) await shown.getByText(name, { exact: true }).waitFor();
  await looksGood("roles");
});

test("rights are given to a group, and taken", async () => {
  await part("Permissions");
  await row("Permissions", "Administrator").waitFor();
  for (const [path, role] of [
    ["/nodes/pve1", "Cabling"],
    ["/vms/101", "PVEVMUser"],
  ]) {
    await button(page, "Add").click();
    await page.getByRole("menuitem", { name: "Group Permission" }).click();
    const form = dialog(page);
    await form.getByLabel("Path").fill(path);
    await choose(form, "Group", "operators");
    await choose(form, "Role", role);
    if (role === "Cabling") await looksGood("right-dialog");
    await button(form, "Add").click();
    await closed(form);
    await row("Permissions", path, "operators", role).waitFor();
  }
  await looksGood("permissions");
  await row("Permissions", "/vms/101").click();
  await button(page, "Remove").click();
  await dialog(page).getByText("Take PVEVMUser from operators?").waitFor();
  await button(dialog(page), "Remove").click();
  await row("Permissions", "/vms/101").waitFor({ state: "detached" });
});

test("what a user may do is shown, path by path", async () => {
  await part("Users");
  await row("Users", "anna").click();
  await button(page, "Permissions").click();
  const rights = dialog(page).getByRole("region", { name: "Rights at /nodes/pve1" });
  await rights.getByText("Sys.Audit").waitFor();
  await looksGood("rights");
  await page.keyboard.press("Escape");
});

test("a token's secret is shown once, and opens what the token was given", async () => {
  await part("API Tokens");
  await page.getByText("No API token yet").waitFor();
  await button(page, "Add").click();
  const form = dialog(page);
  await choose(form, "User", "anna@pve");
  await form.getByLabel("Token ID").fill("1st");
  await form.getByText(/a letter first/).waitFor();
  await form.getByLabel("Token ID").fill("backup");
  await form.getByLabel("Comment").fill("nightly");
  await looksGood("token-dialog");
  await button(form, "Add").click();
  await dialog(page).getByText("This secret is shown this once").waitFor();
  await page.keyboard.press("Escape");
  const [id, value] = await dialog(page).locator("code").allTextContents();
  token = { id, secret: value };
  assert.equal(id, "anna@pve!backup");
  assert.match(value, /^[0-9a-f-]{36}$/);
  // Not a picture of a real secret: this one ends with the test.
  await looksGood("token-secret");
  await button(dialog(page), "I have it").click();
  await row("API Tokens", "backup", "nightly").waitFor();
  await looksGood("tokens");
});

const asToken = (path) =>
  execFileSync("curl", [
    ...["-ks", "-o", "/dev/null", "-w", "%{http_code}", "-H"],
    `Authorization: PVEAPIToken=${token.id}=${token.secret}`,
    `${base}/api2/json${path}`,
  ]).toString();

test("curl with the token: nothing before it was given something, and nothing that its user may not", async () => {
  assert.equal(asToken("/version"), "200");
  assert.equal(asToken("/nodes/pve1/network-plan"), "403");
  await part("Permissions");
  await button(page, "Add").click();
  await page.getByRole("menuitem", { name: "API Token Permission" }).click();
  const form = dialog(page);
  await form.getByLabel("Path").fill("/nodes/pve1");
  await choose(form, "API Token", "anna@pve!backup");
  await choose(form, "Role", "PVEAuditor");
  await button(form, "Add").click();
  await closed(form);
  assert.equal(asToken("/nodes/pve1/network-plan"), "200");
  assert.equal(asToken("/nodes/pve1/qemu/101/config"), "403");
});

test("an authenticator app is set up: a wrong code and a wrong password are told at their fields", async () => {
  await part("Two Factor");
  await page.getByText("No second factor yet").waitFor();
  await button(page, "Add").click();
  await page.getByRole("menuitem", { name: "TOTP" }).click();
  const form = dialog(page);
  await choose(form, "User", "anna@pve");
  await form.getByLabel("Description").fill("phone");
  secret = await form.getByLabel("Secret").inputValue();
  assert.match(secret, /^[A-Z2-7]{32}$/);
  await form.getByRole("img", { name: /QR code/ }).waitFor();
  const good = code(secret);
  await form.getByLabel("Verify Code").fill(good === "000000" ? "000001" : "000000");
  await form.getByLabel("Your own password").fill("not mine at all");
  await looksGood("totp-dialog");
  await button(form, "Add").click();
  await form.getByText("This is not your password.").waitFor({ timeout: 20_000 });
  await form.getByLabel("Your own password").fill(own);
  await button(form, "Add").click();
  await form.getByText(/is not the code expected now/).waitFor({ timeout: 20_000 });
  await form.getByLabel("Verify Code").fill(code(secret));
  await button(form, "Add").click();
  await closed(form);
  await row("Two Factor", "anna@pve", "TOTP", "phone").waitFor();
});

test("recovery codes are shown once, and can be downloaded", async () => {
  await button(page, "Add").click();
  await page.getByRole("menuitem", { name: "Recovery Keys" }).click();
  const form = dialog(page);
  await choose(form, "User", "anna@pve");
  await form.getByLabel("Your own password").fill(own);
  await button(form, "Make codes").click();
  const list = dialog(page).getByRole("list", { name: "Recovery codes" });
  await list.waitFor({ timeout: 20_000 });
  recovery = await list.getByRole("listitem").allTextContents();
  assert.equal(recovery.length, 10);
  await looksGood("recovery-codes");
  const [download] = await Promise.all([page.waitForEvent("download"), button(dialog(page), "Download").click()]);
  assert.equal(download.suggestedFilename(), "recovery-codes-anna@pve.txt");
  assert.ok(readFileSync(await download.path(), "utf8").includes(recovery.join("\n")));
  await button(dialog(page), "I have them").click();
  await row("Two Factor", "anna@pve", "Recovery Keys").waitFor();
  await looksGood("factors");
});

test("she gets in with a code of the app, and sees no button that is not for her", async () => {
  await logOut();
  await enter("anna@pve", annas);
  await page.getByLabel("Code").fill("123456");
  await button(page, "Check the code").click();
  await page.getByText("That code is not right").waitFor({ timeout: 20_000 });
  await looksGood("login-code");
  // The next one: a code is good once, and this half minute's was shown when the app was set up.
  await page.getByLabel("Code").fill(code(secret, Date.now() / 1000 + 30));
  await button(page, "Check the code").click();
  await page.getByRole("tree").waitFor({ timeout: 20_000 });
  await go(page, "/datacenter/permissions");
  await part("Users");
  await row("Users", "anna").waitFor();
  assert.equal(await row("Users", "admin").count(), 0);
  assert.equal(await button(page, "Add").count(), 0);
  assert.equal(await button(page, "Unlock TFA").count(), 0);
  await picture(page, "access-users-without-rights");
  await part("Permissions");
  await page.getByText("No rights that you may look at").waitFor();
  assert.equal(await button(page, "Add").count(), 0);
  await part("Roles");
  await row("Roles", "Cabling").waitFor();
  assert.equal(await button(page, "Create").count(), 0);
});

test("what she may not see is not offered", async () => {
  await go(page, "/datacenter/firewall");
  await page.getByRole("grid", { name: "Nodes and guests" }).waitFor();
  assert.equal(await page.getByRole("tab", { name: "Firewall" }).count(), 0);
  await picture(page, "access-told");
});

test("her own password, second factor and rights are behind her name", async () => {
  const open = async (name) => {
    await page.getByRole("button", { name: /^Logged in as/ }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await open("My permissions");
  await dialog(page).getByRole("region", { name: "Rights at /nodes/pve1" }).waitFor();
  await page.keyboard.press("Escape");
  await open("My second factor");
  await row("Two Factor", "Recovery Keys").waitFor();
  await looksGood("my-factors");
  await page.keyboard.press("Escape");
  await open("My password");
  const form = dialog(page);
  await form.getByLabel("Your own password").fill(annas);
  await form.getByRole("textbox", { name: "Password", exact: true }).fill(`${annas}!`);
  await form.getByRole("textbox", { name: "Confirm Password" }).fill(`${annas}!`);
  await looksGood("my-password");
  await button(form, "Set password").click();
  await form.waitFor({ state: "detached", timeout: 20_000 });
});

test("a recovery code opens once", async () => {
  await logOut();
  for (const good of [true, false]) {
    await enter("anna@pve", `${annas}!`);
    await page.getByLabel("Code").fill(recovery[0]);
    await button(page, "Check the code").click();
    if (good) {
      await page.getByRole("tree").waitFor({ timeout: 20_000 });
      await logOut();
    } else await page.getByText("or was used already").waitFor({ timeout: 20_000 });
  }
  await page.getByRole("button", { name: "Back" }).click();
});

test("a factor, a token, a user are removed: nobody gets in with them any more", async () => {
  await enter(process.env.DRAWBRIDGE_USER, own);
  await page.getByRole("tree").waitFor({ timeout: 20_000 });
  await go(page, "/datacenter/permissions");
  await part("Two Factor");
  await row("Two Factor", "TOTP").click();
  await button(page, "Remove").click();
  await dialog(page).getByLabel("Your own password").fill(own);
  await picture(page, "access-remove-factor");
  await button(dialog(page), "Remove").click();
  await row("Two Factor", "TOTP").waitFor({ state: "detached", timeout: 20_000 });
  await part("API Tokens");
  await row("API Tokens", "backup").click();
  await table("API Tokens").focus();
  await page.keyboard.press("Delete");
  await button(dialog(page), "Remove").click();
  await page.getByText("No API token yet").waitFor();
  assert.equal(asToken("/version"), "401");
  await part("Users");
  await row("Users", "anna").click();
  await button(page, "Remove").click();
  await button(dialog(page), "Remove").click();
  await row("Users", "anna").waitFor({ state: "detached" });
});

test("the audit log has who did what, from where, and what was refused", async () => {
  await go(page, "/datacenter/audit");
  await row("Audit log", process.env.DRAWBRIDGE_USER, "DELETE /access/users/anna@pve").first().waitFor();
  await looksGood("audit");
  await page.getByLabel("With this in the path").fill("/access/groups");
  await row("Audit log", "DELETE /access/users").first().waitFor({ state: "detached" });
  await page.getByRole("switch", { name: "Only refused or failed" }).click();
  await row("Audit log", "groupid=operators", "failed").dblclick();
  await dialog(page)
    .getByText(/operators exists/)
    .waitFor();
  await looksGood("audit-entry");
  await page.keyboard.press("Escape");
  await page.getByLabel("With this in the path").fill("/access/password");
  await page.getByText("Nothing of that kind").waitFor();
  await page.getByRole("switch", { name: "Only refused or failed" }).click();
  await row("Audit log", "PUT /access/password", "anna@pve").waitFor();
  assert.ok(!(await page.content()).includes(annas), "a password is in the log");
  await go(page, "/datacenter/permissions");
});

test("on a phone the tables are cards, and nothing hangs out", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of ["Users", "Roles", "Permissions"]) {
    await part(name);
    await table(name).waitFor();
    await looksGood(`phone-${name.toLowerCase()}`);
    const [wide, inside] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert.ok(wide <= inside, `${name} is ${wide} wide on a phone of ${inside}`);
  }
});

test("nothing was refused or thrown behind the scenes", () => assert.deepEqual(browser.faults, []));
