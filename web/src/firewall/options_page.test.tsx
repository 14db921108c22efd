// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { fakeNode, fill, press, refresh, says, show, soon } from "../testing";
import { OptionsPage } from "./options_page";

const path = "/nodes/pve1/firewall/options";
let leave = async () => {};
afterEach(() => leave());

it("sends what was changed on the options that the form shows, not on newer ones", async () => {
  let options = { nf_conntrack_max: "300000", digest: "old" };
  const node = fakeNode({
    [`GET ${path}`]: () => ({ data: options }),
    [`PUT ${path}`]: ({ digest }) =>
      digest === options.digest ? { data: null } : { status: 500, message: "detected modified configuration - x" },
  });
  leave = await show(<OptionsPage level={{ kind: "node", node: "pve1" }} onTrial={() => {}} />);
  await press("Edit");
  await fill("protection_synflood_rate", "300");
  options = { nf_conntrack_max: "400000", digest: "new" };
  // The page reads them again while the dialog is open.
  await refresh();
  await press("Save");
  expect(node.sent[0]?.parameters.digest).toBe("old");
  await soon(() => says("Somebody else changed the options meanwhile"));
  await press("Keep mine");
  await soon(() => node.sent.length === 2);
  expect(node.sent[1]?.parameters).toEqual({ protection_synflood_rate: "300", digest: "new" });
});
