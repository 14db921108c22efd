// A part of a page: a bar of what can be done, and what it is done to.
import type { ReactNode } from "react";
import styles from "./panel.module.css";

interface Props {
  /** Name of the part, for people and for screen readers. */
  label: string;
  title?: ReactNode;
  toolbar?: ReactNode;
  children: ReactNode;
  /** Takes the room that is left and scrolls inside. */
  fill?: boolean;
  padded?: boolean;
}

export function Panel({ label, title, toolbar, children, fill, padded }: Props) {
  return (
    <section className={`${styles.panel} ${fill ? styles.fill : ""}`} aria-label={label}>
      {title && !toolbar && (
        <div className={styles.bar}>
          <h2 className={styles.title}>{title}</h2>
        </div>
      )}
      {toolbar && (
        <div className={styles.bar} role="toolbar" aria-label={label}>
          {title && <h2 className={styles.title}>{title}</h2>}
          {toolbar}
        </div>
      )}
      <div className={`${styles.body} ${padded ? styles.padded : ""}`}>{children}</div>
    </section>
  );
}
