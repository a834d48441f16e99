import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dialects } from "../../src/dialect/catalog.js";
import { readSignal } from "../../src/dialect/read.js";
import type { ResponseFacts, Signal } from "../../src/signal/signal.js";

const OUTCOMES = ["accepted", "throttled", "overloaded", "exhausted", "saturated", "failed"];

const corpus = readFileSync(new URL("./responses.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map(
    (line) =>
      JSON.parse(line) as {
        provider: string;
        response: { status: number; headers: Record<string, string>; body: unknown };
      },
  );

const names = [...new Set(corpus.flatMap(({ response }) => Object.keys(response.headers)))];
const values = [...new Set(corpus.flatMap(({ response }) => Object.values(response.headers)))];
const bodies = corpus.map(({ response }) => response.body).filter((body) => body !== null);
const providers = [...dialects.map(({ name }) => name), "nobody", "", "__proto__", "constructor"];

const number = fc.oneof(
  fc.constantFrom(
    "-1",
    "0",
    "-0",
    "1e400",
    "9".repeat(400),
    "-9".repeat(40),
    "NaN",
    "Infinity",
    "0x7f",
    "١٢",
    "1,000,000",
    "1_000",
    "+5",
    ".5",
    "5.",
    "1;w=0",
    '"a";r=-1;t=9999999999999',
    "limit=1, reset=99999999999999999",
    "10, 10;w=1e9",
  ),
  fc.double().map(String),
  fc.bigInt().map(String),
);
const value = fc.oneof(fc.constantFrom(...values), number, fc.string(), fc.string({ unit: "grapheme" }));
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string() });
const headers = fc.oneof(
  fc.array(fc.tuple(name, value), { maxLength: 20 }),
  fc.dictionary(name, fc.oneof(value, fc.array(value, { maxLength: 3 }))),
  fc.anything({ withNullPrototype: true, withMap: true, withBigInt: true }),
);
const status = fc.oneof(
  fc.constantFrom(200, 201, 301, 400, 402, 403, 408, 409, 413, 429, 498, 500, 502, 503, 529),
  fc.integer(),
  fc.double(),
);

/** A recorded body with one of its leaves replaced by something odd. */
const bentBody = fc
  .tuple(fc.constantFrom(...bodies), fc.nat(40), fc.oneof(number, fc.double(), fc.anything()))
  .map(([body, at, odd]) => bend(body, at, odd));

function bend(body: unknown, at: number, odd: unknown): unknown {
  let left = at;
  const walk = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part === "object" && part !== null)
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]));
    return left-- === 0 ? odd : part;
  };
  return walk(body);
}

const body = fc.oneof(
  bentBody,
  bentBody.map((value) => safeJson(value)),
  bentBody.map((value) => `event: error\ndata: ${safeJson(value)}\n\n`),
  fc.string().map((prose) => ({ error: { message: `Limit ${prose}, Used ${prose}. Please try again in ${prose}s` } })),
  fc.json(),
  fc.string({ maxLength: 500 }),
  fc.anything({ withDate: true, withTypedArray: true, withBigInt: true, withNullPrototype: true }),
);

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

/** What holds of every signal, whatever the response was. */
function expectSound(signal: Signal): void {
  expect(OUTCOMES).toContain(signal.outcome);
  const numbers: unknown[] = [signal.retryAfterMs];
  const budgets = new Set<string>();
  for (const quota of signal.quotas) {
    expect(typeof quota.dimension === "string" && (quota.scope === undefined || typeof quota.scope === "string")).toBe(
      true,
    );
    const budget = JSON.stringify([quota.dimension, quota.scope]);
    expect(budgets.has(budget), `twice: ${budget}`).toBe(false);
    budgets.add(budget);
    numbers.push(quota.limit, quota.remaining, quota.resetInMs, quota.windowMs);
  }
  for (const one of numbers) {
    expect(one === undefined || (typeof one === "number" && Number.isFinite(one) && one >= 0), String(one)).toBe(true);
  }
  if (signal.outcome === "accepted" || signal.refused?.neverFits === true) expect(signal.retryAfterMs).toBeUndefined();
  if (signal.retryAfterDerived === true) expect(signal.retryAfterMs).toBeDefined();
}

describe("no response, however odd, makes a signal that isn't sound", () => {
  test("headers of all vendors, with values of any of them or of none", () => {
    fc.assert(
      fc.property(
        headers,
        status,
        body,
        fc.constantFrom(...providers, undefined),
        fc.option(fc.double(), { nil: undefined }),
        (bag, code, content, provider, receivedAtMs) => {
          const facts = {
            status: code,
            headers: bag,
            body: content,
            ...(receivedAtMs !== undefined && { receivedAtMs }),
          } as ResponseFacts;
          expectSound(readSignal(facts, provider === undefined ? {} : { provider }));
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test("recorded responses read in another vendor's words", () => {
    fc.assert(
      fc.property(fc.constantFrom(...corpus), fc.constantFrom(...providers), ({ response }, provider) => {
        expectSound(readSignal({ ...response, receivedAtMs: Date.UTC(2026, 0, 1) }, { provider }));
      }),
      { numRuns: 1_000 },
    );
  });

  test("getters and proxies that throw, at every place", () => {
    const boom = (): never => {
      throw new Error("boom");
    };
    const proxy = new Proxy(
      {},
      { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom, getOwnPropertyDescriptor: boom },
    );
    const getter = Object.defineProperty({ message: "fine" }, "error", { enumerable: true, get: boom });
    for (const bad of [proxy, getter, Object.create(getter) as object]) {
      for (const facts of [
        { status: 429, headers: bad, body: bad },
        { status: 429, headers: { "retry-after": "1" }, body: { error: bad } },
        { status: 200, headers: {}, body: { error: bad, extensions: bad } },
        { status: bad, headers: {} },
        bad,
        undefined,
        null,
      ]) {
        for (const provider of providers) expectSound(readSignal(facts as unknown as ResponseFacts, { provider }));
      }
    }
    expectSound(readSignal({ status: 200, headers: {} }, { provider: proxy as never }));
    expect(readSignal({ status: 429, headers: {}, body: { error: proxy } }).outcome).toBe("throttled");
  });

  test("a dialect of one's own whose functions throw or count wrongly", () => {
    const readBody = fc.constantFrom(
      () => {
        throw new Error("own bug");
      },
      () => ({
        quotas: [{ dimension: "points", limit: Number.NaN, remaining: -3, resetInMs: Number.POSITIVE_INFINITY }],
        waitMs: -1,
      }),
    );
    fc.assert(
      fc.property(readBody, status, (own, code) => {
        expectSound(
          readSignal({ status: code, headers: {}, body: { a: 1 } }, { provider: { name: "own", readBody: own } }),
        );
      }),
    );
  });
});
