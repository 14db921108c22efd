// A list and what can be done to it: buttons above, one row chosen, Enter and Delete, an error of whatever failed, and words
// for when nothing is there. What the buttons do, and the dialogs that they open, is the page's own.
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { type LucideIcon, Pencil, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Answer, ApiError } from "../api/client";
import { DataTable } from "./data_table";
import { Empty } from "./empty";
import { Insist } from "./insist";
import { Panel } from "./panel";
import { Problem } from "./problem";
import type { Column, Sorting } from "./table_rows";

/** What is done at once tells how it went; what opens a dialog has nothing to tell. */
// biome-ignore lint/suspicious/noConfusingVoidType: setters of dialogs return nothing.
type Done = Promise<Answer<unknown>> | void;

interface Action<T> {
  word: string;
  icon: LucideIcon;
  act: (row: T) => Done;
  /** Some rows may not take it. */
  fits?: (row: T) => boolean;
}

interface Props<T> {
  /** Names the panel and its table. */
  label: string;
  title?: ReactNode;
  rows: T[];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  /** How reading the rows went. */
  read: { error: ApiError | null; loading: boolean; reload: () => void };
  /** Of a change that the page made beside this list's buttons. */
  failed?: ApiError | null;
  /** With a thing's name the buttons are small, and are called after it: "Create IP set". */
  thing?: string;
  add?: { word: string; act: () => void };
  actions?: Action<T>[];
  /** The same, after Edit and Remove. */
  more?: Action<T>[];
  /** "Edit": by its button, by Enter, by a double click. */
  edit?: (row: T) => void;
  remove?: (row: T) => Done;
  /** Rows that can't be edited or removed; without these all can. */
  editable?: (row: T) => boolean;
  removable?: (row: T) => boolean;
  /** The order is the user's own, and rows are called by their place. */
  move?: (row: T, to: number) => Promise<Answer<unknown>>;
  /** Further buttons, left and right of the usual ones. */
  before?: ReactNode;
  after?: ReactNode;
  empty: { icon: LucideIcon; title: string; words: ReactNode };
  /** Which row is chosen, where the page has to know. */
  selected?: string | null;
  select?: (key: string | null) => void;
  sorting?: Sorting;
  rowClass?: (row: T) => string | undefined;
  /** Only to be read: no button that changes something. */
  readOnly?: boolean;
  children?: ReactNode;
}

export function ListPanel<T>(props: Props<T>) {
  const { rows, rowKey, read, thing, empty, select } = props;
  const { add, edit, remove, move, before, ...more }: Partial<Props<T>> = props.readOnly ? {} : props;
  const [own, setOwn] = useState<string | null>(null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const selected = props.selected === undefined ? own : props.selected;
  const choose = select ?? setOwn;
  const chosen = rows.find((row) => rowKey(row) === selected);
  const run = async (done: Done) => {
    const answer = await done;
    setFailed(answer?.ok === false ? answer.error : null);
    return answer?.ok;
  };
  const moveTo = (from: number, to: number) => {
    const row = rows[from];
    if (!row || !move) return;
    // The page knows it again wherever it is then.
    choose(rowKey(row));
    void run(move(row, to));
  };
  const actions: Action<T>[] = [
    ...(more.actions ?? []),
    ...(edit ? [{ word: "Edit", icon: Pencil, act: edit, fits: props.editable }] : []),
    ...(remove ? [{ word: "Remove", icon: Trash2, act: remove, fits: props.removable }] : []),
    ...(props.more ?? []),
  ];
  const error = failed ?? props.failed ?? read.error;
  return (
    <Panel
      label={props.label}
      title={props.title}
      fill
      toolbar={
        <>
          {thing && <span style={{ flex: 1 }} />}
          {add && <Tool word={add.word} icon={Plus} thing={thing} act={add.act} main />}
          {before}
          {actions.map(({ word, icon, act, fits }) => (
            <Tool
              key={word}
              word={word}
              icon={icon}
              thing={thing}
              act={chosen && (fits?.(chosen) ?? true) ? () => void run(act(chosen)) : undefined}
            />
          ))}
          {props.after}
        </>
      }
    >
      <Problem error={error} retry={error === read.error ? read.reload : undefined} />
      <Insist error={failed} done={(answer) => setFailed(answer.ok ? null : answer.error)} />
      <DataTable<T>
        label={props.label}
        rows={rows}
        columns={props.columns}
        rowKey={rowKey}
        selected={selected}
        onSelect={choose}
        onOpen={edit && ((row) => (props.editable?.(row) ?? true) && void run(edit(row)))}
        onRemove={remove && ((row) => (props.removable?.(row) ?? true) && void run(remove(row)))}
        onMove={move && moveTo}
        sorting={props.sorting}
        rowClass={props.rowClass}
        empty={
          !read.loading &&
          !read.error && (
            <Empty icon={empty.icon} title={empty.title}>
              {empty.words}
            </Empty>
          )
        }
      />
      {props.children}
    </Panel>
  );
}

interface ToolProps {
  word: string;
  icon: LucideIcon;
  thing?: string;
  /** Without it the button is off. */
  act?: () => void;
  main?: boolean;
}

function Tool({ word, icon: Icon, thing, act, main }: ToolProps) {
  if (!thing)
    return (
      <Button variant={main ? "filled" : "default"} leftSection={<Icon size={14} />} disabled={!act} onClick={act}>
        {word}
      </Button>
    );
  const name = `${word} ${thing}`;
  return (
    <Tooltip label={name}>
      <ActionIcon aria-label={name} disabled={!act} onClick={act}>
        <Icon size={15} />
      </ActionIcon>
    </Tooltip>
  );
}
