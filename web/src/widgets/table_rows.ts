// Columns and the order of rows: what a table is, apart from how it looks.
import type { ReactNode } from "react";

export interface Column<T> {
  key: string;
  title: string;
  render: (row: T) => ReactNode;
  /** What rows are sorted by; without it the column sorts nothing. */
  sort?: (row: T) => string | number;
  /** A track of a CSS grid: "120px", "minmax(90px, 1fr)". */
  width: string;
  align?: "right" | "center";
  /** Not shown until somebody asks for it. */
  hidden?: boolean;
  /** On a phone: the card's title, a line of its own, or nothing. */
  phone?: "title" | "show" | "hide";
  /** On a phone, instead of render: a title that says more than its column. */
  card?: (row: T) => ReactNode;
}

export type Sorting = { key: string; down: boolean } | null;

/** Up, down, and back to the server's order. */
export function nextSorting(now: Sorting, key: string): Sorting {
  if (now?.key !== key) return { key, down: false };
  return now.down ? null : { key, down: true };
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** vmbr10 comes after vmbr2; equal rows keep their order. */
export function compare(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : names.compare(String(a), String(b));
}

export function sorted<T>(rows: T[], columns: Column<T>[], sorting: Sorting): T[] {
  const by = columns.find((column) => column.key === sorting?.key)?.sort;
  if (!by || !sorting) return rows;
  const sign = sorting.down ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(by(a), by(b)));
}

export function template<T>(columns: Column<T>[], handle: boolean): string {
  return [...(handle ? ["26px"] : []), ...columns.map((column) => column.width)].join(" ");
}
