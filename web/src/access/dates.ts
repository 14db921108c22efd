// The last day of an account: the API counts seconds since 1970, 0 is never; a date field has 2030-01-31, or nothing.

/** The moment at which the day begins, in the reader's own time. */
export function toSeconds(day: string): number {
  const [year, month, date] = day.split("-").map(Number);
  return year && month && date ? Math.floor(new Date(year, month - 1, date).getTime() / 1000) : 0;
}

export function toDay(seconds: number | undefined): string {
  if (!seconds) return "";
  const date = new Date(seconds * 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** As a table shows it. */
export function expiry(seconds: number): string {
  return seconds === 0 ? "never" : new Date(seconds * 1000).toLocaleDateString(undefined, { dateStyle: "medium" });
}

export const isOver = (seconds: number) => seconds !== 0 && seconds * 1000 <= Date.now();
