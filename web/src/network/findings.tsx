// Warnings and errors of a file: where, what, and the cure.
import { CircleAlert, TriangleAlert } from "lucide-react";
import type { Diagnostic } from "../api/types";
import styles from "./findings.module.css";

export function Findings({ list }: { list: Diagnostic[] }) {
  return (
    <ul className={styles.list} aria-label="Warnings">
      {list.map((finding, index) => {
        const bad = finding.severity === "error";
        const Icon = bad ? CircleAlert : TriangleAlert;
        return (
          <li key={index}>
            <Icon size={16} aria-label={finding.severity} color={bad ? "var(--db-bad)" : "var(--db-warn)"} />
            <div>
              <div>{finding.message}</div>
              {finding.hint && <div className="quiet">{finding.hint}</div>}
            </div>
            {finding.line > 0 && (
              <code className="quiet nowrap">
                {finding.file.split("/").at(-1)}:{finding.line}
              </code>
            )}
          </li>
        );
      })}
    </ul>
  );
}
