import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../api/types";
import { detailsOf, rowsOf } from "./audit_page";

const entry = (when: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  when,
  user: "anna@pve",
  from: "192.0.2.4",
  method: "PUT",
  path: "/nodes/{node}/network/{iface}",
  target: "/nodes/pve1/network/vmbr0",
  parameters: { node: "pve1", iface: "vmbr0", mtu: "9000" },
  status: 200,
  ...more,
});

describe("the audit log", () => {
  it("has the newest first, and a key of its own for each", () => {
    const rows = rowsOf([entry("1"), entry("1"), entry("2")]);
    expect(rows.map(({ entry: { when } }) => when)).toEqual(["2", "1", "1"]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
    // Keys stay when the log grows, so what is chosen stays chosen.
    expect(rowsOf([entry("1"), entry("1"), entry("2"), entry("3")]).at(-1)?.key).toBe(rows.at(-1)?.key);
  });
  it("does not say twice what the path says", () => {
    expect(detailsOf(entry("1", { parameters: { iface: "vmbr0", mtu: "9000", password: "(secret)" } }))).toBe(
      "mtu=9000",
    );
  });
});
