import { expect, it } from "vitest";
import { look, rates } from "./rates";

const link = (name: string, rx: number, tx: number) => ({
  name,
  kind: "eth",
  up: true,
  carrier: true,
  rx_bytes: rx,
  tx_bytes: tx,
});

it("a rate is the difference of two looks over the time between", () => {
  const before = look([link("a", 1000, 0), link("b", 500, 500)], 0);
  const now = look([link("a", 3000, 100), link("b", 10, 10), link("c", 1, 1)], 2000);
  expect([...rates(before, now)]).toEqual([["a", { rx: 1000, tx: 50 }]]);
  expect(rates(now, now).size).toBe(0);
});
