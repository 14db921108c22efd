// What a form holds, and what of it is sent: keys that changed, and keys that were emptied.
import type { Parameters } from "../api/client";

export type FieldValue = string | boolean | string[];
export type Values = Record<string, FieldValue>;

export interface Option {
  value: string;
  label: string;
  /** A second, quieter line: what the choice means. */
  about?: string;
  disabled?: boolean;
}

export interface Field {
  name: string;
  label: string;
  kind: "text" | "secret" | "switch" | "choice" | "suggest" | "many" | "tags" | "lines" | "date" | "note";
  column?: "left" | "right" | "wide";
  advanced?: boolean;
  required?: boolean;
  placeholder?: string;
  /** One line below the field. */
  hint?: string;
  /** A unit, right of the value. */
  unit?: string;
  options?: Option[] | ((values: Values) => Option[]);
  check?: (value: string, values: Values) => string | null;
  show?: (values: Values) => boolean;
  /** Has no meaning just now, by what else is chosen: shown, but empty for the server. */
  enabled?: (values: Values) => boolean;
  /** Shown for information only, such as the name of what is edited: never sent. */
  locked?: (values: Values) => boolean;
  /** Further changes that follow from a new value, such as a name from a tag. */
  follow?: (value: FieldValue, values: Values) => Partial<Values>;
  render?: (values: Values) => React.ReactNode;
}

export const text = (values: Values, name: string): string => {
  const value = values[name];
  return Array.isArray(value) ? value.join(" ") : typeof value === "string" ? value.trim() : value ? "1" : "";
};

export function optionsOf(field: Field, values: Values): Option[] {
  return typeof field.options === "function" ? field.options(values) : (field.options ?? []);
}

export function visible(field: Field, values: Values): boolean {
  return field.show?.(values) ?? true;
}

/** The values as they are seen: what a field that is hidden or off still holds has no meaning, and is empty. */
export function seenValues(fields: Field[], values: Values): Values {
  const unseen = fields.filter((field) => !visible(field, values) || field.enabled?.(values) === false);
  return { ...values, ...Object.fromEntries(unseen.map(({ name }) => [name, ""])) };
}

/** What is wrong with the fields that are seen, by their names. */
export function problems(fields: Field[], values: Values): Record<string, string> {
  const found: Record<string, string> = {};
  for (const field of fields) {
    if (!visible(field, values) || field.enabled?.(values) === false || field.locked?.(values)) continue;
    const value = text(values, field.name);
    const wrong = value === "" ? (field.required ? "This is needed." : null) : (field.check?.(value, values) ?? null);
    if (wrong) found[field.name] = wrong;
  }
  return found;
}

/**
 * The parameters of a change: only what differs from `before`, and in `delete` what was emptied. `always` names keys
 * that go along in any case. Fields that are not seen, or locked, are not sent.
 */
export function changes(fields: Field[], before: Values, now: Values, always: string[] = []): Parameters {
  const parameters: Parameters = {};
  const gone: string[] = [];
  for (const field of fields) {
    if (field.kind === "note" || field.locked?.(now)) continue;
    const seen = visible(field, now) && field.enabled?.(now) !== false;
    const [old, value] = [text(before, field.name), seen ? text(now, field.name) : ""];
    if (!seen && !(field.name in before)) continue;
    if (value === old && !always.includes(field.name)) continue;
    if (value !== "") parameters[field.name] = value;
    else if (old !== "") gone.push(field.name);
  }
  if (gone.length > 0) parameters.delete = gone;
  return parameters;
}
