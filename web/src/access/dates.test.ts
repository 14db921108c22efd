import { expect, it } from "vitest";
import { isOver, toDay, toSeconds } from "./dates";

it("a day is the same there and back", () => {
  expect(toDay(toSeconds("2030-01-31"))).toBe("2030-01-31");
  expect(toDay(toSeconds("2028-02-29"))).toBe("2028-02-29");
});

it("no day is never", () => {
  expect([toSeconds(""), toDay(0), isOver(0)]).toEqual([0, "", false]);
  expect(isOver(toSeconds("2020-01-01"))).toBe(true);
});
