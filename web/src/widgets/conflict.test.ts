import { describe, expect, it } from "vitest";
import { differ, differences, isConflict, merged } from "./conflict";
import type { Field } from "./form_values";

const fields: Field[] = [
  { name: "cidr", label: "CIDR", kind: "text" },
  { name: "mtu", label: "MTU", kind: "text" },
  { name: "on", label: "On", kind: "switch" },
  { name: "mode", label: "Mode", kind: "choice", options: [{ value: "802.3ad", label: "LACP" }] },
  { name: "note", label: "", kind: "note" },
];
const was = { cidr: "10.0.0.1/24", mtu: "", on: true, mode: "" };

describe("two edits of the same thing", () => {
  it("are told field by field: who changed what, and where both did", () => {
    const theirs = { ...was, cidr: "10.0.0.2/24", on: false };
    const mine = { ...was, cidr: "10.0.0.3/24", mode: "802.3ad" };
    expect(differences(fields, was, theirs, mine).map(({ field, ...rest }) => ({ name: field.name, ...rest }))).toEqual(
      [
        { name: "cidr", was: "10.0.0.1/24", theirs: "10.0.0.2/24", mine: "10.0.0.3/24", clash: true },
        { name: "on", was: "Yes", theirs: "No", mine: null, clash: false },
        { name: "mode", was: "", theirs: null, mine: "LACP", clash: false },
      ],
    );
  });
  it("agree where both did the same", () => {
    const same = { ...was, mtu: "9000" };
    expect(differences(fields, was, same, same).map(({ clash }) => clash)).toEqual([false]);
  });
  it("leave only mine when theirs removed it", () => {
    expect(differences(fields, was, null, { ...was, mtu: "9000" })).toMatchObject([
      { was: "", theirs: null, mine: "9000" },
    ]);
  });
  it("come together: mine where I changed something, theirs elsewhere", () => {
    const theirs = { ...was, cidr: "10.0.0.2/24", mtu: "1400" };
    expect(merged(fields, was, theirs, { ...was, cidr: "", on: false })).toEqual({
      cidr: "",
      mtu: "1400",
      on: false,
      mode: "",
    });
  });
});

it("differ only in what the form shows", () => {
  expect(differ(fields, was, { ...was, digest: "other", note: "other" })).toBe(false);
  expect(differ(fields, was, { ...was, on: false })).toBe(true);
});

it("a conflict is told by the server's words", () => {
  const error = (message: string) => ({ status: 500, message, errors: {} });
  expect(isConflict(error("detected modified configuration - file changed by other user?"))).toBe(true);
  expect(isConflict(error("the lock is held"))).toBe(false);
});
