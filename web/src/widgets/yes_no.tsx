// Yes and no, told by word and shape, not by colour alone.
import { Check, Minus } from "lucide-react";

export function YesNo({ value }: { value: boolean }) {
  const Icon = value ? Check : Minus;
  return (
    <span
      style={{ display: "inline-flex", alignItems: "center", gap: 4, verticalAlign: "middle" }}
      className={value ? undefined : "quiet"}
    >
      <Icon size={14} aria-hidden color={value ? "var(--db-good)" : undefined} />
      {value ? "Yes" : "No"}
    </span>
  );
}
