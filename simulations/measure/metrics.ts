import type { Span } from "../world/span.js";
import { countEndings, durationQuantile, triesPerRequest } from "./ending.js";
import { jainIndex, leastShare, sharesWithin } from "./fairness.js";
import { mostRefused, overshootOf, unevenness } from "./flow.js";
import { limitAt } from "./limit.js";
import { type Measured, optimumWithin } from "./measured.js";
import { CALM_WINDOW_MS, calmMs, FAIR_WINDOW_MS, fairMs, moveAt, REACH_WINDOW_MS, reachMs } from "./settling.js";
import type { SpanKind } from "./span.js";
import { type Tallied, tallyOf } from "./tally.js";
import { longestWait, urgentWaitQuantile, waitQuantile } from "./waiting.js";

export type { Measured } from "./measured.js";

/** One number that says how a run went. */
export interface Metric {
  /** What it is, for a table's legend. */
  readonly meaning: string;
  readonly unit: "share" | "ms" | "count" | "ratio";
  readonly better: "more" | "less";
  /** Where it looks if nobody says otherwise: the worst of these spans counts. Default `whole`. */
  readonly of?: SpanKind;
  /** How long a span must be for there to be something to find, in milliseconds. Default: any length does. */
  readonly windowMs?: number;
  /** How many clients must be there all through a span. Default 1. */
  readonly clientsMin?: number;
  /** Whether a share of it can be above 1. Default false. */
  readonly canExceedOne?: boolean;
  /** NaN where the run has nothing to measure. */
  measure(measured: Measured, span: Span): number;
}

/** Every metric, by the name that bounds and tables use. */
export const METRICS = {
  goodput: {
    meaning: "accepted, as a share of what a clairvoyant gets through",
    unit: "share",
    better: "more",
    of: "steady",
    // A full bucket may be spent beside its refill, and a clairvoyant leaves neighbours what is theirs.
    canExceedOne: true,
    measure: (measured, span) => {
      const possible = optimumWithin(measured, span);
      return possible > 0 ? count(measured.recording, "accepted", span) / possible : Number.NaN;
    },
  },
  successes: {
    meaning: "requests that ended well",
    unit: "count",
    better: "more",
    measure: ({ recording }, span) => countEndings(recording, span, "succeeded"),
  },
  attempts: {
    meaning: "tries sent",
    unit: "count",
    better: "less",
    measure: ({ recording }, span) => count(recording, "sent", span),
  },
  refused: {
    meaning: "tries that the server didn't let in, of all",
    unit: "share",
    better: "less",
    measure: ({ recording }, span) => shareOf(recording, "refused", span),
  },
  throttled: {
    meaning: "tries answered that we ask too much (429), of all",
    unit: "share",
    better: "less",
    measure: ({ recording }, span) => shareOf(recording, "throttled", span),
  },
  overloaded: {
    meaning: "tries answered that the server has too much to do (503), of all",
    unit: "share",
    better: "less",
    measure: ({ recording }, span) => shareOf(recording, "overloaded", span),
  },
  refusedCount: {
    meaning: "tries that the server didn't let in",
    unit: "count",
    better: "less",
    measure: ({ recording }, span) => count(recording, "refused", span),
  },
  worst10sRefused: {
    meaning: "tries refused in the worst ten seconds",
    unit: "count",
    better: "less",
    of: "steady",
    measure: ({ recording }, span) => mostRefused(recording, span, 10_000),
  },
  outageAttempts: {
    meaning: "tries sent into an outage",
    unit: "count",
    better: "less",
    of: "outages",
    measure: ({ recording }, span) => count(recording, "sent", span),
  },
  recoveryMs: {
    meaning: "from the end of an outage to ten seconds with 90 % of the limit accepted",
    unit: "ms",
    better: "less",
    of: "outages",
    measure: (measured, { untilMs }) => {
      const { durationMs } = measured.scenario;
      return untilMs < durationMs ? reachMs(measured, { fromMs: untilMs, untilMs: durationMs }) : Number.NaN;
    },
  },
  convergeMs: {
    meaning: "from the start to ten seconds with 90 % of the limit accepted",
    unit: "ms",
    better: "less",
    windowMs: REACH_WINDOW_MS,
    measure: reachMs,
  },
  settleUpMs: {
    meaning: "from a rise of the limit to ten seconds with 90 % of it accepted",
    unit: "ms",
    better: "less",
    of: "changes",
    windowMs: REACH_WINDOW_MS,
    measure: (measured, span) => (moveAt(measured, span) === "down" ? Number.NaN : reachMs(measured, span)),
  },
  settleDownMs: {
    meaning: "from a drop of the limit to five seconds with less than a tenth refused",
    unit: "ms",
    better: "less",
    of: "changes",
    windowMs: CALM_WINDOW_MS,
    measure: (measured, span) => (moveAt(measured, span) === "up" ? Number.NaN : calmMs(measured, span)),
  },
  overshoot: {
    meaning: "sends beyond the limit in the worst second, as a part of the limit",
    unit: "ratio",
    better: "less",
    measure: ({ recording }, span) => overshootOf(recording, span),
  },
  cov: {
    meaning: "unevenness: standard deviation over mean of the sends in five seconds",
    unit: "ratio",
    better: "less",
    of: "steady",
    measure: ({ recording }, span) => unevenness(recording, span),
  },
  jain: {
    meaning: "Jain's index of what the clients got accepted; 1 is even",
    unit: "share",
    better: "more",
    of: "last-third",
    clientsMin: 2,
    measure: (measured, span) => jainIndex(sharesWithin(measured, span)),
  },
  shareMin: {
    meaning: "what the worst off client got accepted, as a part of an even share",
    unit: "share",
    better: "more",
    of: "last-third",
    clientsMin: 2,
    measure: (measured, span) => leastShare(sharesWithin(measured, span)),
  },
  fairMs: {
    meaning: "from a client's coming or going to thirty seconds with Jain's index at 0.95",
    unit: "ms",
    better: "less",
    of: "meetings",
    windowMs: FAIR_WINDOW_MS,
    clientsMin: 2,
    measure: fairMs,
  },
  waitP50Ms: {
    meaning: "time in the local queue before a first try, median",
    unit: "ms",
    better: "less",
    measure: ({ recording }, span) => waitQuantile(recording, span, 0.5),
  },
  waitP95Ms: {
    meaning: "time in the local queue before a first try, 95th percentile",
    unit: "ms",
    better: "less",
    measure: ({ recording }, span) => waitQuantile(recording, span, 0.95),
  },
  waitP99Ms: {
    meaning: "time in the local queue before a first try, 99th percentile",
    unit: "ms",
    better: "less",
    measure: ({ recording }, span) => waitQuantile(recording, span, 0.99),
  },
  urgentWaitP99Ms: {
    meaning: "the same of the requests with the highest priority",
    unit: "ms",
    better: "less",
    measure: ({ recording }, span) => urgentWaitQuantile(recording, span, 0.99),
  },
  waitLongestMs: {
    meaning: "longest wait for a first try, of those still without one too",
    unit: "ms",
    better: "less",
    measure: ({ recording }, span) => longestWait(recording, span),
  },
  durationP99Ms: {
    meaning: "time from asking to success, 99th percentile",
    unit: "ms",
    better: "less",
    measure: ({ recording }, span) => durationQuantile(recording, span, 0.99),
  },
  amplification: {
    meaning: "tries for each request that has ended",
    unit: "ratio",
    better: "less",
    measure: ({ recording }, span) => triesPerRequest(recording, span),
  },
  limitReached: {
    meaning: "where the limit follows use: the limit at the end, of the clairvoyant's",
    unit: "share",
    better: "more",
    canExceedOne: true,
    measure: ({ recording, optimum }, { untilMs }) => limitAt(recording, untilMs) / limitAt(optimum, untilMs),
  },
  dropped: {
    meaning: "requests that the contestant gave up by itself",
    unit: "count",
    better: "less",
    measure: ({ recording }, span) => countEndings(recording, span, "dropped"),
  },
  failed: {
    meaning: "requests that ended with a refusal or an error",
    unit: "count",
    better: "less",
    measure: ({ recording }, span) => countEndings(recording, span, "failed"),
  },
} as const satisfies Record<string, Metric>;

/** What {@link METRICS} has. */
export type MetricName = keyof typeof METRICS;

/** The names, in the order in which tables show them. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

function count(recording: Measured["recording"], what: Tallied, span: Span): number {
  return tallyOf(recording).count(what, span);
}

function shareOf(recording: Measured["recording"], what: Tallied, span: Span): number {
  return count(recording, what, span) / count(recording, "sent", span);
}
