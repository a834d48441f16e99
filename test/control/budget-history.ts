import fc from "fast-check";
import {
  type BudgetSpec,
  type BudgetState,
  createBudget,
  onResponse,
  onSend,
  type Stamp,
} from "../../src/control/budget.js";
import type { Decision, Verdict } from "../../src/control/controller.js";
import type { Quota } from "../../src/signal/signal.js";
import { balanced } from "./loop.js";

/** Random histories of one budget: sends, and their responses in any order. */

export type Act =
  | {
      readonly act: "send";
      readonly gapMs: number;
      readonly inFlight: number;
      readonly isBurst: boolean;
      readonly isBottleneck: boolean;
    }
  | {
      readonly act: "respond";
      readonly gapMs: number;
      /** Which of the tries in flight. */
      readonly which: number;
      readonly verdict: Verdict;
      readonly dice: number;
      readonly waitMs: number | undefined;
      readonly quota: Quota | undefined;
    };

/** One step, with what was before and after it. */
export interface Played {
  readonly before: BudgetState;
  readonly after: BudgetState;
  readonly nowMs: number;
  readonly act: Act;
  readonly stamp: Stamp;
  readonly decision?: Decision;
}

const gap = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3_000, noNaN: true }));
const part = fc.double({ min: 0, max: 0.999, noNaN: true });

const send = fc.record({
  act: fc.constant("send" as const),
  gapMs: gap,
  inFlight: fc.nat({ max: 60 }),
  isBurst: fc.boolean(),
  isBottleneck: fc.boolean(),
});

const odd = fc.oneof(fc.nat({ max: 700 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300, 0, 5e-324));
/** Quotas as a reader would never let them through, too. */
export const anyQuota: fc.Arbitrary<Quota> = fc.record(
  {
    dimension: fc.constant("requests"),
    limit: odd,
    remaining: odd,
    resetInMs: odd,
    windowMs: fc.constantFrom(1_000, 60_000, Number.NaN, 0),
    windowInferred: fc.boolean(),
  },
  { requiredKeys: ["dimension"] },
);

const respond = (verdict: fc.Arbitrary<Verdict>, quota: fc.Arbitrary<Quota | undefined>) =>
  fc.record({
    act: fc.constant("respond" as const),
    gapMs: gap,
    which: fc.nat({ max: 30 }),
    verdict,
    dice: part,
    waitMs: fc.option(fc.constantFrom(0, 500, 20_000, 86_400_000, 1e15), { nil: undefined, freq: 10 }),
    quota,
  });

export const anyVerdict = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Verdict>("accepted") },
  { weight: 3, arbitrary: fc.constant<Verdict>("refused") },
  { weight: 2, arbitrary: fc.constant<Verdict>("soft") },
  { weight: 1, arbitrary: fc.constantFrom<Verdict>("saturated", "void", "lost") },
);

/** Without headers. */
export const history = (verdict = anyVerdict, maxLength = 150) =>
  fc.array(fc.oneof(send, respond(verdict, fc.constant(undefined))), { maxLength });

/** With headers, sane or not. */
export const toldHistory = fc.array(fc.oneof(send, respond(anyVerdict, fc.option(anyQuota, { nil: undefined }))), {
  maxLength: 150,
});

interface Told {
  readonly limit: number;
  readonly share: number;
}

/** A send, and its answer at once. */
const exchange = (told: Told | null, verdict: Verdict) =>
  fc.integer({ min: 0, max: 2_500 }).map((gapMs): readonly Act[] => [
    { act: "send", gapMs, inFlight: 0, isBurst: false, isBottleneck: true },
    {
      act: "respond",
      gapMs: 20,
      which: 0,
      verdict,
      dice: 0.5,
      waitMs: undefined,
      quota: told ? quotaOf(told) : undefined,
    },
  ]);

const quotaOf = ({ limit, share }: Told): Quota => ({
  dimension: "requests",
  limit,
  remaining: Math.floor(limit * share),
  windowMs: 60_000,
});

/** Headers that mean what they say for a while, stand still, lie, are spent, or are gone: so who steers changes often. */
const chapter = fc.integer({ min: 1, max: 900 }).chain((limit) => {
  const row = (told: Told | null, verdict: Verdict, minLength: number, maxLength: number) =>
    fc.array(exchange(told, verdict), { minLength, maxLength });
  const moving = fc.double({ min: 0, max: 1, noNaN: true }).chain((share) => exchange({ limit, share }, "accepted"));
  return fc.oneof(
    fc.array(moving, { minLength: 5, maxLength: 20 }),
    row({ limit, share: 1 }, "accepted", 5, 20),
    row({ limit, share: 0.8 }, "refused", 1, 6),
    row({ limit, share: 0 }, "accepted", 11, 30),
    row(null, "accepted", 11, 20),
  );
});

export const toldInChapters = fc.array(chapter, { minLength: 2, maxLength: 6 }).map((chapters) => chapters.flat(2));

export interface Scale {
  /** Times are divided by this, and rates multiplied. */
  readonly speed?: number;
  readonly startMs?: number;
  readonly spec?: Partial<BudgetSpec>;
}

export function play(acts: readonly Act[], { speed = 1, startMs = 0, spec }: Scale = {}): readonly Played[] {
  let state = createBudget({ ...balanced, ...spec }, startMs);
  let nowMs = startMs;
  const open: Stamp[] = [];
  const played: Played[] = [];
  for (const act of acts) {
    nowMs += act.gapMs / speed;
    const before = state;
    if (act.act === "send") {
      const { inFlight: inFlightBefore, isBurst, isBottleneck } = act;
      const sent = onSend(state, { nowMs, charged: 1, expected: 0, inFlightBefore, isBurst, isBottleneck });
      state = sent.state;
      open.push(sent.stamp);
      played.push({ before, after: state, nowMs, act, stamp: sent.stamp });
      continue;
    }
    const [stamp] = open.splice(act.which % Math.max(1, open.length), 1);
    if (stamp === undefined) continue;
    const { verdict, dice, quota, waitMs } = act;
    const step = onResponse(state, {
      nowMs,
      stamp,
      verdict,
      dice,
      ...(quota !== undefined && { quota }),
      ...(waitMs !== undefined && { statedRetryAfterMs: waitMs / speed }),
    });
    state = step.state;
    played.push({ before, after: state, nowMs, act, stamp, decision: step.decision });
  }
  return played;
}
