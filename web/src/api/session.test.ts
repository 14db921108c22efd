// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { challengeOf, factorWord } from "./session";

describe("the second factor", () => {
  it("is asked for when the ticket is half a login", () => {
    expect(challengeOf({ ticket: "PVE:!tfa!x", NeedTFA: 1 })).toBe("PVE:!tfa!x");
    expect(challengeOf({ ticket: "PVE:u@pve:1" })).toBeNull();
  });
  it("is a code of the authenticator or a recovery code", () => {
    expect(factorWord("123 456")).toBe("totp:123456");
    expect(factorWord("ab12-cd34")).toBe("recovery:ab12-cd34");
  });
});
