import { expect, it } from "vitest";
import { judge } from "./connection";

it("one request that fails is chance, two are a lost connection, any answer brings it back", () => {
  const first = judge("up", 0, 0);
  expect(first).toEqual({ connection: "up", failures: 1 });
  const second = judge(first.connection, first.failures, 0);
  expect(second.connection).toBe("lost");
  expect(judge("lost", 5, 200)).toEqual({ connection: "up", failures: 0 });
  expect(judge("lost", 5, 500).connection).toBe("up");
  expect(judge("up", 1, 503).connection).toBe("no-service");
  expect(judge("lost", 5, 502).connection).toBe("no-service");
  expect(judge("up", 0, 401).connection).toBe("logged-out");
});
