// Numbers as people read them.

const binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** 1536 -> "1.5 KiB". */
export function bytes(count: number): string {
  let step = 0;
  let rest = count;
  while (rest >= 1024 && step < binary.length - 1) {
    rest /= 1024;
    step += 1;
  }
  return `${step === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${binary[step]}`;
}

/** Bytes per second as bits, as links are measured: 125000 -> "1.0 Mbit/s". */
export function bits(bytesPerSecond: number): string {
  const units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];
  let step = 0;
  let rest = bytesPerSecond * 8;
  while (rest >= 1000 && step < units.length - 1) {
    rest /= 1000;
    step += 1;
  }
  return `${step === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[step]}`;
}

/** Speed of a link, which the kernel tells in Mbit/s: 10000 -> "10 Gbit/s". */
export function speed(megabits: number): string {
  return megabits >= 1000 ? `${Number((megabits / 1000).toFixed(1))} Gbit/s` : `${megabits} Mbit/s`;
}

/** 3725 -> "1 h 2 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}

/** A moment, told as seconds since 1970 or in ISO form, in the reader's own way. */
export function moment(when: number | string | undefined): string {
  if (when === undefined || when === "") return "";
  const date = typeof when === "number" ? new Date(when * 1000) : new Date(when);
  if (Number.isNaN(date.getTime())) return String(when);
  const today = new Date().toDateString() === date.toDateString();
  return today
    ? date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" })
    : date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** 1 -> "1 rule", 2 -> "2 rules". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
