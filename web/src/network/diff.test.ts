import { expect, it } from "vitest";
import { countDiff, readDiff } from "./diff";

const text = `--- /etc/network/interfaces
+++ /etc/network/interfaces.new
@@ -7,3 +7,4 @@
 \tbridge-ports none
-\tbridge-stp off
+\tbridge-stp on
+\tmtu 9000
 \tbridge-fd 0
`;

it("a diff has files, places and numbered lines", () => {
  const lines = readDiff(text);
  expect(lines.map((line) => line.kind)).toEqual([
    "file",
    "file",
    "place",
    "same",
    "removed",
    "added",
    "added",
    "same",
  ]);
  expect(lines[4]).toEqual({ kind: "removed", text: "\tbridge-stp off", before: 8 });
  expect(lines[7]).toEqual({ kind: "same", text: "\tbridge-fd 0", before: 9, after: 10 });
  expect(countDiff(lines)).toEqual({ added: 2, removed: 1 });
});

it("nothing is no line", () => {
  expect(readDiff("")).toEqual([]);
});
