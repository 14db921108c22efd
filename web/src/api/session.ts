// Who is logged in. The ticket lives in the cookie that the API knows; it is good for two hours and renewed long before.
import { useSyncExternalStore } from "react";
import { type ApiError, csrfToken, request } from "./client";
import type { Ticket } from "./description";

const cookieName = "PVEAuthCookie";
const userKey = "drawbridge.user";
const renewEvery = 15 * 60_000;

export type LoginStep =
  | { step: "done" }
  | { step: "second-factor"; challenge: string }
  | { step: "refused"; error: ApiError };

let user = localStorage.getItem(userKey) ?? "";
const listeners = new Set<() => void>();

function setUser(name: string) {
  user = name;
  if (name) localStorage.setItem(userKey, name);
  else localStorage.removeItem(userKey);
  for (const listener of listeners) listener();
}

function writeCookie(value: string, seconds: number) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that administrators have.
  document.cookie = `${cookieName}=${value}; Path=/; SameSite=Strict; Max-Age=${seconds}${secure}`;
}

function readCookie(): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${cookieName}=`));
  return found ? decodeURIComponent(found.slice(cookieName.length + 1)) : "";
}

function accept(ticket: Ticket) {
  // A server that sets the cookie itself keeps the ticket from scripts, and tells none.
  if (ticket.ticket) writeCookie(encodeURIComponent(ticket.ticket), 7200);
  csrfToken.set(ticket.CSRFPreventionToken ?? "");
  setUser(ticket.username);
}

/** The challenge of a ticket that is only half a login, or nothing. */
export function challengeOf(ticket: Pick<Ticket, "NeedTFA" | "ticket">): string | null {
  return ticket.NeedTFA && ticket.ticket ? ticket.ticket : null;
}

export async function login(username: string, password: string): Promise<LoginStep> {
  const answer = await request("POST", "/access/ticket", { username, password });
  if (!answer.ok) return { step: "refused", error: answer.error };
  const challenge = challengeOf(answer.data);
  if (challenge) return { step: "second-factor", challenge };
  accept(answer.data);
  return { step: "done" };
}

/** Six digits are a code of the authenticator; everything else is one of the recovery codes. */
export function factorWord(code: string): string {
  const bare = code.replaceAll(/\s/g, "");
  return /^\d{6,8}$/.test(bare) ? `totp:${bare}` : `recovery:${bare}`;
}

export async function secondFactor(username: string, challenge: string, code: string): Promise<LoginStep> {
  const answer = await request("POST", "/access/ticket", {
    username,
    password: factorWord(code),
    "tfa-challenge": challenge,
  });
  if (!answer.ok) return { step: "refused", error: answer.error };
  accept(answer.data);
  return { step: "done" };
}

export function logout() {
  writeCookie("", 0);
  csrfToken.clear();
  setUser("");
}

/** Renews the ticket while somebody is logged in. Returns what ends that. */
export function keepAlive(): () => void {
  const renew = async () => {
    const ticket = readCookie();
    if (!user || !ticket) return;
    const answer = await request("POST", "/access/ticket", { username: user, password: ticket });
    if (answer.ok && !challengeOf(answer.data)) accept(answer.data);
  };
  const timer = setInterval(renew, renewEvery);
  return () => clearInterval(timer);
}

/** Name of who is logged in, as user@realm; empty when nobody is. */
export function useUser(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => user,
  );
}
