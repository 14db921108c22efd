import { describe, expect, it } from "vitest";
import type { GuestCard } from "../api/types";
import { cardState, countersOf, isPending } from "./card_state";

const card = (more: Partial<GuestCard>): GuestCard => ({
  id: "net0",
  device: "tap100i0",
  canonical: "",
  state: "up",
  ...more,
});

describe("the state of a card", () => {
  it("is what the server says, which needs no look at the node's links", () => {
    expect(cardState(card({}), "qemu", true).word).toBe("up");
    expect(cardState(card({ state: "other settings" }), "qemu", true)).toMatchObject({
      tone: "warn",
      word: "other settings",
    });
    expect(cardState(card({ state: "link down" }), "qemu", true).word).toBe("link down");
    expect(cardState(card({ state: "stopped" }), "qemu", false).word).toBe("not running");
    expect(cardState(card({ state: "on fire" }), "qemu", true).word).toBe("on fire");
  });
  it("never says that a running container does not run", () => {
    expect(cardState(card({ state: "stopped" }), "lxc", true).word).toBe("the container runs");
    expect(cardState(card({ state: "stopped" }), "lxc", false).word).toBe("not running");
  });
  it("says nothing before somebody knows", () => {
    expect(cardState(undefined, "qemu", true).word).toBe("");
  });
  it("tells what waits for the next start", () => {
    expect(isPending(card({ pending: "virtio,bridge=vmbr1" }))).toBe(true);
    expect(isPending(card({ delete: 1 }))).toBe(true);
    expect(cardState(card({ delete: 1 }), "qemu", true).word).toBe("goes at the next start");
    expect(isPending(card({}))).toBe(false);
  });
});

it("traffic is what the guest receives and sends", () => {
  expect(countersOf([card({ netin: 7, netout: 9 })])).toEqual([{ name: "net0", rx_bytes: 7, tx_bytes: 9 }]);
});
