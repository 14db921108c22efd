// The page's types of the API, from the description that the server itself goes by (src/api/description): parameters and
// answers of every method. Writes src/api/description.ts; with --check it only tells whether that is as it should be.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const from = fileURLToPath(new URL("../../src/api/description/", import.meta.url));
const to = fileURLToPath(new URL("../src/api/description.ts", import.meta.url));

const documents = readdirSync(from)
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => JSON.parse(readFileSync(from + name, "utf8")));
const named = Object.assign({}, ...documents.map((document) => document.types ?? {}));

const key = (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));
/** "network-plan" -> "NetworkPlan". */
const typeName = (name) => name.replaceAll(/(^|-)([a-z])/g, (_, __, letter) => letter.toUpperCase());
const union = (words) => words.map((word) => JSON.stringify(word)).join(" | ");

/** "/nodes/{node}/(qemu|lxc)/{vmid}" is two paths. */
function pathsOf(pattern) {
  const [, before, words, after] = /^(.*)\((.*)\)(.*)$/.exec(pattern) ?? [];
  return words ? words.split("|").map((word) => before + word + after) : [pattern];
}

// Parameters: what a caller may send.

function resolved(schema) {
  if (typeof schema === "string") return resolved(named[schema]);
  return schema.use ? { ...resolved(schema.use), ...schema } : schema;
}

function parameterType({ type, enum: words }) {
  if (words) return union(words);
  return (
    { integer: "number", number: "number", boolean: "boolean | 0 | 1", list: "string | string[]" }[type] ?? "string"
  );
}

/** Members, and those of the groups that "use" names: the later ones win. */
function membersOf(members) {
  const own = Object.entries(members).filter(([name]) => name !== "use");
  return Object.assign({}, ...(members.use ?? []).map((group) => membersOf(named[group])), Object.fromEntries(own));
}

function parametersType(members) {
  const lines = Object.entries(membersOf(members)).map(([name, schema]) => {
    const { optional, mostIndex, ...rest } = resolved(schema);
    if (mostIndex !== undefined)
      return `[family: \`${name.replace("[n]", "")}$\{number}\`]: ${parameterType(rest)} | undefined`;
    return `${key(name)}${optional ? "?" : ""}: ${parameterType(rest)}`;
  });
  return lines.length > 0 ? `{ ${lines.sort().join("; ")} }` : "{ [none: string]: undefined }";
}

// Answers: named types are interfaces, and only those that some answer has are told.

const told = new Map();

function answerType(schema) {
  if (schema === undefined) return "unknown";
  if (typeof schema === "string") return named_(schema);
  if (schema.use) return named_(schema.use);
  if (schema.oneOf) return schema.oneOf.map(answerType).join(" | ");
  if (schema.allOf) return schema.allOf.map(answerType).join(" & ");
  if (schema.enum) return union(schema.enum);
  if (Array.isArray(schema.type)) return [...new Set(schema.type.map((type) => answerType({ type })))].join(" | ");
  if (schema.type === "array") return listOf(answerType(schema.items));
  if (schema.type === "object") return objectType(schema);
  return (
    { integer: "number", number: "number", boolean: "boolean | 0 | 1", string: "string", null: "null" }[schema.type] ??
    "unknown"
  );
}

const listOf = (type) => (/^\w+$/.test(type) ? `${type}[]` : `(${type})[]`);

function objectType({ properties = {}, additionalProperties: more }) {
  const lines = Object.entries(properties).map(
    ([name, each]) => `${key(name)}${each.optional ? "?" : ""}: ${answerType(each)}`,
  );
  if (more === true) lines.push("[key: string]: unknown");
  else if (more)
    lines.push(`[key: string]: ${answerType(more)}${lines.some((line) => line.includes("?:")) ? " | undefined" : ""}`);
  return lines.length > 0 ? `{ ${lines.join("; ")} }` : "Record<string, unknown>";
}

function named_(name) {
  if (!(name in named)) throw new Error(`no type is called ${name}`);
  const { type } = named[name];
  if (type === "array") return answerType(named[name]);
  if (!told.has(name)) {
    told.set(name, "");
    told.set(name, `export type ${typeName(name)} = ${answerType(named[name])};`);
  }
  return typeName(name);
}

function methodType({ summary, parameters = {}, returns }) {
  return `    /** ${summary} */\n    VERB: { parameters: ${parametersType(parameters)}; returns: ${answerType(returns)} };`;
}

function pathType(path, methods) {
  const lines = Object.entries(methods).map(([verb, method]) => methodType(method).replace("VERB", verb));
  return `  "${path}": {\n${lines.join("\n")}\n  };`;
}

const paths = documents
  .flatMap((document) => Object.entries(document).filter(([pattern]) => pattern.startsWith("/")))
  .flatMap(([pattern, methods]) => pathsOf(pattern).map((path) => [path, methods]))
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, methods]) => pathType(path, methods));

const text = `// Made from src/api/description by \`tools/web types\`: don't edit it here.

${[...told.values()].sort().join("\n")}

/** Every method, by path and verb. */
export interface Api {
${paths.join("\n")}
}
`;

if (!process.argv.includes("--check")) writeFileSync(to, text);
else if (readFileSync(to, "utf8") !== text) {
  console.error("web/src/api/description.ts is not what src/api/description says: run tools/web types");
  process.exit(1);
}
