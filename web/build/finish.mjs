// After the build: a .gz beside each file, so that the server never compresses, and the scales: what the first load
// weighs may not creep up.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const firstLoadLimit = 300 * 1024;

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith(".gz"))
  .map((entry) => join(entry.parentPath, entry.name));

const packed = new Map();
for (const file of files) {
  if (file.endsWith("manifest.json")) continue;
  const gz = gzipSync(readFileSync(file), { level: 9 });
  packed.set(file.slice(dist.length), gz.length);
  // Fonts are compressed already, and index.html is written anew at each request (its nonce).
  if (!/\.(woff2|html)$/.test(file)) writeFileSync(`${file}.gz`, gz);
}

// The first load: the entry, everything it imports without asking, its styles, its fonts.
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const first = new Set(["index.html"]);
const walk = (key) => {
  const chunk = manifest[key];
  if (first.has(chunk.file)) return;
  first.add(chunk.file);
  for (const name of [...(chunk.css ?? []), ...(chunk.assets ?? [])]) first.add(name);
  for (const next of chunk.imports ?? []) walk(next);
};
walk("index.html");
rmSync(join(dist, ".vite"), { recursive: true });

// Of the fonts a browser takes the one whose characters it shows; the rest stays where it is.
const counted = [...first].filter((name) => !/-(latin-ext|cyrillic|greek|vietnamese)/.test(name));
const total = counted.reduce((sum, name) => sum + (packed.get(name) ?? 0), 0);
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
for (const name of counted) console.log(`  ${kib(packed.get(name) ?? 0).padStart(10)}  ${name}`);
console.log(`First load, compressed: ${kib(total)} of ${kib(firstLoadLimit)}`);
if (total > firstLoadLimit) {
  console.error("The first load is too heavy: load what it does not need lazily.");
  process.exit(1);
}
