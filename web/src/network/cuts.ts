// Whom a change would cut off, as the node has found by following each way through its links. It knows whose connection
// asks, so these are not guesses.
import type { Diagnostic } from "../api/types";

export interface Cuts {
  /** Your own connection ends, or its way changes. */
  session: Diagnostic[];
  /** Your own connection stands still for a moment, and lives. */
  pauses: Diagnostic[];
  /** Guests lose their way out. */
  guests: Diagnostic[];
}

export function cutsOf(warnings: Diagnostic[]): Cuts {
  const pauses = warnings.filter(({ code }) => code === "session-pause");
  const guests = warnings.filter(({ code }) => code === "guests-cut-off");
  // A code that this page does not know yet is none to be silent about.
  const session = warnings.filter(({ code }) => code.startsWith("session-") && code !== "session-pause");
  return { session, pauses, guests };
}

/** Addresses that come cut nobody off; everything else is worth a second look. */
export function onlyGains(reach: string[]): boolean {
  return reach.every((line) => line.startsWith("gains "));
}
