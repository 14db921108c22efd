// Of many rows only those in sight: a thousand rules are painted as quickly as fifty.
import { useVirtualizer } from "@tanstack/react-virtual";
import { cloneElement, isValidElement, type ReactNode, type RefObject } from "react";

interface Props {
  scroller: RefObject<HTMLDivElement | null>;
  count: number;
  row: (index: number) => ReactNode;
  /** A guess, in pixels; rows are measured once they are seen. */
  tall: number;
}

export function VirtualRows({ scroller, count, row, tall }: Props) {
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => tall,
    overscan: 6,
  });
  return (
    <div style={{ height: rows.getTotalSize(), position: "relative" }} role="presentation">
      {rows.getVirtualItems().map(({ index, start }) => (
        <div
          key={index}
          data-index={index}
          ref={rows.measureElement}
          role="presentation"
          style={{ position: "absolute", top: 0, left: 0, right: 0, transform: `translateY(${start}px)` }}
        >
          {plain(row(index))}
        </div>
      ))}
    </div>
  );
}

/** The measured element carries the index; a second one inside would be found by mistake. */
function plain(element: ReactNode): ReactNode {
  return isValidElement<Record<string, unknown>>(element)
    ? cloneElement(element, { "data-index": undefined })
    : element;
}
