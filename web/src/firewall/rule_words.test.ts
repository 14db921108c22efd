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
};
const web: Rule = { pos: 1, type: "in", action: "ACCEPT", proto: "tcp", dport: "80", enable: 1, digest: "d" };

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

describe("counters", () => {
  const counter = (line: number, text: string, file = "/etc/pve/firewall/cluster.fw") => ({
    file,
    line,
    text,
    packets: line,
    bytes: 0,
  });
  it("belong to the rule that the line says, in order, and to none that is off", () => {
    const rules = [ssh, { ...web, enable: 0 }, { ...web, pos: 2 }];
    const found = countersOf(
      rules,
      [
        counter(9, "IN ACCEPT -p tcp -dport 80"),
        counter(4, "IN SSH(ACCEPT) -source +management # x"),
        counter(1, "IN ACCEPT", "host.fw"),
      ],
      "cluster.fw",
    );
    expect(found.get(0)?.packets).toBe(4);
    expect(found.get(1)).toBeUndefined();
    expect(found.get(2)?.packets).toBe(9);
  });
});

it("macros are explained by what they match", () => {
  expect(macroWords({ macro: "SSH", descr: "secure shell", matches: ["tcp 22"] })).toBe("secure shell: tcp 22");
  expect(macroWords(undefined)).toBe("");
});
