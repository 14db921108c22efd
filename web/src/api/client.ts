// Requests to the API. An error is a value: nothing here throws, so that every caller has to look at what came back.

/** What the server said about a request that it did not fulfil. */
export interface ApiError {
  /** HTTP status; 0 when no answer came at all. */
  status: number;
  /** The server's own words, for people. */
  message: string;
  /** What is wrong with single parameters, by their names. */
  errors: Record<string, string>;
}

export type Answer<T> = { ok: true; data: T; extra: Record<string, unknown> } | { ok: false; error: ApiError };

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type Value = string | number | boolean | undefined | null | string[];
export type Parameters = Record<string, Value>;

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

/** One path of the API; its parts are escaped, so a name never becomes a path. */
export function path(strings: TemplateStringsArray, ...parts: (string | number)[]): string {
  return strings.reduce(
    (whole, piece, i) => whole + piece + (i < parts.length ? encodeURIComponent(parts[i] ?? "") : ""),
    "",
  );
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

/**
 * Asks the API. `target` is the path below /api2/json, made by path``.
 * A request that gets no answer within `patience` milliseconds is given up.
 */
export async function request<T>(
  method: Method,
  target: string,
  parameters: Parameters = {},
  { patience = 30_000, signal }: { patience?: number; signal?: AbortSignal } = {},
): Promise<Answer<T>> {
  const form = encode(parameters);
  const inAddress = method === "GET" || method === "DELETE";
  const query = inAddress && form.size > 0 ? `?${form}` : "";
  const limit = AbortSignal.timeout(patience);
  const headers: Record<string, string> = {};
  if (method !== "GET") headers.CSRFPreventionToken = csrfToken.get();
  let response: Response;
  try {
    response = await fetch(`/api2/json${target}${query}`, {
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
  tell(response.status);
  const body = await readBody(response);
  if (!response.ok) return { ok: false, error: readError(response.status, response.statusText, body) };
  const { data, ...extra } = body ?? {};
  return { ok: true, data: data as T, extra };
}
