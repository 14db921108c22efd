// Requests to the API, typed by its description: a path, verb or parameter that the server does not know does not compile.
// An error is a value: nothing here throws, so that every caller has to look at what came back.
import type { Api } from "./description";

/** What the server said about a request that it did not fulfil. */
export interface ApiError {
  /** HTTP status; 0 when no answer came at all. */
  status: number;
  /** The server's own words, for people. */
  message: string;
  /** What is wrong with single parameters, by their names. */
  errors: Record<string, string>;
  /** The server would do it if it was insisted on: asks for the same once more, with force=1. */
  again?: () => Promise<Answer<unknown>>;
}

export type Answer<T> = { ok: true; data: T; extra: Record<string, unknown> } | { ok: false; error: ApiError };

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type Value = string | number | boolean | undefined | null | string[];
export type Parameters = Record<string, Value>;

/** Paths as the description has them, with {name} for what varies. */
export type AnyTarget = keyof Api;
/** Paths that have this verb. */
export type Target<V extends Method> = { [P in AnyTarget]: V extends keyof Api[P] ? P : never }[AnyTarget];
type Described<V extends Method, P extends AnyTarget> = P extends AnyTarget
  ? V extends keyof Api[P]
    ? Api[P][V]
    : never
  : never;
/** What may be sent, the path's words among it. */
export type ParametersOf<V extends Method, P extends AnyTarget> =
  Described<V, P> extends { parameters: infer Taken } ? Taken : never;
/** What comes back in `data`. */
export type AnswerOf<V extends Method, P extends AnyTarget> =
  Described<V, P> extends { returns: infer Told } ? Told : never;
/** The parameters may be left out where none must be there. */
export type Given<V extends Method, P extends AnyTarget, Rest extends unknown[]> =
  Record<string, never> extends ParametersOf<V, P>
    ? [parameters?: ParametersOf<V, P>, ...Rest]
    : [parameters: ParametersOf<V, P>, ...Rest];

/** Token against forged requests; kept over a reload, as the ticket's cookie is. */
const csrfKey = "drawbridge.csrf";
export const csrfToken = {
  get: () => localStorage.getItem(csrfKey) ?? "",
  set: (token: string) => localStorage.setItem(csrfKey, token),
  clear: () => localStorage.removeItem(csrfKey),
};

/** Told of every answer's status: the shell shows when the connection or the login is gone. */
type Listener = (status: number) => void;
const listeners = new Set<Listener>();
export function onStatus(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
function tell(status: number) {
  for (const listener of listeners) listener(status);
}

/** Parameters as form data, as the familiar API takes them: switches are 1 and 0, lists are joined with commas. */
export function encode(parameters: Parameters): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null) continue;
    if (typeof value === "boolean") form.set(name, value ? "1" : "0");
    else form.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  return form;
}

/** Puts words into a path's {names}, escaped, so that a name never becomes a path; what is left goes beside it. */
export function fill(target: string, parameters: Parameters): { path: string; rest: Parameters } {
  const rest = { ...parameters };
  const path = target.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    delete rest[name];
    const word = encodeURIComponent(String(parameters[name] ?? ""));
    // A network's prefix length is the rest of the path, slash included.
    return name === "cidr" ? word.replaceAll("%2F", "/") : word;
  });
  return { path, rest };
}

interface Envelope {
  data?: unknown;
  message?: string;
  errors?: Record<string, string>;
}

/** Messages end with a newline, and several problems of one parameter are joined with a literal backslash-n. */
function words(text: string): string {
  return text.replaceAll("\\n", "\n").trim();
}

export function readError(status: number, reason: string, body: Envelope | null): ApiError {
  const errors: Record<string, string> = {};
  for (const [name, text] of Object.entries(body?.errors ?? {})) errors[name] = words(String(text));
  const message = words(body?.message ?? "") || reason || statusWords(status);
  return { status, message, errors };
}

/** Whether the server says, of this very request, that force=1 would do it. Its words name that only where it is so. */
export function offersForce({ message, errors }: ApiError): boolean {
  return [message, ...Object.values(errors)].some((text) => /\bforce=1\b/.test(text));
}

/** Does `act` once the change is made: now, or when somebody has insisted on it. */
export function onceDone<T>(answer: Answer<T>, act: (done: Extract<Answer<T>, { ok: true }>) => void): Answer<T> {
  if (answer.ok) {
    act(answer);
    return answer;
  }
  const { again } = answer.error;
  if (!again) return answer;
  return { ok: false, error: { ...answer.error, again: async () => onceDone((await again()) as Answer<T>, act) } };
}

function statusWords(status: number): string {
  if (status === 0) return "The node does not answer.";
  if (status === 401) return "The login is not valid any more.";
  if (status === 403) return "You have no permission for this.";
  if (status >= 595) return "The node that was asked for cannot be reached.";
  return `The server answered ${status}.`;
}

async function readBody(response: Response): Promise<Envelope | null> {
  try {
    return (await response.json()) as Envelope;
  } catch {
    // Some errors have no body, and a proxy's has another form: the status says enough.
    return null;
  }
}

interface Options {
  /** Milliseconds after which a request without an answer is given up. */
  patience?: number;
  signal?: AbortSignal;
  /** A refused password is this form's business: the login itself still holds. */
  proof?: boolean;
}

/** Asks the API: `target` as the description has it, its words among the parameters. */
export function request<V extends Method, P extends Target<V>>(
  method: V,
  target: P,
  ...[parameters, options]: Given<V, P, [options?: Options]>
): Promise<Answer<AnswerOf<V, P>>> {
  const { path, rest } = fill(target, (parameters ?? {}) as Parameters);
  return ask<AnswerOf<V, P>>(method, path, rest, options);
}

/** As request, of a path that is filled in already. */
export async function ask<T>(
  method: Method,
  path: string,
  parameters: Parameters,
  { patience = 30_000, signal, proof = false }: Options = {},
): Promise<Answer<T>> {
  const form = encode(parameters);
  const inAddress = method === "GET" || method === "DELETE";
  const query = inAddress && form.size > 0 ? `?${form}` : "";
  const limit = AbortSignal.timeout(patience);
  const headers: Record<string, string> = {};
  if (method !== "GET") headers.CSRFPreventionToken = csrfToken.get();
  let response: Response;
  try {
    response = await fetch(`/api2/json${path}${query}`, {
      method,
      headers,
      body: inAddress ? undefined : form,
      credentials: "same-origin",
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch {
    if (signal?.aborted) return { ok: false, error: readError(0, "Given up.", null) };
    tell(0);
    return { ok: false, error: readError(0, "", null) };
  }
  if (!(proof && response.status === 401)) tell(response.status);
  const body = await readBody(response);
  if (!response.ok) return { ok: false, error: readError(response.status, response.statusText, body) };
  const { data, ...extra } = body ?? {};
  return { ok: true, data: data as T, extra };
}
