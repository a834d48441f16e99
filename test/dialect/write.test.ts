import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dialectOf, dialects } from "../../src/dialect/catalog.js";
import type { Dialect, QuotaRow } from "../../src/dialect/dialect.js";
import { fieldsOf } from "../../src/dialect/quotas.js";
import { readSignal } from "../../src/dialect/read.js";
import { writeHeaders, writeRefusal } from "../../src/dialect/write.js";
import type { Outcome, Quota } from "../../src/signal/signal.js";

const DATE_MS = Date.UTC(2026, 7, 4, 14, 29, 44);

/** The finest time that a row's reset can say, in milliseconds. */
const GRID_MS = { "float-seconds": 1, milliseconds: 1, duration: 1, "epoch-milliseconds": 1 } as Readonly<
  Record<string, number>
>;

const count = fc.integer({ min: 1, max: 100_000_000 });

function wholeReset(row: QuotaRow, gridMs = GRID_MS[row.resetAs ?? "seconds"] ?? 1_000): fc.Arbitrary<number> {
  // Within three days: a bare number of milliseconds mustn't look like an epoch.
  return fc.integer({ min: 0, max: Math.floor(259_200_000 / gridMs) }).map((steps) => steps * gridMs);
}

/** A quota that a row has words for, and nothing else in it. */
function quotaOfRow(row: QuotaRow): fc.Arbitrary<Quota> {
  if (row.usedShare !== undefined) return shareOfRow(row);
  const hasRemaining = row.remaining !== undefined || row.usedOfLimit !== undefined;
  const hasLimit = row.limit !== undefined || row.usedOfLimit !== undefined || row.used !== undefined;
  const hasReset = (typeof row.reset === "string" || (row.reset?.length ?? 0) > 0) && row.isResetUnitUnknown !== true;
  const windowMs = row.windowMs ?? row.windowDocumentedMs;
  return fc
    .tuple(count, fc.double({ min: 0, max: 1, noNaN: true }), wholeReset(row))
    .map(([limit, share, resetInMs]) => ({
      dimension: row.dimension,
      ...(row.scope !== undefined && { scope: row.scope }),
      ...(hasLimit && { limit }),
      ...(hasRemaining && { remaining: Math.floor(limit * share) }),
      ...(hasReset && { resetInMs }),
      ...(windowMs !== undefined && { windowMs }),
    }));
}

/** The share that is left of a limit that nobody tells, in steps that a float can say. */
function shareOfRow(row: QuotaRow): fc.Arbitrary<Quota> {
  const { dimension, scope, windowMs } = row;
  return fc.tuple(fc.integer({ min: 0, max: 64 }), wholeReset(row)).map(([left, resetInMs]) => ({
    dimension,
    ...(scope !== undefined && { scope }),
    limit: 1,
    remaining: left / 64,
    resetInMs,
    ...(windowMs !== undefined && { windowMs }),
  }));
}

/** Quotas of as many of a dialect's rows as can stand side by side. */
function quotasOf(dialect: Dialect): fc.Arbitrary<readonly Quota[]> {
  const rows = (dialect.quotas ?? []).filter(
    (row) =>
      row.isMirror !== true &&
      row.beside === undefined &&
      row.resetShared === undefined &&
      row.isNamedByRefusal !== true,
  );
  const seen = new Set<string>();
  const distinct = rows.filter((row) => {
    const names = [row.limit, row.remaining, row.reset].flat().filter((name) => name !== undefined);
    const id = `${row.dimension}/${row.scope ?? ""}`;
    if (
      names.some((name) => seen.has(name)) ||
      (row.scopeUnlessNarrowest !== undefined && seen.has(`${row.dimension}!`)) ||
      seen.has(id)
    )
      return false;
    for (const name of [...names, id, `${row.dimension}!`]) seen.add(name);
    return true;
  });
  return fc.tuple(...distinct.map(quotaOfRow)).chain((quotas) => fc.subarray(quotas));
}

/** A quota as a server of structured fields states it. */
const quotaOfFields: fc.Arbitrary<Quota> = fc
  .record({
    limit: count,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    resetSeconds: fc.integer({ min: 0, max: 259_200 }),
    windowSeconds: fc.integer({ min: 1, max: 86_400 }),
  })
  .map(({ limit, share, resetSeconds, windowSeconds }) => ({
    dimension: "requests",
    limit,
    remaining: Math.floor(limit * share),
    resetInMs: resetSeconds * 1_000,
    windowMs: windowSeconds * 1_000,
  }));

const byDimension = (quotas: readonly Quota[]): readonly Quota[] =>
  [...quotas].sort((one, other) =>
    `${one.dimension}/${one.scope ?? ""}`.localeCompare(`${other.dimension}/${other.scope ?? ""}`),
  );

/** Windows that are inferred or documented aren't written: they are compared where the quota said one. */
function said(found: readonly Quota[], written: readonly Quota[]): readonly Quota[] {
  return found.map((quota) => {
    const wanted = written.find((one) => one.dimension === quota.dimension && one.scope === quota.scope);
    if (wanted?.windowMs !== undefined)
      return { ...quota, ...(quota.windowInferred === true && { windowInferred: undefined }) };
    const { windowMs: _window, windowInferred: _inferred, ...rest } = quota;
    return rest;
  });
}

function readBack(dialect: Dialect, quotas: readonly Quota[]): readonly Quota[] {
  const headers = writeHeaders(dialect, { quotas, dateMs: DATE_MS, isRefusal: true });
  return readSignal({ status: 200, headers }, { provider: dialect }).quotas;
}

describe("reading inverts writing", () => {
  const withRows = dialects.filter((dialect) => dialect.states !== "never" && (dialect.quotas?.length ?? 0) > 0);
  test.for(withRows.map((dialect) => [dialect.name, dialect] as const))("%s", ([, dialect]) => {
    fc.assert(
      fc.property(quotasOf(dialect), (quotas) => {
        expect(byDimension(said(readBack(dialect, quotas), quotas))).toEqual(byDimension(quotas));
      }),
      { numRuns: 200 },
    );
  });

  const withFields = dialects.filter(
    (dialect) =>
      dialect.name !== "generic" && fieldsOf(dialect).some((names) => (names.policy ?? names.limit) !== undefined),
  );
  test.for(withFields.map((dialect) => [dialect.name, dialect] as const))("%s, in structured fields", ([, dialect]) => {
    const plain = { ...dialect, quotas: [] };
    fc.assert(
      fc.property(quotaOfFields, (quota) => {
        expect(readBack(plain, [quota])).toEqual(
          [quota].map((one) => {
            const names = fieldsOf(dialect)[0];
            return names?.draft === 3 || names?.policy !== undefined ? one : { ...one, windowMs: undefined };
          }),
        );
      }),
    );
  });

  test("several named policies, as the drafts have them now", () => {
    const dialect = dialectOf("ietf");
    const quotas: readonly Quota[] = [
      { dimension: "requests", limit: 1_000, remaining: 400, resetInMs: 60_000, windowMs: 3_600_000 },
      {
        dimension: "requests",
        scope: "day",
        limit: 5_000,
        remaining: 4_000,
        resetInMs: 36_000_000,
        windowMs: 86_400_000,
      },
      { dimension: "contentBytes", scope: "bytes", limit: 9, remaining: 3, resetInMs: 0, windowMs: 1_000 },
    ];
    expect(readBack(dialect, quotas)).toEqual(quotas);
  });

  test("Azure's resets, in seconds, where the numbers show that they are", () => {
    const quota: Quota = { dimension: "requests", limit: 60, remaining: 20, resetInMs: 40_000, windowMs: 60_000 };
    expect(readBack(dialectOf("azure"), [quota])).toEqual([quota]);
  });

  test("the windows of one dimension side by side, the narrowest without a scope", () => {
    const quotas: readonly Quota[] = [
      { dimension: "requests", limit: 5, remaining: 4, windowMs: 60_000, resetInMs: 12_000 },
      { dimension: "requests", scope: "day", limit: 900, remaining: 800, windowMs: 86_400_000, resetInMs: 3_000_000 },
    ];
    expect(readBack(dialectOf("cerebras"), quotas)).toEqual(quotas);
  });
});

describe("Together's eras", () => {
  const quotas: readonly Quota[] = [
    { dimension: "requests", limit: 10, remaining: 19, resetInMs: 2_000, windowMs: 1_000 },
    { dimension: "tokens", limit: 3_000, remaining: 2_910, windowMs: 1_000 },
  ];

  test("2025 states its limits on each response, and a wait that means nothing", () => {
    const headers = writeHeaders(dialectOf("together-2025"), { quotas });
    expect(headers).toEqual({
      "x-ratelimit": "false",
      "retry-after": "2",
      "x-ratelimit-limit": "10",
      "x-ratelimit-remaining": "19",
      "x-ratelimit-reset": "2",
      "x-ratelimit-limit-tokens": "3000",
      "x-ratelimit-remaining-tokens": "2910",
    });
    for (const provider of ["together-2025", "together"]) {
      expect(readSignal({ status: 200, headers }, { provider })).toEqual({ outcome: "accepted", quotas });
    }
  });

  test("January 2026 states dynamic limits beside static ones", () => {
    const both: readonly Quota[] = [
      { dimension: "requests", limit: 1, remaining: 1, resetInMs: 1_000, windowMs: 1_000 },
      { dimension: "tokens", limit: 3_000, remaining: 2_990, windowMs: 1_000 },
      { dimension: "requests", scope: "dynamic", limit: 2, remaining: 2, resetInMs: 1_000, windowMs: 1_000 },
      { dimension: "tokens", scope: "dynamic", limit: 6_000, remaining: 5_990, windowMs: 1_000 },
    ];
    const headers = writeHeaders(dialectOf("together-january-2026"), { quotas: both });
    for (const provider of ["together-january-2026", "together"]) {
      expect(readSignal({ status: 200, headers }, { provider }).quotas).toEqual(both);
    }
  });

  test("now a success states nothing, and a refusal its wait", () => {
    const now = dialectOf("together");
    expect(writeHeaders(now, { quotas })).toEqual({});
    const headers = writeHeaders(now, { quotas, retryAfterMs: 2_400 });
    expect(headers).toEqual({ "x-ratelimit-reset": "3" });
    for (const dimension of ["requests", "tokens"]) {
      const refusal = writeRefusal(now, { outcome: "throttled", dimension });
      expect(readSignal({ ...refusal, headers }, { provider: now })).toEqual({
        outcome: "throttled",
        retryAfterMs: 3_000,
        refused: { dimension },
        quotas: [{ dimension, resetInMs: 3_000 }],
      });
    }
  });
});

describe("a refusal is read as what it was written for", () => {
  const outcomes = [
    "throttled",
    "overloaded",
    "exhausted",
    "saturated",
    "failed",
  ] as const satisfies readonly Outcome[];
  test.for(dialects.map((dialect) => [dialect.name, dialect] as const))("%s", ([name, dialect]) => {
    for (const outcome of outcomes) {
      const { status, body } = writeRefusal(dialect, { outcome, message: "Not now.", retryAfterMs: 4_000 });
      for (const form of [body, JSON.stringify(body)]) {
        const signal = readSignal({ status, headers: {}, body: form }, { provider: dialect });
        // DeepSeek knows one kind of 429, and so does nginx.
        const wanted = name === "deepseek" && outcome === "throttled" ? "saturated" : outcome;
        expect(signal.outcome, `${name} ${outcome}`).toBe(wanted);
      }
    }
  });

  test("by the dimension that ran out", () => {
    for (const provider of ["openai", "groq", "together", "cerebras", "generic"]) {
      const refusal = writeRefusal(dialectOf(provider), { outcome: "throttled", dimension: "tokens" });
      expect(readSignal({ ...refusal, headers: {} }, { provider }).refused).toEqual({ dimension: "tokens" });
    }
  });

  test("the wait in a body that states it", () => {
    const google = dialectOf("google");
    const refusal = writeRefusal(google, { outcome: "throttled", retryAfterMs: 34_400 });
    expect(readSignal({ ...refusal, headers: {} }, { provider: google }).retryAfterMs).toBe(34_400);
  });
});

test("a wait is written where the dialect's clients look for it", () => {
  expect(writeHeaders(dialectOf("openai"), { retryAfterMs: 1_500 })).toEqual({ "retry-after": "2" });
  expect(writeHeaders(dialectOf("together-2025"), { retryAfterMs: 5_000 })["retry-after"]).toBe("5");
});
