import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_HEADERS, viewOf } from "../../src/signal/headers.js";

describe("one view of headers", () => {
  test.for([
    ["fetch Headers", new Headers({ "Retry-After": "3" })],
    ["a plain object", { "Retry-After": "3" }],
    ["an object of arrays", { "retry-after": ["3"] }],
    ["pairs", [["RETRY-AFTER", "3"]]],
    ["Node's flat list", ["Retry-After", "3"]],
    ["undici's buffers", [Buffer.from("Retry-After"), Buffer.from("3")]],
    ["a Map", new Map([["Retry-After", "3"]])],
    ["the text of getAllResponseHeaders", "content-type: text/plain\r\nRetry-After: 3\r\n"],
    ["Angular's HttpHeaders", { keys: () => ["Retry-After"], get: () => "3", getAll: () => ["3"] }],
    ["a number", { "Retry-After": 3 }],
  ] as const)("reads %s", ([, headers]) => {
    expect(viewOf(headers).get("retry-after")).toBe("3");
  });

  test("joins the lines of one name, whatever its case", () => {
    expect(
      viewOf([
        ["RateLimit", '"a";r=1'],
        ["ratelimit", '"b";r=2'],
      ]).get("ratelimit"),
    ).toBe('"a";r=1, "b";r=2');
    expect(viewOf({ a: ["1", "2"] }).get("a")).toBe("1, 2");
  });

  test("reads what stands beside a getter that throws", () => {
    const headers = Object.defineProperty({ b: "2" }, "a", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    expect(viewOf(headers).get("b")).toBe("2");
  });

  test("drops a value too long to be a limit's, rather than read a part of it", () => {
    expect(viewOf({ a: "1".repeat(10_000) }).has("a")).toBe(false);
  });

  test("keeps nothing of a prototype, and of a flood only the beginning", () => {
    expect(viewOf(Object.create({ "retry-after": "3" })).size).toBe(0);
    expect(viewOf(Array.from({ length: 5_000 }, (_, index) => [`h${index}`, "1"])).size).toBeLessThanOrEqual(1_000);
  });

  test("of no headers there is one view, and nothing in it", () => {
    expect([viewOf(undefined).size, viewOf(NO_HEADERS).size, viewOf({}).size]).toEqual([0, 0, 0]);
  });

  test("never throws", () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error("get");
        },
        ownKeys() {
          throw new Error("keys");
        },
      },
    );
    expect(viewOf(hostile).size).toBe(0);
    fc.assert(fc.property(fc.anything(), (value) => viewOf(value) instanceof Map));
  });
});
