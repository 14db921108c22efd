// A diff with line numbers. Added and removed lines are marked by sign as well as by colour.
import { useMemo } from "react";
import { readDiff } from "./diff";
import styles from "./diff_view.module.css";

const signs = { added: "+", removed: "−", same: " ", place: "", file: "" };

export function DiffView({ diff, label }: { diff: string; label: string }) {
  const lines = useMemo(() => readDiff(diff), [diff]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard.
    <div className={styles.diff} role="region" aria-label={label} tabIndex={0}>
      {lines.map((line, index) => (
        <div key={index} className={styles[line.kind]}>
          <span className={styles.number}>{line.before}</span>
          <span className={styles.number}>{line.after}</span>
          <span className={styles.sign}>{signs[line.kind]}</span>
          <span className={styles.text}>{line.text}</span>
        </div>
      ))}
    </div>
  );
}
