// Measures the page; bench/web_page makes the node and starts the services. Times are the browser's own, in milliseconds.
import { execFileSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { go, logIn, openBrowser } from "../web/e2e/browser.mjs";

const { DRAWBRIDGE_NODE: node, DRAWBRIDGE_ROOT: root, ROUNDS = "15" } = process.env;
const rounds = Number(ROUNDS);
const many = 1000;

function fillNode() {
  const folder = join(root, `etc/pve/nodes/${node}/qemu-server`);
  for (let vmid = 1000; vmid < 1000 + many; vmid += 1) {
    const mac = `BC:24:11:${[16, 8, 0].map((by) => ((vmid >> by) & 255).toString(16).padStart(2, "0")).join(":")}`;
    writeFileSync(join(folder, `${vmid}.conf`), `name: guest-${vmid}\nmemory: 512\nnet0: virtio=${mac},bridge=vmbr0\n`);
  }
  const rules = Array.from(
    { length: many },
    (_, i) => `IN ACCEPT -source 10.${i >> 8}.${i & 255}.0/24 -p tcp -dport ${1000 + i} # rule ${i}`,
  );
  appendFileSync(join(root, `etc/pve/firewall/101.fw`), ["[OPTIONS]", "enable: 1", "[RULES]", ...rules, ""].join("\n"));
}

/** In the page: when things were there for the eye, and what kept the processor busy. */
function instrument() {
  window.longTasks = [];
  new PerformanceObserver((list) =>
    window.longTasks.push(...list.getEntries().map((one) => one.startTime + one.duration)),
  ).observe({
    type: "longtask",
    buffered: true,
  });
  performance.setResourceTimingBufferSize(5000);
  /** The moment after the picture in which `seen` holds was painted. */
  window.painted = (seen) =>
    new Promise((done) => {
      const look = () => {
        if (!seen()) return requestAnimationFrame(look);
        // A frame's callbacks run before it is painted; a message that is sent in one comes after.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => done(performance.now());
          port2.postMessage(0);
        });
      };
      look();
    });
  window.answered = (path) =>
    Math.max(
      ...performance
        .getEntriesByType("resource")
        .filter((one) => one.name.includes(path))
        .map((one) => one.responseEnd),
    );
}

const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, part) => sorted(values)[Math.round(part * (values.length - 1))];

function report(what, limit, values) {
  const [median, most] = [at(values, 0.5), at(values, 0.99)];
  console.log(`| ${what} | ${limit} | ${median.toFixed(0)} | ${most.toFixed(0)} | ${(median / limit).toFixed(2)} × |`);
}

/** From the answer's last byte to the picture. */
async function paintAfterData(page, place, path, seen) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    await page.goto("about:blank");
    await page.goto(`${process.env.DRAWBRIDGE_URL}/#${place}`, { waitUntil: "commit" });
    const shown = await page.evaluate((text) => window.painted(new Function(`return ${text}`)()), `(${seen})`);
    times.push(shown - (await page.evaluate((text) => window.answered(text), path)));
  }
  return times;
}

/** Until the table is there and nothing keeps the page from answering to a key. */
async function interactive(page) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    await page.goto("about:blank");
    await page.goto(`${process.env.DRAWBRIDGE_URL}/#/node/${node}/network`, { waitUntil: "commit" });
    const shown = await page.evaluate(() =>
      window.painted(() => document.querySelectorAll("[role=grid] [role=row]").length > 5),
    );
    await page.waitForTimeout(1000);
    const busy = await page.evaluate(() => window.longTasks);
    times.push(Math.max(shown, ...busy.filter((end) => end < shown + 1000)));
  }
  return times;
}

/** What the table says of a link, beside its name. */
const stateOf = (link) =>
  [...document.querySelectorAll("[role=grid] [role=row]")].find((row) => row.children[0]?.textContent.startsWith(link))
    ?.children[1]?.textContent;

/** From before the command is run until the row that has changed is painted. */
async function kernelToPage(page, link) {
  await go(page, `/node/${node}/network`);
  await page.getByText("Live").waitFor();
  await page.evaluate((text) => {
    window.stateOf = new Function(`return ${text}`)();
  }, String(stateOf));
  const times = [];
  for (let round = 0; round < rounds * 2; round += 1) {
    const word = round % 2 === 0 ? "up" : "down";
    const other = word === "up" ? "down" : "up";
    await page.waitForFunction(([name, now]) => window.stateOf(name) === now, [link, other]);
    await page.waitForTimeout(400); // what the last change asked for has been read
    const changed = page.evaluate(
      ([name, now]) =>
        window.painted(() => window.stateOf(name) === now).then((moment) => performance.timeOrigin + moment),
      [link, word],
    );
    await page.waitForTimeout(50); // the page looks
    const start = performance.timeOrigin + performance.now();
    execFileSync("ip", ["link", "set", link, word]);
    times.push((await changed) - start);
  }
  return times;
}

const browser = await openBrowser();
const { page } = browser;
await page.addInitScript(instrument);
await logIn(page);
execFileSync("ip", ["link", "set", "eno3", "down"]);
console.log("| | limit, ms | median | 99 % | to the limit |\n|---|---|---|---|---|");
report("first load until it answers to keys, 4 guests", 1000, await interactive(page));
report("a link goes up or down, until its row has changed", 50, await kernelToPage(page, "eno3"));
fillNode();
await page.getByRole("treeitem", { name: /guest-1000/ }).waitFor();
report(
  "1,000 guests in the tree, from their data to the picture",
  100,
  await paintAfterData(
    page,
    `/node/${node}/tasks`,
    "/cluster/resources",
    () => document.querySelectorAll("[role=treeitem]").length > 20,
  ),
);
report(
  "1,000 rules, from their data to the picture",
  100,
  await paintAfterData(
    page,
    `/guest/${node}/qemu/101/firewall`,
    "/firewall/rules",
    () => document.querySelectorAll("[role=grid] [role=row]").length > 20,
  ),
);
report("first load until it answers to keys, 1,000 guests", 1000, await interactive(page));
report("a link goes up or down, 1,000 guests", 50, await kernelToPage(page, "eno3"));
await browser.close();
