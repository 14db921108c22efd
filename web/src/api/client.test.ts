// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { ask, encode, fill, readError, request } from "./client";

afterEach(() => vi.unstubAllGlobals());

describe("parameters", () => {
  it("are encoded as the familiar API takes them", () => {
    const form = encode({ autostart: true, off: false, list: ["a", "b"], mtu: 1500, none: undefined, gone: null });
    expect(form.toString()).toBe("autostart=1&off=0&list=a%2Cb&mtu=1500");
  });
  it("never become part of a path", () => {
    expect(fill("/nodes/{node}/network/{iface}", { node: "n", iface: "../../access", mtu: 1500 })).toEqual({
      path: "/nodes/n/network/..%2F..%2Faccess",
      rest: { mtu: 1500 },
    });
  });
  it("are a type error when the API does not know them", () => {
    const wrong = () => [
      // @ts-expect-error: no such path
      request("GET", "/nodes/{node}/netwrok", { node: "n" }),
      // @ts-expect-error: no such verb there
      request("DELETE", "/version"),
      // @ts-expect-error: no such parameter
      request("GET", "/nodes/{node}/network", { node: "n", kind: "bridge" }),
      // @ts-expect-error: no such word
      request("GET", "/nodes/{node}/network", { node: "n", type: "brigde" }),
      // @ts-expect-error: which node is not said
      request("GET", "/nodes/{node}/network"),
    ];
    expect(wrong).toBeTypeOf("function");
  });
});

describe("errors", () => {
  it("carry the server's words for each parameter", () => {
    const error = readError(400, "Bad Request", {
      message: "Parameter verification failed.\n",
      errors: { cidr: "too long\\nnot an address" },
    });
    expect(error.message).toBe("Parameter verification failed.");
    expect(error.errors.cidr).toBe("too long\nnot an address");
  });
  it("are values when nobody answers", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    const answer = await request("GET", "/version");
    expect(answer).toEqual({ ok: false, error: { status: 0, message: "The node does not answer.", errors: {} } });
  });
  it("without a body are told by their reason", async () => {
    vi.stubGlobal("fetch", async () => new Response("", { status: 500, statusText: "no such security group 'x'" }));
    const answer = await request("GET", "/version");
    expect(answer.ok ? "" : answer.error.message).toBe("no such security group 'x'");
  });
});

describe("requests", () => {
  it("that change something carry the token against forgery, and their parameters in the body", async () => {
    localStorage.setItem("drawbridge.csrf", "T");
    const fetched = vi.fn(async (_url: string, _init: RequestInit) => Response.json({ data: null, changes: "d" }));
    vi.stubGlobal("fetch", fetched);
    const answer = await ask("PUT", "/x", { a: 1 });
    const [url, init] = fetched.mock.calls[0] ?? ["", {}];
    expect(url).toBe("/api2/json/x");
    expect((init.headers as Record<string, string>).CSRFPreventionToken).toBe("T");
    expect(String(init.body)).toBe("a=1");
    expect(answer.ok && answer.extra.changes).toBe("d");
  });
  it("that delete carry parameters in the address, since they may have no body", async () => {
    const fetched = vi.fn(async (_url: string, _init: RequestInit) => Response.json({ data: null }));
    vi.stubGlobal("fetch", fetched);
    await ask("DELETE", "/x", { digest: "d" });
    expect(fetched.mock.calls[0]?.[0]).toBe("/api2/json/x?digest=d");
    expect(fetched.mock.calls[0]?.[1].body).toBeUndefined();
  });
});
