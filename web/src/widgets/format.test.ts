import { expect, it } from "vitest";
import { bits, bytes, count, duration, speed } from "./format";

it("tells sizes, rates, speeds and times as people do", () => {
  expect(bytes(0)).toBe("0 B");
  expect(bytes(1536)).toBe("1.5 KiB");
  expect(bits(125_000)).toBe("1.0 Mbit/s");
  expect(speed(100)).toBe("100 Mbit/s");
  expect(speed(2500)).toBe("2.5 Gbit/s");
  expect(duration(59.4)).toBe("59 s");
  expect(duration(3725)).toBe("1 h 2 min");
  expect(count(1, "rule")).toBe("1 rule");
  expect(count(3, "entry", "entries")).toBe("3 entries");
});
