// A grid of rows: sorted, chosen, opened by double click or Enter, thousands of rows long if need be (only what is seen
// is in the page), and a list of cards on a phone.
import { useMediaQuery } from "@mantine/hooks";
import { ChevronDown, ChevronUp, GripVertical } from "lucide-react";
import { type DragEvent, type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from "react";
import styles from "./data_table.module.css";
import { type Column, nextSorting, type Sorting, sorted, template } from "./table_rows";
import { VirtualRows } from "./virtual_rows";

interface Props<T> {
  label: string;
  rows: T[];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  selected?: string | null;
  onSelect?: (key: string, row: T) => void;
  onOpen?: (row: T) => void;
  onRemove?: (row: T) => void;
  /** Makes the order the user's own: rows are dragged, or moved with Alt and the arrows; nothing is sorted. */
  onMove?: (from: number, to: number) => void;
  sorting?: Sorting;
  rowClass?: (row: T) => string | undefined;
  empty?: ReactNode;
}

export function DataTable<T>(props: Props<T>) {
  const { label, rows, columns, rowKey, selected, onSelect, onOpen, onRemove, onMove, rowClass, empty } = props;
  const id = useId();
  const phone = useMediaQuery("(max-width: 48em)") ?? false;
  const [sorting, setSorting] = useState<Sorting>(props.sorting ?? null);
  const [over, setOver] = useState<number | null>(null);
  const held = useRef<{ index: number; rows: T[] } | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => (onMove ? rows : sorted(rows, columns, sorting)), [rows, columns, sorting, onMove]);
  const chosen = shown.findIndex((row) => rowKey(row) === selected);
  /** The row that is dragged; none if the list has changed under the hand: then nobody knows any more which was meant. */
  const dragged = () => (held.current?.rows === shown ? held.current.index : null);

  const choose = (index: number) => {
    const row = shown[index];
    if (!row) return;
    onSelect?.(rowKey(row), row);
    scroller.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const keys = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    const row = shown[chosen];
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    if (step && event.altKey && onMove && row) onMove(chosen, Math.min(shown.length - 1, Math.max(0, chosen + step)));
    else if (step) choose(Math.min(shown.length - 1, Math.max(0, chosen < 0 ? 0 : chosen + step)));
    else if (event.key === "Home") choose(0);
    else if (event.key === "End") choose(shown.length - 1);
    else if (event.key === "Enter" && row && onOpen) onOpen(row);
    else if (event.key === "Delete" && row && onRemove) onRemove(row);
    else return;
    event.preventDefault();
  };
  const drop = (event: DragEvent, index: number) => {
    event.preventDefault();
    const from = dragged();
    if (from !== null && from !== index) onMove?.(from, index);
    held.current = null;
    setOver(null);
  };

  const line = (row: T, index: number) => {
    const key = rowKey(row);
    const classes = [styles.row, key === selected && styles.chosen, over === index && styles.over, rowClass?.(row)];
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself has the keyboard.
      <div
        key={key}
        id={`${id}-${index}`}
        role="row"
        tabIndex={-1}
        aria-selected={key === selected}
        aria-rowindex={index + 2}
        data-index={index}
        className={classes.filter(Boolean).join(" ")}
        onClick={() => onSelect?.(key, row)}
        onDoubleClick={() => onOpen?.(row)}
        onDragOver={(event) => {
          if (dragged() === null) return;
          event.preventDefault();
          setOver(index);
        }}
        onDrop={(event) => drop(event, index)}
      >
        {onMove && !phone && (
          <span
            className={styles.handle}
            role="gridcell"
            tabIndex={-1}
            draggable
            title="Drag to move, or Alt with the arrow keys"
            onDragStart={() => {
              held.current = { index, rows: shown };
            }}
            onDragEnd={() => setOver(null)}
          >
            <GripVertical size={14} aria-hidden />
          </span>
        )}
        {columns.map((column) => cell(column, row, phone))}
      </div>
    );
  };

  const tracks = template(columns, onMove !== undefined && !phone);
  return (
    <div
      ref={scroller}
      className={`${styles.scroller} ${phone ? styles.phone : ""}`}
      role="grid"
      aria-label={label}
      aria-rowcount={shown.length + 1}
      aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
      tabIndex={0}
      onKeyDown={keys}
      style={{ "--columns": tracks } as React.CSSProperties}
    >
      <div className={styles.inner}>
        <div className={styles.head} role="row" aria-rowindex={1} tabIndex={-1}>
          {onMove && !phone && <span role="columnheader" tabIndex={-1} aria-label="Order" />}
          {columns.map((column) => (
            <Header key={column.key} column={column} sorting={sorting} fixed={onMove !== undefined} set={setSorting} />
          ))}
        </div>
        {shown.length > 80 ? (
          <VirtualRows
            scroller={scroller}
            count={shown.length}
            row={(i) => line(shown[i] as T, i)}
            tall={phone ? 110 : 33}
          />
        ) : (
          shown.map(line)
        )}
      </div>
      {shown.length === 0 && empty}
    </div>
  );
}

function cell<T>(column: Column<T>, row: T, phone: boolean) {
  const content = phone && column.card ? column.card(row) : column.render(row);
  if (phone && (column.phone === "hide" || content === null || content === "" || content === undefined)) return null;
  const titled = phone && column.phone !== "title";
  return (
    <div
      key={column.key}
      role="gridcell"
      tabIndex={-1}
      className={`${styles.cell} ${column.phone === "title" ? styles.title : ""}`}
      style={column.align && !phone ? { textAlign: column.align } : undefined}
    >
      {titled && <span className={styles.label}>{column.title}</span>}
      {titled ? <span className={styles.value}>{content}</span> : content}
    </div>
  );
}

interface HeaderProps<T> {
  column: Column<T>;
  sorting: Sorting;
  fixed: boolean;
  set: (sorting: Sorting) => void;
}

function Header<T>({ column, sorting, fixed, set }: HeaderProps<T>) {
  const mine = sorting?.key === column.key ? sorting : null;
  const direction = mine ? (mine.down ? "descending" : "ascending") : "none";
  const Arrow = mine?.down ? ChevronDown : ChevronUp;
  const align = column.align ? { textAlign: column.align } : undefined;
  if (fixed || !column.sort)
    return (
      <span role="columnheader" tabIndex={-1} className={styles.heading} style={align}>
        {column.title}
      </span>
    );
  return (
    <span role="columnheader" tabIndex={-1} aria-sort={direction} className={styles.heading} style={align}>
      <button type="button" onClick={() => set(nextSorting(sorting, column.key))}>
        {column.title}
        {mine && <Arrow size={12} aria-hidden />}
      </button>
    </span>
  );
}
