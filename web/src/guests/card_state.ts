// What a card's state means, in the words of the server where they say enough.
import type { GuestCard, GuestKind } from "../api/types";

export type Tone = "good" | "warn" | "bad" | "off";
export interface CardState {
  tone: Tone;
  word: string;
  /** A second look, for who wonders. */
  about?: string;
}

const states: Record<string, CardState> = {
  up: { tone: "good", word: "up" },
  "link down": { tone: "off", word: "link down", about: "Disconnected, as its settings say." },
  "not plugged": {
    tone: "warn",
    word: "not plugged",
    about: "The running guest does not have it: it comes with its next start.",
  },
  "other settings": {
    tone: "warn",
    word: "other settings",
    about: "The running guest has it with other settings than its file says: they come with its next start.",
  },
  "not known": { tone: "off", word: "not known", about: "The guest runs, but does not tell." },
};

/** `running` is whether the guest runs, as the tree knows it: of containers the server says no more. */
export function cardState(card: GuestCard | undefined, kind: GuestKind, running: boolean): CardState {
  if (card?.delete) return { tone: "warn", word: "goes at the next start" };
  if (!card) return { tone: "off", word: "" };
  if (card.state !== "stopped") return states[card.state] ?? { tone: "off", word: card.state };
  return kind === "lxc" && running
    ? { tone: "good", word: "the container runs" }
    : { tone: "off", word: "not running" };
}

/** Whether something of the card waits for the guest's next start. */
export const isPending = (card: GuestCard | undefined) => Boolean(card?.pending !== undefined || card?.delete);

/** Traffic as the guest sees it. */
export const countersOf = (cards: GuestCard[] | undefined) =>
  cards?.map(({ id, netin, netout }) => ({ name: id, rx_bytes: netin, tx_bytes: netout }));
