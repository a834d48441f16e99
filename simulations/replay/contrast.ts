import type { DecisionEvent } from "../../src/flow/event.js";
import { mean } from "../measure/mean.js";
import type { RatePoint } from "./open-loop.js";
import type { EventLog } from "./read-log.js";
import { type Allowed, pointAt, rateAt } from "./recording.js";
import { outcomeOf, tracedTries } from "./trace.js";

/** What was recorded of a key beside what another control would have allowed. */
export interface KeyContrast {
  readonly key: string;
  readonly sent: number;
  readonly accepted: number;
  /** Refused for their rate or number (429), and for want of capacity (503). */
  readonly throttled: number;
  readonly overloaded: number;
  readonly recorded: Course;
  readonly replayed: Course;
  /** Where the two first decided differently; absent where they never did. */
  readonly divergence?: Divergence;
  readonly stretches: readonly Stretch[];
}

/** How a control went. Rates are of requests a second, while the key was in use. */
export interface Course {
  readonly rateMean: number;
  readonly rateMin: number;
  readonly rateMax: number;
  readonly cuts: number;
  /** How often each reason was given, the most frequent first. */
  readonly reasons: Readonly<Record<string, number>>;
}

export interface Divergence {
  readonly atMs: number;
  /** Absent where only the other decided anything. */
  readonly recorded?: Told;
  readonly replayed?: Told;
}

interface Told {
  readonly move: string;
  readonly because: string;
  readonly detail?: string;
  readonly ratePerSecond: number;
}

/** A part of the time. */
export interface Stretch {
  readonly fromMs: number;
  readonly acceptedPerSecond: number;
  readonly throttled: number;
  readonly overloaded: number;
  readonly recordedRate: number | null;
  readonly replayedRate: number | null;
}

const STRETCHES = 12;
const LOOK_MS = 1_000;
/** Rates that differ by less are the same. */
const SAME = 0.01;

/** Puts what was recorded beside what was replayed, key by key: the busiest first. */
export function contrast(log: EventLog, recorded: Allowed, replayed: Allowed): readonly KeyContrast[] {
  const byKey = grouped(log);
  return [...byKey]
    .map(([key, tries]): KeyContrast => {
      const fromMs = tries[0]?.sent.atMs ?? 0;
      const untilMs = Math.max(fromMs + 1, tries.at(-1)?.sent.atMs ?? 0);
      const divergence = divergenceOf(key, recorded, replayed);
      const sends = recorded.rates.get(key) ?? [];
      const course = (allowed: Allowed) => courseOf(key, allowed, atSends(key, allowed, sends, { fromMs, untilMs }));
      const count = (...outcomes: readonly string[]): number =>
        tries.filter((each) => outcomes.includes(outcomeOf(each) ?? "")).length;
      return {
        key,
        sent: tries.length,
        accepted: count("accepted"),
        throttled: count("throttled", "saturated"),
        overloaded: count("overloaded"),
        recorded: course(recorded),
        replayed: course(replayed),
        ...(divergence !== undefined && { divergence }),
        stretches: Array.from({ length: STRETCHES }, (_, index): Stretch => {
          const widthMs = (untilMs - fromMs) / STRETCHES;
          const span = { fromMs: fromMs + index * widthMs, untilMs: fromMs + (index + 1) * widthMs };
          const own = tries.filter(({ sent }) => sent.atMs >= span.fromMs && sent.atMs < span.untilMs);
          const many = (...outcomes: readonly string[]): number =>
            own.filter((each) => outcomes.includes(outcomeOf(each) ?? "")).length;
          return {
            fromMs: span.fromMs,
            acceptedPerSecond: (many("accepted") * 1_000) / widthMs,
            throttled: many("throttled", "saturated"),
            overloaded: many("overloaded"),
            recordedRate: meanOf(atSends(key, recorded, sends, span)),
            replayedRate: meanOf(atSends(key, replayed, sends, span)),
          };
        }),
      };
    })
    .sort((one, other) => other.sent - one.sent);
}

function grouped(log: EventLog) {
  const byKey = new Map<string, ReturnType<typeof tracedTries>[number][]>();
  for (const each of tracedTries(log)) {
    const known = byKey.get(each.sent.key);
    if (known === undefined) byKey.set(each.sent.key, [each]);
    else known.push(each);
  }
  return byKey;
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The rates of a stretch, evenly spread over its time: each as it stood at the last recorded send, since what was allowed between two
 * of them the log doesn't say.
 */
function atSends(
  key: string,
  { rates }: Allowed,
  sends: readonly RatePoint[],
  { fromMs, untilMs }: Span,
): readonly number[] {
  const points = rates.get(key) ?? [];
  const found: number[] = [];
  const stepMs = Math.min(LOOK_MS, Math.max(1, (untilMs - fromMs) / 10));
  for (let atMs = fromMs; atMs <= untilMs; atMs += stepMs) {
    const sent = pointAt(sends, atMs);
    const rate = sent === undefined ? null : rateAt(points, sent.atMs);
    if (rate !== null) found.push(rate);
  }
  return found;
}

function meanOf(rates: readonly number[]): number | null {
  return rates.length === 0 ? null : mean(rates);
}

function courseOf(key: string, allowed: Allowed, rates: readonly number[]): Course {
  const decisions = allowed.decisions.filter((each) => each.key === key);
  const reasons = new Map<string, number>();
  for (const { decision } of decisions) reasons.set(decision.because, (reasons.get(decision.because) ?? 0) + 1);
  return {
    rateMean: meanOf(rates) ?? 0,
    rateMin: rates.reduce((least, rate) => Math.min(least, rate), rates[0] ?? 0),
    rateMax: rates.reduce((most, rate) => Math.max(most, rate), 0),
    cuts: decisions.filter(({ decision }) => decision.move === "decrease").length,
    reasons: Object.fromEntries([...reasons].sort(([, one], [, other]) => other - one)),
  };
}

function divergenceOf(key: string, recorded: Allowed, replayed: Allowed): Divergence | undefined {
  const before = recorded.decisions.filter((each) => each.key === key);
  const after = replayed.decisions.filter((each) => each.key === key);
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const [one, other] = [before[index], after[index]];
    if (one !== undefined && other !== undefined && isSame(one, other)) continue;
    const atMs = Math.min(one?.atMs ?? Number.POSITIVE_INFINITY, other?.atMs ?? Number.POSITIVE_INFINITY);
    return {
      atMs,
      ...(one?.atMs === atMs && { recorded: toldOf(one) }),
      ...(other?.atMs === atMs && { replayed: toldOf(other) }),
    };
  }
  return undefined;
}

function isSame(one: DecisionEvent, other: DecisionEvent): boolean {
  return (
    Math.abs(one.atMs - other.atMs) < 1 &&
    one.decision.because === other.decision.because &&
    one.decision.move === other.decision.move &&
    one.dimension === other.dimension &&
    Math.abs(one.ratePerSecond - other.ratePerSecond) <= SAME * Math.max(one.ratePerSecond, other.ratePerSecond)
  );
}

function toldOf({ ratePerSecond, decision: { move, because, detail } }: DecisionEvent): Told {
  return { move, because, ...(detail !== undefined && { detail }), ratePerSecond };
}
