import type { Dimension } from "../cost.js";
import type { LimitTraits, Quota } from "../signal/signal.js";
import type { BurstState } from "./burst.js";
import type { CapacityState } from "./capacity.js";
import type { RecentCohort } from "./cohort.js";
import type { Decision, Verdict } from "./controller.js";
import type { DeliveredState } from "./delivered.js";
import type { InFlightState } from "./inflight.js";
import type { LawConfig, LawState } from "./law.js";
import type { OutageState } from "./outage.js";
import type { QuotaStamp, QuotaState } from "./quota-state.js";
import type { Reason } from "./reasons.js";
import type { Refinement } from "./refinement.js";
import type { TokenState } from "./tokens.js";
import type { TrendState } from "./trend.js";
import type { Tier, TrustStamp, TrustState } from "./trust.js";

/** What a budget is set to, in seconds and units a second. */
export interface BudgetConfig extends LawConfig {
  readonly dimension: Dimension;
  /** Most sends that may go at once after a pause. */
  readonly burst: number;
  readonly traits: LimitTraits;
  /** Born of an advertised quota: until that steers, or something is refused, this budget holds nothing back. */
  readonly startsUnbounded: boolean;
}

/** All that is known of one budget. Plain JSON; seconds. Each step replaces only the parts that it changed. */
export interface BudgetState {
  readonly config: BudgetConfig;
  /** Seconds by which the budget's own time is ahead of the process's: all instants here are in the budget's. */
  readonly clock: number;
  readonly law: LawState;
  readonly outage: OutageState;
  readonly capacity: CapacityState;
  readonly inFlight: InFlightState;
  readonly burst: BurstState;
  readonly delivered: DeliveredState;
  readonly recent: RecentCohort;
  readonly trend: TrendState;
  readonly refinement: Refinement | null;
  readonly quota: QuotaState;
  readonly trust: TrustState;
  readonly tokens: TokenState;
  /** Who steers: 2 the advertised level, 1 the advertised limit, 0 refusals alone. */
  readonly tier: Tier;
  /** While headers steer: whether the law bounds them, after failures that they couldn't know of. */
  readonly isCapped: boolean;
  /** Number of the last try sent. */
  readonly sent: number;
  readonly sentAt: number | null;
  /** Units that a send costs, smoothed: what "one send" means where costs vary. */
  readonly meanCost: number;
  /** Units charged for all sends so far. */
  readonly spent: number;
  /** Nothing is sent before: a wait that the server stated. 0 for none. */
  readonly pausedUntil: number;
  /** Nothing is sent before, and credit for a burst is earned only since: one send's time after a decrease. */
  readonly creditSince: number | null;
  /** When a request of the then epoch was last refused; null again once one that was sent later has been let in. */
  readonly refusedAt: number | null;
  /** Accepts since an instant, while the law has never been refused. */
  readonly accepts: { readonly since: number; readonly count: number };
}

/** What a send carries until its response: what was in force, so that the response judges that and not the present. */
export interface Stamp {
  readonly number: number;
  readonly sentAt: number;
  readonly epoch: number;
  readonly rate: number;
  readonly charged: number;
  /** Units said to be charged later, and what was reserved for that by what such requests have cost so far. */
  readonly expected: number;
  readonly reserved: number;
  /** Units charged for all sends up to this one. */
  readonly spent: number;
  /** The level predicted for it; null before the first header. */
  readonly quota: QuotaStamp | null;
  readonly trust: TrustStamp;
  readonly isBurst: boolean;
  readonly isBottleneck: boolean;
  /** Sent at a low rate: its failure belongs to the baseline. */
  readonly isLow: boolean;
  readonly isProbe: boolean;
  readonly inFlight: number;
  readonly inFlightEpoch: number;
}

/** Number of a try that was counted after a decrease which its sender hadn't heard of: it belongs to no cohort since. */
export const LATE = 0;

/** A response, as the parts see it. */
export interface Heard {
  readonly now: number;
  readonly stamp: Stamp;
  readonly verdict: Verdict;
  readonly quota: Quota | undefined;
  /** Seconds that the server asked this request to wait, 0 where it stated none. */
  readonly wait: number;
  /** In [0, 1). */
  readonly dice: number;
  /** Sends since the last decrease that are yet to be counted. */
  readonly untold: number;
}

/** A step before its decision is dated. */
export interface Move {
  readonly state: BudgetState;
  readonly move: Decision["move"];
  readonly because: Reason;
  readonly detail?: string;
}

/**
 * A copy to be changed before anybody else sees it. Spelled out because it runs at every try: V8 copies a literal of
 * known fields some fifty times faster than a spread with replacements (25 ns against 1.3 µs for this many fields).
 */
export function copyOf(state: BudgetState): { -readonly [Part in keyof BudgetState]: BudgetState[Part] } {
  return {
    config: state.config,
    clock: state.clock,
    law: state.law,
    outage: state.outage,
    capacity: state.capacity,
    inFlight: state.inFlight,
    burst: state.burst,
    delivered: state.delivered,
    recent: state.recent,
    trend: state.trend,
    refinement: state.refinement,
    quota: state.quota,
    trust: state.trust,
    tokens: state.tokens,
    tier: state.tier,
    isCapped: state.isCapped,
    sent: state.sent,
    sentAt: state.sentAt,
    meanCost: state.meanCost,
    spent: state.spent,
    pausedUntil: state.pausedUntil,
    creditSince: state.creditSince,
    refusedAt: state.refusedAt,
    accepts: state.accepts,
  };
}

/** Seconds between two sends of mean cost at the given rate. */
export function spacing(state: BudgetState, rate: number): number {
  return state.meanCost / rate;
}

/** The budget's time, in seconds, of an instant of the process. */
export function secondsOf(state: BudgetState, atMs: number): number {
  return atMs / 1000 + state.clock;
}

/** And back. */
export function millisecondsOf(state: BudgetState, at: number): number {
  return (at - state.clock) * 1000;
}
