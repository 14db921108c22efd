// Lines of the packet log, and the parts that the eye looks for.
export interface PacketLine {
  n: number;
  text: string;
  action: string;
  /** File and line of the rule that logged it, when the line says so. */
  rule?: string;
}

/** "100 6 tap100i0-IN 27/Nov/2026:12:00:00 +0000 policy DROP: IN=… RULE=100.fw:7" and similar. */
export function readLine(n: number, text: string): PacketLine {
  const action = /\b(ACCEPT|DROP|REJECT)\b/.exec(text)?.[1] ?? "";
  const rule = /(?:RULE=|rule[ =])([\w./-]+\.fw:\d+)/i.exec(text)?.[1] ?? /\b([\w-]+\.fw:\d+)\b/.exec(text)?.[1];
  return rule ? { n, text, action, rule } : { n, text, action };
}

export function matching(lines: PacketLine[], words: string, action: string): PacketLine[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter(
    (line) =>
      (action === "" || line.action === action) && wanted.every((word) => line.text.toLowerCase().includes(word)),
  );
}
