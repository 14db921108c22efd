// Two people edited the same thing. Three versions tell who did what: as it was, as it is now, and as it stands in the form.
import type { ApiError } from "../api/client";
import { type Field, optionsOf, text, type Values } from "./form_values";

/** Something that is edited, as the server told it: what the form shows of it, and what a change has to name. */
export interface Version<T> {
  item: T;
  values: Values;
}

/** Whether a change was refused because what it was based on is no longer so. The API says it by these words alone. */
export function isConflict(error: ApiError): boolean {
  return error.message.startsWith("detected modified configuration");
}

/** A field that somebody changed. */
export interface Difference {
  field: Field;
  was: string;
  /** Nothing where they left it alone. */
  theirs: string | null;
  mine: string | null;
  /** Both changed it, and not to the same. */
  clash: boolean;
}

const counts = (field: Field) => field.kind !== "note";

/** Whether anything that the form shows differs. */
export function differ(fields: Field[], a: Values, b: Values): boolean {
  return fields.filter(counts).some(({ name }) => text(a, name) !== text(b, name));
}

/** A value as people read it. */
export function shown(field: Field, values: Values): string {
  if (field.kind === "switch") return values[field.name] === true ? "Yes" : "No";
  const value = text(values, field.name);
  return optionsOf(field, values).find((option) => option.value === value)?.label ?? value;
}

/** What each side changed. `theirs` is null if they removed it: then only my changes are told. */
export function differences(fields: Field[], was: Values, theirs: Values | null, mine: Values): Difference[] {
  return fields.filter(counts).flatMap((field) => {
    const [before, now, own] = [was, theirs ?? was, mine].map((values) => text(values, field.name));
    const [moved, touched] = [now !== before, own !== before];
    if (!moved && !touched) return [];
    return {
      field,
      was: shown(field, was),
      theirs: moved && theirs ? shown(field, theirs) : null,
      mine: touched ? shown(field, mine) : null,
      clash: moved && touched && now !== own,
    };
  });
}

/** My changes on top of theirs. */
export function merged(fields: Field[], was: Values, theirs: Values, mine: Values): Values {
  const both: Values = { ...theirs };
  for (const { name } of fields.filter(counts)) {
    const own = mine[name];
    if (own !== undefined && text(mine, name) !== text(was, name)) both[name] = own;
  }
  return both;
}
