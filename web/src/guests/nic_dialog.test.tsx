// @vitest-environment happy-dom
import { act, useState } from "react";
import { afterEach, expect, it } from "vitest";
import type { GuestConfig } from "../api/types";
import { type FakeNode, fakeNode, fill, press, says, show, soon } from "../testing";
import { NicDialog } from "./nic_dialog";

const config = (net0: string, digest: string): GuestConfig => ({ name: "mail", net0, digest });
const path = "/nodes/pve1/qemu/100/config";
let node: FakeNode;
let leave = async () => {};
let bring: (newer: GuestConfig) => void;

/** The page around the dialog hands it each newer configuration, as events bring them. */
function Around({ slot }: { slot: string }) {
  const [now, setNow] = useState(config("virtio=BC:24:11:00:00:01,bridge=vmbr0", "old"));
  bring = setNow;
  return <NicDialog node="pve1" kind="qemu" vmid={100} config={now} slot={slot} close={() => {}} />;
}

/** A server that has `newest`, and takes nothing that was based on something else. */
function serve(newest: GuestConfig) {
  node = fakeNode({
    "GET /nodes/pve1/network": { data: [{ iface: "vmbr0", type: "bridge" }] },
    [`GET ${path}`]: { data: newest },
    [`PUT ${path}`]: ({ digest }) =>
      digest === newest.digest ? { data: null } : { status: 500, message: "detected modified configuration - net0" },
  });
}
afterEach(() => leave());

it("does not overwrite what somebody made of the card while the dialog was open", async () => {
  const theirs = config("virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=7", "new");
  serve(theirs);
  leave = await show(<Around slot="net0" />);
  await fill("rate", "100");
  await act(async () => bring(theirs));
  await press("Save");
  expect(node.sent[0]?.parameters.digest).toBe("old");
  await soon(() => says("Somebody else changed net0 meanwhile"));
  await press("Keep mine");
  await soon(() => node.sent.length === 2);
  expect(node.sent[1]?.parameters).toEqual({
    digest: "new",
    net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0,rate=100,tag=7",
  });
});

it("gives a new card another place when somebody has taken the one that it was for", async () => {
  const theirs = { ...config("virtio=BC:24:11:00:00:01,bridge=vmbr0", "new"), net1: "virtio,bridge=vmbr0" };
  serve(theirs);
  leave = await show(<Around slot="net1" />);
  await fill("tag", "44");
  await press("Add");
  await soon(() => node.sent.length === 2);
  expect(node.sent[1]?.parameters.net1).toBeUndefined();
  expect(node.sent[1]?.parameters.net2).toContain("tag=44");
});
