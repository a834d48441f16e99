import { mean } from "../measure/mean.js";
import type { LengthSpec, TokenSpec } from "../world/tokens.js";
import type { WorkloadSpec } from "../world/workload.js";
import type { TracedTry } from "./trace.js";

/** So many requests under way or waiting, and hardly one that didn't wait: there was always more to do. */
const WAITED_SHARE = 0.8;
/** Stretches of one rate, at most. */
const STRETCHES_MAX = 60;
/** In so many equal parts arrivals are counted, before neighbours that are alike are put together. */
const PARTS = 120;
/** Neighbours whose rates differ by fewer standard deviations are alike. */
const ALIKE = 3;
/** As many at one moment are a burst. */
const CLUMP_MS = 50;
const CLUMP_MIN = 20;
const CLUMPS_MAX = 20;

/** What was asked for, as far as sends tell: those that never had a try are unknown. */
export function workloadOf(
  tries: readonly TracedTry[],
  model: string,
  durationMs: number,
): { readonly parts: readonly WorkloadSpec[]; readonly isSaturated: boolean } {
  const first = tries.filter(({ sent }) => sent.attempt === 1);
  const requests = tokensOf(tries);
  const traits = { model, ...(requests !== undefined && { requests: { tokens: requests } }) };
  const arrivals = first.map(({ sent }) => Math.max(0, sent.atMs - sent.waitMs)).sort((a, b) => a - b);
  const waited = first.filter(({ sent }) => sent.waitMs > 1).length / first.length;
  const usual = standingAt(tries, arrivals, durationMs);
  if (waited >= WAITED_SHARE && usual.least >= 2) {
    return { parts: [{ kind: "saturated", waiting: Math.min(100_000, usual.median), ...traits }], isSaturated: true };
  }
  const { clumps, others } = clumpsOf(arrivals);
  const steps = stepsOf(others, durationMs);
  return {
    isSaturated: false,
    parts: [
      ...clumps.map(
        ({ atMs, size }): WorkloadSpec => ({
          ...{ kind: "bursts", size, count: size, everyMs: Math.ceil(durationMs), firstAtMs: Math.round(atMs) },
          ...traits,
        }),
      ),
      ...(steps.length > 0 ? [{ kind: "steps", steps, ...traits } as const] : []),
    ],
  };
}

/** How many requests waited or were under way, at instants of the middle part of the run. */
function standingAt(tries: readonly TracedTry[], arrivals: readonly number[], durationMs: number) {
  const ends = tries
    .filter(({ ending }) => ending !== undefined)
    .map(({ endedAtMs }) => endedAtMs)
    .sort((a, b) => a - b);
  const found: number[] = [];
  let come = 0;
  let gone = 0;
  for (let share = 0.05; share < 0.8; share += 0.01) {
    const atMs = share * durationMs;
    while (come < arrivals.length && (arrivals[come] ?? 0) <= atMs) come++;
    while (gone < ends.length && (ends[gone] ?? 0) <= atMs) gone++;
    found.push(come - gone);
  }
  found.sort((a, b) => a - b);
  return { least: found[0] ?? 0, median: found[found.length >> 1] ?? 0 };
}

interface Clump {
  readonly atMs: number;
  readonly size: number;
}

function clumpsOf(arrivals: readonly number[]): {
  readonly clumps: readonly Clump[];
  readonly others: readonly number[];
} {
  const usual = (arrivals.length * CLUMP_MS) / Math.max(CLUMP_MS, (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0));
  const least = Math.max(CLUMP_MIN, 10 * usual);
  const clumps: Clump[] = [];
  const others: number[] = [];
  for (let from = 0; from < arrivals.length; ) {
    const atMs = arrivals[from] ?? 0;
    let until = from;
    while (until < arrivals.length && (arrivals[until] ?? 0) < atMs + CLUMP_MS) until++;
    if (until - from >= least && clumps.length < CLUMPS_MAX) {
      clumps.push({ atMs, size: until - from });
      from = until;
    } else {
      others.push(atMs);
      from++;
    }
  }
  return { clumps, others };
}

interface Stretch {
  readonly atMs: number;
  readonly count: number;
  readonly lengthMs: number;
}

/** Rates of arrival: equal parts, of which neighbours are put together while they are alike. */
function stepsOf(arrivals: readonly number[], durationMs: number) {
  if (arrivals.length === 0) return [];
  const lengthMs = durationMs / Math.min(PARTS, Math.max(1, Math.ceil(arrivals.length / 10)));
  const stretches: Stretch[] = [];
  for (let atMs = 0; atMs < durationMs; atMs += lengthMs) {
    const count = arrivals.filter((each) => each >= atMs && each < atMs + lengthMs).length;
    stretches.push({ atMs, count, lengthMs: Math.min(lengthMs, durationMs - atMs) });
  }
  for (let limit = ALIKE; ; limit *= 1.5) {
    const merged = merge(stretches, limit);
    if (merged.length > STRETCHES_MAX) continue;
    return merged.map(({ atMs, count, lengthMs }) => ({
      atMs: Math.round(atMs),
      requestsPerSecond: Number(((count * 1_000) / lengthMs).toPrecision(4)),
    }));
  }
}

function merge(stretches: readonly Stretch[], limit: number): readonly Stretch[] {
  const merged: Stretch[] = [];
  for (const each of stretches) {
    const before = merged.at(-1);
    if (before !== undefined && distance(before, each) < limit) {
      const count = before.count + each.count;
      merged[merged.length - 1] = { atMs: before.atMs, count, lengthMs: before.lengthMs + each.lengthMs };
    } else merged.push(each);
  }
  return merged;
}

/** Between two Poisson rates, in standard deviations. */
function distance(one: Stretch, other: Stretch): number {
  const expected = (one.count * other.lengthMs) / one.lengthMs;
  const variance = expected * (1 + other.lengthMs / one.lengthMs) + 1;
  return Math.abs(other.count - expected) / Math.sqrt(variance);
}

/** What requests cost in tokens, where they said so. */
function tokensOf(tries: readonly TracedTry[]): TokenSpec | undefined {
  const charged: number[] = [];
  const produced: number[] = [];
  let said = 0;
  let real = 0;
  for (const { sent, actual } of tries) {
    const { tokens, inputTokens, outputTokens } = sent.cost;
    const all = tokens ?? (inputTokens ?? 0) + (outputTokens ?? 0);
    if (all <= 0) continue;
    charged.push(inputTokens ?? all);
    const spent = actual?.["tokens"] ?? (actual?.["inputTokens"] ?? 0) + (actual?.["outputTokens"] ?? 0);
    if (spent > 0 && inputTokens !== undefined) {
      produced.push(Math.max(0, spent - inputTokens));
      said += all - inputTokens;
      real += Math.max(0, spent - inputTokens);
    }
  }
  if (charged.length === 0) return undefined;
  const estimate = real > 0 ? Math.min(10, Number((said / real).toPrecision(3))) : 1;
  return { input: lengthOf(charged), output: lengthOf(produced), estimate };
}

/** A log-normal with the median and the mean of what was seen. */
function lengthOf(values: readonly number[]): LengthSpec {
  const median = Math.round([...values].sort((a, b) => a - b)[values.length >> 1] ?? 0);
  const middle = mean(values);
  if (!(median > 0) || !(middle > median * 1.001)) return median;
  return { median, sigma: Number(Math.min(3, Math.sqrt(2 * Math.log(middle / median))).toPrecision(3)) };
}
