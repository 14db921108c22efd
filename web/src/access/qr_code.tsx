// A QR code, drawn by this page: what it holds is a secret, and goes to no other host.
import encodeQR from "qr";
import { useMemo } from "react";
import styles from "./access.module.css";

const border = 3;

/** The dark squares as runs of one path, in units of a square. */
export function squares(text: string): { size: number; path: string } {
  const rows = encodeQR(text, "raw", { ecc: "medium", border });
  let path = "";
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      const from = x;
      while (row[x]) x += 1;
      if (x > from) path += `M${from} ${y}h${x - from}v1h-${x - from}z`;
    }
  });
  return { size: rows.length, path };
}

/** Dark on white in both colours of the page: many readers know nothing else. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => squares(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
