import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../api/types";
import { cutsOf, onlyGains } from "./cuts";

const warning = (code: string): Diagnostic => ({
  file: "interfaces",
  line: 7,
  column: 1,
  severity: "warning",
  code,
  message: code,
});

describe("whom a change cuts off", () => {
  it("is told from the findings of the node, whatever they are about", () => {
    const found = cutsOf(
      ["session-address", "port-missing", "session-link", "guests-cut-off", "session-pause", "session-new"].map(
        warning,
      ),
    );
    expect(found.session.map(({ code }) => code)).toEqual(["session-address", "session-link", "session-new"]);
    expect(found.guests.map(({ code }) => code)).toEqual(["guests-cut-off"]);
    expect(found.pauses.map(({ code }) => code)).toEqual(["session-pause"]);
  });
  it("is nobody when an address only comes", () => {
    expect(onlyGains(["gains 10.9.0.1/24 on vmbr2"])).toBe(true);
    expect(onlyGains(["gains 10.9.0.1/24 on vmbr2", "loses 10.8.0.1/24 on vmbr2"])).toBe(false);
    expect(onlyGains(["default gateway none → 10.9.0.254 on vmbr2"])).toBe(false);
  });
});
