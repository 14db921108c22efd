// The state of something, as a small lamp with a name.
export type Tone = "good" | "warn" | "bad" | "off";

const colors: Record<Tone, string> = {
  good: "var(--db-good)",
  warn: "var(--db-warn)",
  bad: "var(--db-bad)",
  off: "color-mix(in srgb, var(--db-quiet) 55%, transparent)",
};

export function Dot({ tone, label }: { tone: Tone; label?: string }) {
  const style = {
    display: "inline-block",
    width: 8,
    height: 8,
    borderRadius: tone === "off" ? 2 : 8,
    background: tone === "off" ? "transparent" : colors[tone],
    border: `1.5px solid ${colors[tone]}`,
    flex: "none",
  };
  return label ? (
    <span role="img" aria-label={label} title={label} style={style} />
  ) : (
    <span aria-hidden style={style} />
  );
}
