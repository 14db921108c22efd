// A browser in front of a node: logs in, goes places, keeps pictures, and fails a test for what a person would not see:
// errors in the console, something that the content policy refused, requests that fail, faults that axe finds, answers
// that are not as the API's description says.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { answerFaults } from "./schema.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.PICTURES ?? "../build/web-pictures";
const base = process.env.DRAWBRIDGE_URL ?? "https://127.0.0.1:8006";

/** The console's words for a request that fails: its answer is looked at instead, or that there was none. */
const failedRequest = /Failed to load resource/;

/** What a test provokes, and what it does not: that is a fault. */
function refusals(faults) {
  const provoked = [];
  let down = false;
  return {
    look: (status, what) => {
      if (down || provoked.some((one) => one instanceof RegExp && one.test(what))) return;
      const index = provoked.indexOf(status);
      if (index >= 0) provoked.splice(index, 1);
      else faults.push(`${status} ${what}`);
    },
    /** Statuses of answers that come once each from now on; or words of refusals that come as often as they like. */
    expectStatus: (...those) => provoked.push(...those),
    /** Whatever fails while this runs is meant to. */
    whileDown: async (act) => {
      down = true;
      await act();
      down = false;
    },
    /** What was provoked and did not come. */
    missing: () => provoked.filter((one) => typeof one === "number").map((status) => `${status} did not come`),
  };
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function openBrowser(viewport = { width: 1360, height: 820 }) {
  mkdirSync(pictures, { recursive: true });
  const profile = mkdtempSync(join(tmpdir(), "drawbridge-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    ignoreHTTPSErrors: true,
    viewport,
    args: flags,
  });
  // Others may be at work on this machine as well: a late answer is no fault.
  context.setDefaultTimeout(Number(process.env.PATIENCE ?? 60_000));
  const page = context.pages()[0];
  const faults = [];
  const { look, missing, ...provoke } = refusals(faults);
  page.on("console", (message) => {
    if (message.type() === "error" && !failedRequest.test(message.text())) faults.push(message.text());
  });
  page.on("requestfailed", (request) => {
    // A page that is left gives up what it asked for; and when addresses change, the browser gives up everything once.
    const words = request.failure()?.errorText ?? "";
    if (!/net::ERR_(ABORTED|NETWORK_CHANGED)/.test(words)) look(words, `${request.method()} ${request.url()}`);
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("response", async (response) => {
    const address = response.url();
    if (response.status() >= 400) {
      const said = await response.text().catch(() => "");
      look(
        response.status(),
        `${response.request().method()} ${address} says ${response.statusText()} ${said.slice(0, 300).trim()}`,
      );
    }
    if (!response.ok() || !address.includes("/api2/json/") || /\/(events|openapi)$/.test(address)) return;
    // A page that is left has no use for the rest of its answers.
    const body = await response.json().catch(() => null);
    if (body !== null) faults.push(...answerFaults(response.request().method(), address, body));
  });
  return {
    page,
    /** All that went wrong unseen, up to now. */
    get faults() {
      return [...faults, ...missing()];
    },
    ...provoke,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Addresses of a world just made still change, and then the browser gives up what it loads: page, script or style. */
async function open(page) {
  for (let left = 5; ; left--) {
    try {
      await page.goto(base);
      await page.getByLabel("User name").waitFor({ timeout: left > 0 ? 15_000 : 60_000 });
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

export async function logIn(
  page,
  { user = process.env.DRAWBRIDGE_USER ?? "root", password = process.env.DRAWBRIDGE_PASSWORD ?? "" } = {},
) {
  await open(page);
  await page.getByLabel("User name").fill(user);
  await page.locator("input[type=password]").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("tree").waitFor();
}

export async function go(page, place) {
  await page.goto(`${base}/#${place}`);
  await page.getByRole("tabpanel").first().waitFor();
}

/** Nothing moves or fades any more; what turns for ever, such as a loader, doesn't count. */
async function settled(page) {
  // Whatever was just changed begins to move with the next picture, not before.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (one) => one.playState !== "running" || one.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY,
      ),
  );
}

export async function picture(page, name) {
  await settled(page);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** The same page in both colours. */
export async function pictures2(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await picture(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

/** What axe finds wrong, one line each; nothing is fine. */
export async function axeFaults(page) {
  await settled(page);
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document.querySelector("[role=dialog]") ?? document, {
      runOnly: ["wcag2a", "wcag2aa"],
      resultTypes: ["violations"],
      preload: false, // it would copy styles into the page, which the content policy refuses
    }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary?.split("\n")[1] ?? ""}`),
  );
}

/** While `act` runs, the page's word to keep a change does not get through: on a slow machine it is faster than a click. */
export async function withoutKeeping({ page, whileDown }, act) {
  const word = "**/network-confirm";
  await page.route(word, (route) => route.abort());
  await whileDown(act);
  await page.unroute(word);
}

export const button = (scope, name) => scope.getByRole("button", { name, exact: typeof name === "string" });
export const dialog = (page) => page.getByRole("dialog");
