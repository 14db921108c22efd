import decodeQR from "qr/decode.js";
import { expect, it } from "vitest";
import { squares } from "./qr_code";
import { base32, isSecret, newSecret, totpAddress } from "./totp";

it("base32 is that of RFC 4648", () => {
  const of = (text: string) => base32(new TextEncoder().encode(text));
  expect(["f", "fo", "foo", "foob", "fooba", "foobar"].map(of)).toEqual([
    "MY",
    "MZXQ",
    "MZXW6",
    "MZXW6YQ",
    "MZXW6YTB",
    "MZXW6YTBOI",
  ]);
});

it("secrets are new each time, and long enough", () => {
  expect(newSecret()).toHaveLength(32);
  expect(isSecret(newSecret())).toBe(true);
  expect(newSecret()).not.toBe(newSecret());
  expect([isSecret("SHORT"), isSecret("1".repeat(32))]).toEqual([false, false]);
});

const address = totpAddress("anna@pve", "Drawbridge - pve1", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

it("the address has names that can't break it", () => {
  expect(address).toContain("otpauth://totp/Drawbridge%20-%20pve1:anna%40pve?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&");
  expect(totpAddress("a?&b@pve", "", "X")).toContain("totp/a%3F%26b%40pve?secret=X");
});

/** Paints what is drawn, four pixels for each square, and reads it as a camera would. */
it("the picture is read back", () => {
  const { size, path } = squares(address);
  const scale = 4;
  const side = size * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, long] of path.matchAll(/M(\d+) (\d+)h(\d+)/g))
    for (let row = 0; row < scale; row += 1)
      for (let column = 0; column < Number(long) * scale; column += 1) {
        const at = ((Number(y) * scale + row) * side + Number(x) * scale + column) * 4;
        data.fill(0, at, at + 3);
      }
  expect(decodeQR({ width: side, height: side, data })).toBe(address);
});
