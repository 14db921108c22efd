import { expect, it } from "vitest";
import { matching, readLine } from "./log_lines";

const lines = [
  readLine(
    1,
    "100 6 tap100i0-IN 27/Nov/2026:12:00:00 +0000 policy DROP: IN=fwbr100i0 SRC=192.0.2.1 DPT=22 RULE=100.fw:7",
  ),
  readLine(2, "0 6 PVEFW-HOST-IN 27/Nov/2026:12:00:01 +0000 ACCEPT: IN=vmbr0 SRC=192.0.2.9 DPT=8006"),
];

it("a line tells what became of the packet, and by which rule", () => {
  expect(lines.map((line) => [line.action, line.rule])).toEqual([
    ["DROP", "100.fw:7"],
    ["ACCEPT", undefined],
  ]);
});

it("all words must be there", () => {
  expect(matching(lines, "dpt=22 192.0.2", "").map((line) => line.n)).toEqual([1]);
  expect(matching(lines, "", "ACCEPT").map((line) => line.n)).toEqual([2]);
  expect(matching(lines, "", "")).toHaveLength(2);
});
