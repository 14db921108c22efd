// Left: datacenter, nodes, guests, with a search. Arrow keys walk, Enter opens, / or Ctrl+K searches.
import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { Box, Building2, ChevronRight, MonitorDot, Plus, Search, Server, X } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { useMay } from "../access/privileges";
import { useGet } from "../api/hooks";
import { Dot } from "../widgets/dot";
import { Problem } from "../widgets/problem";
import { VirtualRows } from "../widgets/virtual_rows";
import { placeOf, places } from "./places";
import styles from "./tree.module.css";
import { type TreeItem, treeItems } from "./tree_items";

const icons = { datacenter: Building2, node: Server, qemu: MonitorDot, lxc: Box };
const kindWords = { datacenter: "", node: "node", qemu: "virtual machine", lxc: "container" };

interface Props {
  onPick?: () => void;
  onCreate: () => void;
}

export function Tree({ onPick, onCreate }: Props) {
  const { data, error, loading, reload } = useGet("/cluster/resources");
  const mayCreate = useMay()("/vms", "VM.Allocate");
  const [search, setSearch] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const go = useNavigate();
  const { pathname } = useLocation();
  const items = useMemo(() => treeItems(data ?? [], search, closed), [data, search, closed]);
  useHotkeys([
    ["mod+K", () => input.current?.focus()],
    ["/", () => input.current?.focus()],
  ]);

  const open = (item: TreeItem) => {
    const tab = pathname.split("/").at(-1);
    go(item.resource ? placeOf(item.resource, sameKind(item, pathname) ? tab : undefined) : places.datacenter());
    onPick?.();
  };
  const toggle = (item: TreeItem) => {
    const next = new Set(closed);
    if (!next.delete(item.key)) next.add(item.key);
    setClosed(next);
  };
  const walk = (event: KeyboardEvent, index: number) => {
    const item = items[index];
    const target = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 }[event.key];
    if (target !== undefined) focusLine(list.current, target);
    else if (event.key === "Enter" || event.key === " ") item && open(item);
    else if (event.key === "ArrowLeft" && item?.level === 2 && !closed.has(item.key)) toggle(item);
    else if (event.key === "ArrowRight" && item?.level === 2 && closed.has(item.key)) toggle(item);
    else return;
    event.preventDefault();
  };
  const line = (item: TreeItem | undefined, index: number) =>
    item && (
      <Line
        key={item.key}
        item={item}
        index={index}
        here={isHere(item, pathname)}
        closed={closed.has(item.key)}
        open={() => open(item)}
        toggle={() => toggle(item)}
        onKeyDown={(event) => walk(event, index)}
      />
    );
  const firstFound = items.find((item) => item.level === 3) ?? items[1];

  return (
    <nav className={styles.side} aria-label="Datacenter, nodes and guests">
      <div className={styles.search}>
        <TextInput
          ref={input}
          aria-label="Search nodes and guests"
          placeholder="Search"
          leftSection={<Search size={14} aria-hidden />}
          rightSection={
            search && (
              <ActionIcon size="xs" aria-label="Clear the search" onClick={() => setSearch("")}>
                <X size={12} />
              </ActionIcon>
            )
          }
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && search && firstFound) open(firstFound);
            if (event.key === "Escape") setSearch("");
            if (event.key === "ArrowDown") list.current?.querySelector<HTMLElement>("[role=treeitem]")?.focus();
          }}
          style={{ flex: 1 }}
        />
        {mayCreate && (
          <Tooltip label="Create VM">
            <ActionIcon aria-label="Create VM" variant="default" size={30} onClick={onCreate}>
              <Plus size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <div ref={list} role="tree" aria-label="Datacenter" aria-busy={loading} className={styles.tree}>
        {items.length > fewEnough ? (
          <VirtualRows
            scroller={list}
            count={items.length}
            row={(index) => line(items[index], index)}
            tall={lineTall}
          />
        ) : (
          items.map(line)
        )}
      </div>
      {search && items.length === 1 && <p className={styles.none}>Nothing is called “{search}”.</p>}
      {error && !data && <Problem error={error} retry={reload} />}
    </nav>
  );
}

/** Up to so many lines all of them are in the page; of more only those in sight. */
const fewEnough = 80;
/** Pixels, as tree.module.css has them. */
const lineTall = 28;

/** Puts the keyboard on a line, which is brought into the page first if it is out of sight. */
function focusLine(list: HTMLElement | null, index: number) {
  const find = () => list?.querySelector<HTMLElement>(`[role=treeitem][data-line="${index}"]`);
  const there = find();
  if (there || !list) return there?.focus();
  list.scrollTop = index * lineTall - list.clientHeight / 2;
  requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus()));
}

interface LineProps {
  item: TreeItem;
  index: number;
  here: boolean;
  closed: boolean;
  open: () => void;
  toggle: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function Line({ item, index, here, closed, open, toggle, onKeyDown }: LineProps) {
  const Icon = icons[item.icon];
  const state =
    item.level === 3 ? (item.on ? "running" : "stopped") : item.level === 2 ? (item.on ? "online" : "offline") : "";
  return (
    <div
      role="treeitem"
      aria-level={item.level}
      aria-selected={here}
      aria-expanded={item.level === 2 ? !closed : undefined}
      aria-label={[item.label, kindWords[item.icon], state].filter(Boolean).join(", ")}
      data-line={index}
      tabIndex={here || index === 0 ? 0 : -1}
      className={`${styles.line} ${here ? styles.here : ""}`}
      style={{ paddingLeft: 6 + (item.level - 1) * 16 }}
      onClick={open}
      onKeyDown={onKeyDown}
    >
      {item.level === 2 ? (
        <ChevronRight
          size={14}
          aria-hidden
          className={styles.arrow}
          style={{ rotate: closed ? "0deg" : "90deg" }}
          onClick={(event) => {
            event.stopPropagation();
            toggle();
          }}
        />
      ) : (
        <span className={styles.arrow} />
      )}
      <Icon size={15} strokeWidth={1.8} aria-hidden className={item.on === false ? styles.off : undefined} />
      <span className={styles.name}>{item.label}</span>
      {item.level > 1 && <Dot tone={item.on ? "good" : "off"} />}
    </div>
  );
}

function sameKind(item: TreeItem, pathname: string): boolean {
  return pathname.startsWith(item.level === 2 ? "/node/" : "/guest/");
}

function isHere(item: TreeItem, pathname: string): boolean {
  if (!item.resource) return pathname.startsWith("/datacenter");
  const place = placeOf(item.resource, "");
  return `${pathname}/`.startsWith(place);
}
