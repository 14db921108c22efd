// Errors of a property string come under the whole string's key, one line each: "net0.tag: '4095' is no VLAN id".
import type { ApiError } from "../api/client";

export function nestedErrors(error: ApiError, key: string): ApiError {
  const { [key]: whole, ...rest } = error.errors;
  if (whole === undefined) return error;
  const errors: Record<string, string> = { ...rest };
  const others: string[] = [];
  for (const line of whole.split("\n")) {
    const found =
      new RegExp(`^${key}\\.([-\\w]+): *(.*)$`).exec(line.trim()) ?? /^([a-z_][-\w]*): (.*)$/.exec(line.trim());
    if (found?.[1] && found[2]) errors[found[1]] = found[2];
    else if (line.trim() !== "" && !/^invalid format/.test(line)) others.push(line.trim());
  }
  if (others.length > 0) errors[key] = others.join("\n");
  return { ...error, errors };
}
