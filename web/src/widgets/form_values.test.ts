import { describe, expect, it } from "vitest";
import { changes, type Field, problems, seenValues } from "./form_values";

const fields: Field[] = [
  { name: "cidr", label: "IPv4/CIDR", kind: "text", check: (value) => (value.includes("/") ? null : "no length") },
  { name: "mtu", label: "MTU", kind: "text" },
  { name: "aware", label: "VLAN aware", kind: "switch" },
  { name: "vids", label: "VLAN IDs", kind: "text", show: (values) => values.aware === true },
  { name: "ports", label: "Ports", kind: "many" },
];

describe("what is sent", () => {
  it("is what changed, and what was emptied", () => {
    const before = { cidr: "10.0.0.1/24", mtu: "9000", aware: true, vids: "2-10", ports: ["a", "b"] };
    const now = { ...before, cidr: "10.0.0.2/24", mtu: "", ports: ["b", "a"] };
    expect(changes(fields, before, now)).toEqual({ cidr: "10.0.0.2/24", ports: "b a", delete: ["mtu"] });
  });
  it("takes away what a switch hides", () => {
    const before = { cidr: "", mtu: "", aware: true, vids: "2-10", ports: [] };
    expect(changes(fields, before, { ...before, aware: false })).toEqual({ delete: ["aware", "vids"] });
  });
  it("is nothing when nothing changed, but for what always goes along", () => {
    const before = { cidr: "10.0.0.1/24", mtu: "", aware: false, vids: "", ports: [] };
    expect(changes(fields, before, before)).toEqual({});
    expect(changes(fields, before, before, ["cidr"])).toEqual({ cidr: "10.0.0.1/24" });
  });
});

describe("problems", () => {
  it("are those of fields that are seen", () => {
    expect(problems(fields, { cidr: "10.0.0.1", aware: false, vids: "x" })).toEqual({ cidr: "no length" });
  });
  it("are no business of empty fields, unless they are needed", () => {
    expect(problems(fields, { cidr: "" })).toEqual({});
    expect(problems([{ name: "n", label: "N", kind: "text", required: true }], { n: " " })).toEqual({
      n: "This is needed.",
    });
  });
});

it("what is hidden or off counts as empty", () => {
  const off: Field = { name: "mtu", label: "MTU", kind: "text", enabled: () => false };
  const values = { cidr: "10.0.0.1/24", mtu: "9000", aware: false, vids: "2-10", unknown: "kept" };
  expect(seenValues([...fields.filter(({ name }) => name !== "mtu"), off], values)).toEqual({
    cidr: "10.0.0.1/24",
    mtu: "",
    aware: false,
    vids: "",
    unknown: "kept",
  });
});
