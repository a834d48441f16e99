import { createLimit, type LimitSpec } from "../server/spec.js";
import type { LimitStep } from "./segments.js";
import { outcomeOf, type TracedTry } from "./trace.js";

/** A kind of limit that would have decided as the server did. */
export interface FittedLimit {
  readonly limit: LimitSpec;
  readonly steps: readonly LimitStep[];
  /** Part of the tries of which it would have decided otherwise. */
  readonly misjudged: number;
}

/** What is known of it beforehand. */
export interface Known {
  /** Whether headers told the numbers: then they stand. */
  readonly isTold: boolean;
  readonly windowMs?: number;
  readonly resetAtMs?: number | undefined;
}

/** So many tries tell kinds apart. */
const TRIES_MAX = 12_000;
/** Clients stay a little below a limit that they had to find: it may be higher by so much. */
const FACTORS = [1.01, 0.99, 1.02, 0.98, 1.035, 0.965, 1.05, 1.08, 1.12];
const PHASES = 8;
/** Kinds that are looked at more closely. */
const SHAPES_MAX = 3;
/** A stranger kind must explain so much more, as a part of the misjudged. */
const BETTER = 0.9;

/** Tries kinds and depths on the recorded tries with the very limits that scenarios use, and takes the one that errs least. */
export function fitLimit(tries: readonly TracedTry[], steps: readonly LimitStep[], known: Known): FittedLimit {
  const decided = tries
    .map((each) => ({ atMs: each.sent.atMs, outcome: outcomeOf(each) }))
    .filter(({ outcome }) => outcome === "accepted" || outcome === "throttled")
    .slice(0, TRIES_MAX);
  const judge = (shape: Shape, factor: number): Candidate => {
    const moved = scaled(steps, factor);
    const limit: LimitSpec = { ...shape, requestsPerSecond: moved[0]?.requestsPerSecond ?? 1 };
    return { shape, limit, factor, wrong: misjudgedBy(limit, moved, decided) };
  };
  // What a kind makes of the limit as it stands tells which of them are worth a closer look.
  const first = shapesFor(known).map((shape) => judge(shape, 1));
  const chosen = [...first].sort((one, other) => one.wrong - other.wrong).slice(0, SHAPES_MAX);
  let best: Candidate | undefined;
  for (const each of first.filter((candidate) => chosen.includes(candidate))) {
    const factors = known.isTold ? [] : FACTORS;
    const own = factors.map((factor) => judge(each.shape, factor)).reduce(better, each);
    if (best === undefined || own.wrong < best.wrong * BETTER) best = own;
  }
  if (best === undefined) throw new Error("BUG: there are always kinds to choose from");
  const { limit, factor, wrong } = best;
  return { limit, steps: scaled(steps, factor), misjudged: decided.length === 0 ? 0 : wrong / decided.length };
}

interface Candidate {
  readonly shape: Shape;
  readonly limit: LimitSpec;
  readonly factor: number;
  readonly wrong: number;
}

function better(one: Candidate, other: Candidate): Candidate {
  return other.wrong < one.wrong ? other : one;
}

function scaled(steps: readonly LimitStep[], factor: number): readonly LimitStep[] {
  return steps.map((step) => ({ ...step, requestsPerSecond: step.requestsPerSecond * factor }));
}

type Shape = Extract<LimitSpec, { readonly kind: "policer" | "window" | "sliding" }>;

/** The usual ones first. */
function shapesFor({ windowMs, resetAtMs }: Known): readonly Shape[] {
  const told = windowMs === undefined ? {} : { windowMs };
  const depths = [1_000, 2_000, 5_000, 10_000, 250, 30_000, 60_000];
  const windows = windowMs === undefined ? [1_000, 10_000, 60_000] : [windowMs];
  return [
    ...depths.map((depthMs): Shape => ({ kind: "policer", depthMs, ...told })),
    ...windows.map((windowMs): Shape => ({ kind: "sliding", windowMs })),
    ...windows.flatMap((windowMs) =>
      phasesOf(windowMs, resetAtMs).map((phaseMs): Shape => ({ kind: "window", windowMs, phaseMs })),
    ),
  ];
}

function phasesOf(windowMs: number, resetAtMs: number | undefined): readonly number[] {
  if (resetAtMs !== undefined) return [Math.round(resetAtMs % windowMs)];
  return Array.from({ length: PHASES }, (_, index) => (index * windowMs) / PHASES);
}

interface Decided {
  readonly atMs: number;
  readonly outcome: string | undefined;
}

function misjudgedBy(spec: LimitSpec, steps: readonly LimitStep[], tries: readonly Decided[]): number {
  const limit = createLimit(spec);
  let next = 1;
  const tally = new Misjudged();
  for (const { atMs, outcome } of tries) {
    for (let step = steps[next]; step !== undefined && step.atMs <= atMs; step = steps[++next]) {
      limit.change(step.atMs, { requestsPerSecond: step.requestsPerSecond });
    }
    const isAccepted = limit.admit(atMs, ONE).outcome === "accepted";
    tally.add(isAccepted === (outcome === "accepted") ? 0 : isAccepted ? 1 : -1);
  }
  return tally.wrong;
}

/** A refusal that comes a few tries sooner or later than it did is the right one, nearly. */
const NEAR_TRIES = 20;
const NEARLY = 0.5;

class Misjudged {
  wrong = 0;
  #index = 0;
  #open: { readonly sign: number; readonly index: number }[] = [];

  add(sign: number): void {
    this.#index += 1;
    if (sign === 0) return;
    this.#open = this.#open.filter(({ index }) => index >= this.#index - NEAR_TRIES);
    const opposite = this.#open.findIndex((each) => each.sign === -sign);
    if (opposite < 0) {
      this.#open.push({ sign, index: this.#index });
      this.wrong += 1;
    } else {
      this.#open.splice(opposite, 1);
      this.wrong += NEARLY - 1;
    }
  }
}

const ONE = { key: "one", cost: {} } as const;
