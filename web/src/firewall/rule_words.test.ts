import { describe, expect, it } from "vitest";
import type { Rule } from "../api/types";
import { changedRule, copyOf, countersOf, macroWords, moveTo, newRule, ruleValues } from "./rule_words";

const ssh: Rule = {
  pos: 0,
  type: "in",
  action: "ACCEPT",
  macro: "SSH",
  source: "+management",
  enable: 1,
  comment: "admins",
  digest: "d",
  line: 3,
};
const web: Rule = { pos: 1, type: "in", action: "ACCEPT", proto: "tcp", dport: "80", enable: 1, digest: "d", line: 4 };

describe("rules", () => {
  it("are sent as they are shown", () => {
    expect(newRule(ruleValues(ssh))).toEqual({
      enable: true,
      type: "in",
      action: "ACCEPT",
      macro: "SSH",
      source: "+management",
      comment: "admins",
    });
  });
  it("lose what was emptied", () => {
    expect(changedRule(ssh, { ...ruleValues(ssh), source: "" })).toMatchObject({ delete: ["source"], digest: "d" });
  });
  it("are copied to their own place, switched off", () => {
    expect(copyOf(web)).toEqual({ enable: false, type: "in", action: "ACCEPT", proto: "tcp", dport: "80", pos: 1 });
  });
  it("are moved before the rule that stands where they are dropped", () => {
    expect([moveTo(3, 1), moveTo(1, 3)]).toEqual([1, 4]);
  });
});

it("counters belong to the rule on their line of the same file", () => {
  const counter = (line: number, file = "/etc/pve/firewall/cluster.fw") => ({
    file,
    line,
    text: "",
    packets: line,
    bytes: 0,
  });
  const found = countersOf(
    [
      { ...ssh, line: 4 },
      { ...web, line: 9 },
      { ...web, pos: 2, line: 12 },
    ],
    [counter(4), counter(9, "/etc/pve/nodes/a/host.fw")],
    "cluster.fw",
  );
  expect([...found].map(([pos, { packets }]) => [pos, packets])).toEqual([[0, 4]]);
});

it("macros are explained by what they match", () => {
  expect(macroWords({ macro: "SSH", descr: "secure shell", matches: ["tcp 22"] })).toBe("secure shell: tcp 22");
  expect(macroWords(undefined)).toBe("");
});
