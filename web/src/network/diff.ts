// A unified diff, as lines that can be shown.
export interface DiffLine {
  kind: "file" | "place" | "same" | "added" | "removed";
  text: string;
  /** Line number before and after, where there is one. */
  before?: number;
  after?: number;
}

export function readDiff(text: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const place = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (place) {
      before = Number(place[1]);
      after = Number(place[2]);
      lines.push({ kind: "place", text: line });
    } else if (before === 0 && after === 0) {
      if (line !== "") lines.push({ kind: "file", text: line });
    } else if (line.startsWith("+")) lines.push({ kind: "added", text: line.slice(1), after: after++ });
    else if (line.startsWith("-")) {
      // A second file's head also begins with a dash; it comes with a blank after it.
      if (/^--- \S/.test(line)) {
        before = 0;
        after = 0;
        lines.push({ kind: "file", text: line });
      } else lines.push({ kind: "removed", text: line.slice(1), before: before++ });
    } else if (line.startsWith("\\")) continue;
    else lines.push({ kind: "same", text: line.slice(1), before: before++, after: after++ });
  }
  return lines;
}

export function countDiff(lines: DiffLine[]): { added: number; removed: number } {
  return {
    added: lines.filter((line) => line.kind === "added").length,
    removed: lines.filter((line) => line.kind === "removed").length,
  };
}
