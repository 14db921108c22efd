import { describe, expect, it } from "vitest";
import { type Column, nextSorting, sorted, template } from "./table_rows";

const columns: Column<{ name: string }>[] = [
  { key: "name", title: "Name", render: (row) => row.name, sort: (row) => row.name, width: "1fr" },
];

describe("rows", () => {
  const rows = [{ name: "vmbr10" }, { name: "eno1" }, { name: "vmbr2" }];
  it("are sorted as people count", () => {
    expect(sorted(rows, columns, { key: "name", down: false }).map((row) => row.name)).toEqual([
      "eno1",
      "vmbr2",
      "vmbr10",
    ]);
    expect(sorted(rows, columns, { key: "name", down: true })[0]?.name).toBe("vmbr10");
  });
  it("keep the server's order when nothing sorts", () => {
    expect(sorted(rows, columns, null)).toBe(rows);
    expect(sorted(rows, columns, { key: "other", down: false })).toBe(rows);
  });
});

it("a heading sorts up, down, and not at all", () => {
  const up = nextSorting(null, "name");
  const down = nextSorting(up, "name");
  expect([up, down, nextSorting(down, "name")]).toEqual([
    { key: "name", down: false },
    { key: "name", down: true },
    null,
  ]);
});

it("rows that can be dragged have room for the handle", () => {
  expect(template(columns, true)).toBe("26px 1fr");
});
