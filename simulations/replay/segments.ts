import type { TracedTry } from "./trace.js";
import { outcomeOf } from "./trace.js";

/** From an instant on, the limit is this. */
export interface LimitStep {
  readonly atMs: number;
  readonly requestsPerSecond: number;
}

const BINS_MAX = 120;
/** A bin with fewer accepted tries than this says too little. */
const ACCEPTED_PER_BIN = 20;
/** Candidates for a level, evenly spread on a scale of ratios. */
const LEVELS = 64;
/** A controller wanders by so much around a limit that it has found, as a standard deviation. */
const WANDERING = 0.1;
/** What one more step must explain to be believed, in squared standard deviations. */
const STEP_PENALTY = 18;

interface Bin {
  readonly accepted: number;
  readonly perSecond: number;
  readonly isRefused: boolean;
}

/**
 * The limit over time, as far as refusals tell: where tries were refused, what was accepted just there is the limit; where
 * none was, it is no lower than that. Steps are placed by dynamic programming over bins (as in optimal partitioning,
 * Jackson et al., 2005), then at the tries that show them. Undefined where nobody was refused.
 */
export function segmentLimit(tries: readonly TracedTry[], durationMs: number): readonly LimitStep[] | undefined {
  const accepted = instants(tries, "accepted");
  const refused = instants(tries, "throttled");
  if (refused.length === 0 || accepted.length === 0) return undefined;
  const widthMs = Math.max(durationMs / BINS_MAX, (ACCEPTED_PER_BIN * durationMs) / accepted.length);
  const bins = binsOf(accepted, refused, durationMs, widthMs);
  const parts = partition(bins);
  const steps: LimitStep[] = [];
  for (const { from, level } of parts) {
    const before = steps.at(-1);
    if (before === undefined) steps.push({ atMs: 0, requestsPerSecond: level });
    else {
      const near = { fromMs: Math.max(before.atMs, (from - 2) * widthMs), untilMs: (from + 2) * widthMs };
      const place = level < before.requestsPerSecond ? fallAt : riseAt;
      const levels = { before: before.requestsPerSecond, after: level };
      const atMs = Math.max(before.atMs + 1, place({ accepted, refused }, levels, near));
      steps.push({ atMs, requestsPerSecond: level });
    }
  }
  return steps.map((step, index) => {
    const span = { fromMs: step.atMs, untilMs: steps[index + 1]?.atMs ?? durationMs };
    return { ...step, requestsPerSecond: levelBetween(accepted, refused, span) ?? step.requestsPerSecond };
  });
}

/** Stretches with fewer accepted tries are too short to be divided by. */
const STRETCH_MIN = 10;
/** Most stretches use a little less than the limit, and none uses more: so large a part of what was accepted lies below it. */
const UPPER = 0.8;

/**
 * From one refusal to the next a bucket that never ran over has let in just what refilled: the rates of these stretches lie
 * at the limit or, where less was asked, below it. Undefined where there are too few.
 */
function levelBetween(accepted: readonly number[], refused: readonly number[], { fromMs, untilMs }: Near) {
  const stretches: { readonly count: number; readonly perSecond: number }[] = [];
  let sinceMs: number | undefined;
  for (const atMs of refused) {
    if (atMs < fromMs || atMs >= untilMs) continue;
    sinceMs ??= atMs;
    const count = countWithin(accepted, sinceMs, atMs);
    if (count < STRETCH_MIN) continue;
    stretches.push({ count, perSecond: (count * 1_000) / (atMs - sinceMs) });
    sinceMs = atMs;
  }
  stretches.sort((one, other) => one.perSecond - other.perSecond);
  let left = UPPER * stretches.reduce((sum, { count }) => sum + count, 0);
  return stretches.find(({ count }) => {
    left -= count;
    return left <= 0;
  })?.perSecond;
}

function instants(tries: readonly TracedTry[], outcome: "accepted" | "throttled"): readonly number[] {
  return tries.filter((each) => outcomeOf(each) === outcome).map(({ sent }) => sent.atMs);
}

function binsOf(
  accepted: readonly number[],
  refused: readonly number[],
  durationMs: number,
  widthMs: number,
): readonly Bin[] {
  const count = Math.max(1, Math.ceil(durationMs / widthMs));
  const counts = new Array<number>(count).fill(0);
  const isRefused = new Array<boolean>(count).fill(false);
  const binOf = (atMs: number): number => Math.min(count - 1, Math.floor(atMs / widthMs));
  for (const atMs of accepted) counts[binOf(atMs)] = (counts[binOf(atMs)] ?? 0) + 1;
  for (const atMs of refused) isRefused[binOf(atMs)] = true;
  return counts.map((many, bin) => {
    const lengthMs = Math.min(widthMs, durationMs - bin * widthMs);
    return { accepted: many, perSecond: (many * 1_000) / lengthMs, isRefused: isRefused[bin] ?? false };
  });
}

interface Part {
  /** The first of its bins. */
  readonly from: number;
  readonly level: number;
}

function partition(bins: readonly Bin[]): readonly Part[] {
  const levels = levelsFor(bins);
  // Sums of what each level would cost, up to each bin: any stretch then costs two look-ups.
  const sums = levels.map((level) => {
    const upTo = new Float64Array(bins.length + 1);
    for (const [index, bin] of bins.entries()) upTo[index + 1] = (upTo[index] ?? 0) + misfit(bin, level);
    return upTo;
  });
  const best = new Float64Array(bins.length + 1).fill(Number.POSITIVE_INFINITY);
  const cameFrom: Part[] = [];
  best[0] = -STEP_PENALTY;
  for (let until = 1; until <= bins.length; until++) {
    for (let from = 0; from < until; from++) {
      for (const [index, upTo] of sums.entries()) {
        const cost = (best[from] ?? 0) + STEP_PENALTY + (upTo[until] ?? 0) - (upTo[from] ?? 0);
        if (cost >= (best[until] ?? 0)) continue;
        best[until] = cost;
        cameFrom[until] = { from, level: levels[index] ?? 0 };
      }
    }
  }
  const parts: Part[] = [];
  for (let until = bins.length; until > 0; ) {
    const part = cameFrom[until];
    if (part === undefined) throw new Error("BUG: a partition with a hole");
    parts.unshift(part);
    until = part.from;
  }
  return parts;
}

function levelsFor(bins: readonly Bin[]): readonly number[] {
  const rates = bins.map(({ perSecond }) => perSecond).filter((rate) => rate > 0);
  const least = Math.log(Math.min(...rates));
  const step = (Math.log(Math.max(...rates)) - least) / (LEVELS - 1);
  return Array.from({ length: LEVELS }, (_, index) => Math.exp(least + index * step));
}

/** How ill a level fits a bin: what was accepted beyond it always counts, what was left of it only where tries were refused. */
function misfit({ accepted, perSecond, isRefused }: Bin, level: number): number {
  if (accepted === 0) return 0;
  const ratio = Math.log(perSecond / level);
  if (ratio < 0 && !isRefused) return 0;
  return (ratio * ratio) / (1 / accepted + WANDERING * WANDERING);
}

interface Evidence {
  readonly accepted: readonly number[];
  readonly refused: readonly number[];
}
interface Levels {
  readonly before: number;
  readonly after: number;
}
interface Near {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A limit that fell shows at the first refusal after which no more is accepted than it lets through. */
function fallAt({ accepted, refused }: Evidence, { before, after }: Levels, { fromMs, untilMs }: Near): number {
  const spanMs = Math.max(2_000, 10_000 / after);
  const most = Math.sqrt(before * after);
  const found = refused.find(
    (atMs) => atMs >= fromMs && atMs < untilMs && (countWithin(accepted, atMs, atMs + spanMs) * 1_000) / spanMs < most,
  );
  return found ?? (fromMs + untilMs) / 2;
}

/**
 * One that rose did so after the last refusal that the old one explains, and before more was accepted than that would have
 * let through: it is taken to have risen half-way between.
 */
function riseAt({ accepted, refused }: Evidence, { before }: Levels, { fromMs, untilMs }: Near): number {
  const shownMs = beyondAt(accepted, before, fromMs, untilMs) ?? untilMs;
  const lastMs = refused.findLast((atMs) => atMs < shownMs) ?? fromMs;
  return (Math.max(lastMs, fromMs) + shownMs) / 2;
}

/** When more was accepted over some seconds than a limit lets through, and a fifth more. */
function beyondAt(accepted: readonly number[], limit: number, fromMs: number, untilMs: number): number | undefined {
  const spanMs = Math.max(2_000, 10_000 / limit);
  return accepted.find(
    (atMs) =>
      atMs >= fromMs && atMs < untilMs && countWithin(accepted, atMs - spanMs, atMs) * 1_000 > 1.2 * limit * spanMs,
  );
}

function countWithin(sorted: readonly number[], afterMs: number, untilMs: number): number {
  return firstAfter(sorted, untilMs) - firstAfter(sorted, afterMs);
}

function firstAfter(sorted: readonly number[], atMs: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
