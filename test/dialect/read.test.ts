import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readSignal } from "../../src/dialect/read.js";
import type { Outcome, Quota, ResponseFacts } from "../../src/signal/signal.js";

interface Row {
  readonly id: string;
  readonly provider: string;
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
    readonly receivedAt: string | null;
  };
  readonly expect: {
    readonly outcome: Outcome;
    readonly retryAfterMs: number | null;
    readonly quotas: readonly ExpectedQuota[];
  };
}

type ExpectedQuota = Quota & { readonly limitMayBe?: readonly (number | null)[] };

const rows = readFileSync(new URL("./responses.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

/** The readings of one dimension that could be the expected quota: an unscoped one, or the one of its scope. */
function found(quotas: readonly Quota[], wanted: ExpectedQuota): Quota | undefined {
  return quotas.find((quota) => quota.dimension === wanted.dimension && quota.scope === wanted.scope);
}

function expectQuota(quota: Quota | undefined, wanted: ExpectedQuota): void {
  expect(quota, JSON.stringify(wanted)).toBeDefined();
  if (wanted.limit !== undefined) expect(quota?.limit).toBe(wanted.limit);
  if (wanted.limitMayBe !== undefined) expect(wanted.limitMayBe).toContain(quota?.limit ?? null);
  if (wanted.remaining !== undefined) expect(quota?.remaining).toBe(wanted.remaining);
  if (wanted.resetInMs !== undefined) {
    expect(Math.abs((quota?.resetInMs ?? Number.NaN) - wanted.resetInMs)).toBeLessThanOrEqual(1_500);
  }
  if (wanted.windowMs !== undefined) {
    expect(Math.abs((quota?.windowMs ?? Number.NaN) - wanted.windowMs)).toBeLessThanOrEqual(wanted.windowMs * 0.02);
  }
  if (wanted.windowInferred !== undefined) expect(quota?.windowInferred).toBe(wanted.windowInferred);
}

describe("reads each recorded response as a careful client would", () => {
  test.for(rows)("$provider: $id", ({ provider, response, expect: wanted }) => {
    const facts: ResponseFacts = {
      status: response.status,
      headers: response.headers,
      ...(response.body !== null && { body: response.body }),
      ...(response.receivedAt !== null && { receivedAtMs: Date.parse(response.receivedAt) }),
    };
    const signal = readSignal(facts, { provider });
    expect(signal.outcome).toBe(wanted.outcome);
    if (wanted.retryAfterMs === null) expect(signal.retryAfterMs).toBeUndefined();
    else expect(Math.abs((signal.retryAfterMs ?? Number.NaN) - wanted.retryAfterMs)).toBeLessThanOrEqual(1_000);
    for (const quota of wanted.quotas) expectQuota(found(signal.quotas, quota), quota);
    for (const quota of signal.quotas) {
      for (const value of Object.values(quota)) {
        if (typeof value === "number") expect(Number.isFinite(value) && value >= 0).toBe(true);
      }
    }
  });
});

/** Responses whose words mean so at their own provider alone. */
const OWN_WORDS = ["deepseek-429-doc", "gemini-429-no-details", "xai-429-zero-rpm"];

test("tells the outcome of nearly all without being told whose they are", () => {
  const wrong = rows.filter(({ response, expect: wanted }) => {
    const { status, headers, body } = response;
    const receivedAtMs = Date.parse(response.receivedAt ?? "2026-01-01T00:00:00Z");
    return readSignal({ status, headers, body: body ?? undefined, receivedAtMs }).outcome !== wanted.outcome;
  });
  expect(wrong.map(({ id }) => id).sort()).toEqual(OWN_WORDS);
});
