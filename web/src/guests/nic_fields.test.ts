import { expect, it } from "vitest";
import { macProblem, rateProblem, trunksProblem } from "./nic_fields";

it("a card's address is its own, not a group's", () => {
  expect(macProblem("BC:24:11:5a:07:E1")).toBeNull();
  expect(macProblem("01:00:5e:00:00:01")).toContain("group");
  expect(macProblem("BC-24-11-5A-07-E1")).not.toBeNull();
});

it("rates are numbers of MB/s", () => {
  expect(rateProblem("12.5")).toBeNull();
  for (const wrong of ["-1", "1e3", "20000", "fast"]) expect(rateProblem(wrong)).not.toBeNull();
});

it("trunks have ranges for VMs only", () => {
  expect(trunksProblem("qemu")("2;5;100-200")).toBeNull();
  expect(trunksProblem("lxc")("2;5")).toBeNull();
  expect(trunksProblem("lxc")("2;100-200")).not.toBeNull();
  for (const wrong of ["0", "4095", "9-5", "1,2"]) expect(trunksProblem("qemu")(wrong)).not.toBeNull();
});
