// The services behind the page: ended, and started anew, as web/e2e/run started them.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const { DRAWBRIDGE: program, DRAWBRIDGE_NODE: node, DRAWBRIDGE_ROOT: root } = process.env;
const words = { api: ["--group", "nogroup"], daemon: [] };
const numberFile = (name) => join(root, `${name}.pid`);

function runs(pid) {
  try {
    // What has ended and was not waited for is still there, as a zombie.
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/** Ends one and waits until it is gone. */
export async function stop(name, signal = "SIGKILL") {
  const pid = Number(readFileSync(numberFile(name), "utf8"));
  process.kill(pid, signal);
  while (runs(pid)) await pause(50);
}

export function start(name) {
  const child = spawn(program, ["--root", root, "--node", node, name, ...words[name]], { stdio: "ignore" });
  child.unref();
  writeFileSync(numberFile(name), `${child.pid}\n`);
}
