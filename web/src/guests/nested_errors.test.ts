import { expect, it } from "vitest";
import { nestedErrors } from "./nested_errors";

const error = (net0: string) => ({ status: 400, message: "Parameter verification failed.", errors: { net0 } });

it("finds the field that an error of a card is about", () => {
  expect(nestedErrors(error("invalid format - format error\nnet0.tag: too big"), "net0").errors).toEqual({
    tag: "too big",
  });
  expect(nestedErrors(error("tag: '4095' is no VLAN id"), "net0").errors).toEqual({ tag: "'4095' is no VLAN id" });
  expect(nestedErrors(error("the bridge is not there"), "net0").errors).toEqual({ net0: "the bridge is not there" });
  expect(nestedErrors({ status: 500, message: "x", errors: {} }, "net0").errors).toEqual({});
});
