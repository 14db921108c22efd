// Whether what the server answers is what its description says: the page's types are made of that.
import { readFileSync } from "node:fs";

const { paths } = JSON.parse(readFileSync(process.env.DRAWBRIDGE_OPENAPI, "utf8"));

const templates = Object.keys(paths)
  .map((path) => ({
    path,
    like: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, (word) => (word === "{cidr}" ? ".+" : "[^/]+"))}$`),
  }))
  .sort((a, b) => a.path.split("{").length - b.path.split("{").length);

const kinds = {
  null: (value) => value === null,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  number: (value) => typeof value === "number",
  array: Array.isArray,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** What is wrong with `value`, one line each; nothing is fine. */
export function complaints(schema, value, where) {
  if (schema.oneOf) {
    const tries = schema.oneOf.map((choice) => complaints(choice, value, where));
    return tries.some((found) => found.length === 0) ? [] : tries.at(-1);
  }
  if (schema.allOf) return schema.allOf.flatMap((part) => complaints(part, value, where));
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => kinds[type]?.(value)))
    return [`${where} is ${JSON.stringify(value)?.slice(0, 60)}, and not ${types.join(" or ")}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${where} is ${value}, which is none of ${schema.enum}`];
  if (Array.isArray(value)) return value.flatMap((each, i) => complaints(schema.items ?? {}, each, `${where}[${i}]`));
  return kinds.object(value) ? members(schema, value, where) : [];
}

function members({ properties = {}, required = [], additionalProperties: more }, value, where) {
  const missing = required.filter((name) => !(name in value)).map((name) => `${where}.${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, each]) => {
    const schema = properties[name] ?? (typeof more === "object" ? more : {});
    return complaints(schema, each, `${where}.${name}`);
  });
  return [...missing, ...wrong];
}

/** The same for an answer of the API, by verb and address. */
export function answerFaults(verb, address, body) {
  const asked = new URL(address).pathname.replace("/api2/json", "");
  const found = templates.find(({ like }) => like.test(asked));
  const method = found && paths[found.path][verb.toLowerCase()];
  if (!method) return [`${verb} ${asked} is not described`];
  return complaints(method.responses[200].content["application/json"].schema, body, `${verb} ${found.path}`);
}
