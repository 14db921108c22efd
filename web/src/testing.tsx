// For unit tests of what is on the screen: a node that answers as it is told, and a page in front of it.
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { MemoryRouter } from "react-router";
import { vi } from "vitest";

/** An answer: data, with keys beside it; or a status and what is said with it. */
export type Told = {
  data?: unknown;
  message?: string;
  errors?: Record<string, string>;
  status?: number;
  reason?: string;
};
type Sent = { method: string; path: string; parameters: Record<string, string> };

export interface FakeNode {
  /** By "METHOD /path"; what is not here answers null. */
  answers: Record<string, Told | ((parameters: Record<string, string>) => Told)>;
  /** The changes that were asked for, in order. */
  sent: Sent[];
}

/** Puts a fake node in the browser's place of the network. */
export function fakeNode(answers: FakeNode["answers"]): FakeNode {
  const node: FakeNode = { answers, sent: [] };
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  // Text areas listen for late fonts, of which this browser knows nothing.
  if (!document.fonts) Object.defineProperty(document, "fonts", { value: new EventTarget() });
  vi.stubGlobal("fetch", async (address: string, { method = "GET", body }: RequestInit = {}) => {
    const [path = "", query = ""] = address.replace("/api2/json", "").split("?");
    const parameters = Object.fromEntries(new URLSearchParams(body ? String(body) : query));
    if (method !== "GET") node.sent.push({ method, path, parameters });
    const found = node.answers[`${method} ${path}`];
    const {
      status = 200,
      reason,
      ...told
    } = (typeof found === "function" ? found(parameters) : found) ?? { data: null };
    return new Response(JSON.stringify(told), { status, statusText: reason });
  });
  return node;
}

let queries = new QueryClient();

/** What is on the screen is read again, as when an event has come. */
export const refresh = () => act(() => queries.invalidateQueries());

/** Shows something; what is returned takes it away again. */
export async function show(content: ReactNode): Promise<() => Promise<void>> {
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <QueryClientProvider client={queries}>
          <MemoryRouter>{content}</MemoryRouter>
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
  return async () => {
    await act(async () => root.unmount());
    place.remove();
  };
}

/** Waits until what is looked for is there. */
export async function soon<T>(look: () => T | null | undefined | false): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = look();
    if (found) return found;
    await act(() => new Promise((resolve) => setTimeout(resolve, 10)));
  }
  throw new Error(`not there; the page says: ${document.body.textContent}`);
}

const every = <E extends HTMLElement>(selector: string) => [...document.body.querySelectorAll<E>(selector)];

/** Presses what has that name and can be pressed; `kind` says which, where several have it. */
export async function press(name: string, kind = "button, [role=menuitem]") {
  const button = await soon(() =>
    every<HTMLButtonElement>(kind).find(
      (one) => !one.disabled && (one.getAttribute("aria-label") ?? one.textContent) === name,
    ),
  );
  await act(async () => button.click());
}

/** Chooses a row of a table. */
export async function pick(text: string) {
  const row = await soon(() => every("[role=row]").find((one) => one.textContent?.includes(text)));
  await act(async () => row.click());
}

export async function tick(field: string) {
  const box = await soon(() => every<HTMLInputElement>(`[data-field="${field}"]`)[0]);
  await act(async () => box.click());
}

export async function fill(field: string, value: string) {
  const input = await soon(() => every<HTMLInputElement>(`[data-field="${field}"]`)[0]);
  await act(async () => {
    // React listens to what a person does, which the plain property bypasses.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

export const says = (text: string) => document.body.textContent?.includes(text) ?? false;
