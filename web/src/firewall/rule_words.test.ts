import { describe, expect, it } from "vitest";
import type { Rule } from "../api/types";
import { changedRule, copyOf, countersOf, findAgain, macroWords, moveTo, newRule, ruleValues } from "./rule_words";

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

describe("a rule is found again", () => {
  const list = (...comments: string[]): Rule[] =>
    comments.map((comment, pos) => ({ pos, type: "in", action: "ACCEPT", enable: 1, comment, digest: "d", line: pos }));
  const found = (before: Rule[], pos: number, now: Rule[]) => findAgain(before, pos, now)?.pos ?? null;
  const before = list("a", "b", "c");

  it("where it was, and where others have moved it", () => {
    expect(found(before, 1, list("a", "b", "c"))).toBe(1);
    expect(found(before, 1, list("new", "a", "b", "c"))).toBe(2);
    expect(found(before, 1, list("c", "b"))).toBe(1);
    expect(found(before, 0, list("b", "c", "a"))).toBe(2);
  });
  it("by its place when it says something else", () => {
    expect(found(before, 1, list("a", "B", "c"))).toBe(1);
    expect(found(before, 1, list("new", "a", "B", "c"))).toBe(2);
    expect(found(before, 1, list("A", "B", "C"))).toBe(1);
    expect(found(before, 2, list("b", "C"))).toBe(1);
  });
  it("not at all when it is gone", () => {
    expect(found(before, 1, list("a", "c"))).toBe(null);
    expect(found(before, 2, list("new", "a", "b"))).toBe(null);
    expect(found(before, 9, before)).toBe(null);
  });
  it("among others that say the same", () => {
    const twins = list("a", "x", "b", "x");
    expect(found(twins, 3, list("a", "x", "b", "x", "new"))).toBe(3);
    expect(found(twins, 1, list("new", "a", "x", "b", "x"))).toBe(2);
  });
});
