// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { fakeNode, says, show, soon } from "../testing";
import { useGet } from "./hooks";

let leave = async () => {};
afterEach(() => leave());

function Shown() {
  const { data, error } = useGet("/version");
  return <p>{data ? `it is ${data.version}` : (error?.message ?? "wait")}</p>;
}

it("takes a refusal for what it is", async () => {
  let asked = 0;
  fakeNode({
    "GET /version": () => {
      asked += 1;
      return { status: 500, message: "the file can't be read" };
    },
  });
  leave = await show(<Shown />);
  await soon(() => says("the file can't be read"));
  expect(asked).toBe(1);
});
