import { type BudgetState, onResponse, onSend, onSettle, planOf, type Stamp } from "../control/budget.js";
import type { Decision, Plan, ResponseEvent, SendEvent } from "../control/controller.js";
import { withTraits } from "../control/retrait.js";
import type { Cost, Dimension } from "../cost.js";
import { type Bucket, createBucket, credit, debit, earliestMs, rerate } from "../pace/bucket.js";
import type { LimitTraits } from "../signal/signal.js";
import type { Limit } from "../store/event.js";
import type { Member } from "../store/member.js";
import { Draw } from "./try.js";

/**
 * A timer that fires late is not an idle pacer: while requests wait, what a late timer missed goes at once, up to this
 * much. Node's timers are late by a millisecond or two, which at 200 a second would cost a fifth of the rate; and after a
 * blocked event loop no burst of seconds follows.
 */
const LATENESS_MAX_MS = 25;

/** What a try carries until its send was noted. */
const UNSTAMPED = {} as Stamp;
/** Sends that may go at once at one of many processes: what so many seconds of its part of the rate are, up to `SHARED_BURST_MAX`. */
const SHARED_BURST_SECONDS = 0.25;
const SHARED_BURST_MAX = 5;

/**
 * One budget at work: what control knows of it, and how far its pacer is. The only place where the two meet, and neither
 * sees the other.
 */
export class Governed {
  /** Of the lane that it belongs to, which need not be the lane of who draws on it. */
  readonly key: string;
  readonly dimension: Dimension;
  readonly scope: string | undefined;
  state: BudgetState;
  readonly bucket: Bucket;
  readonly limits = { burst: 1, creditSinceMs: -Infinity, meanCost: 1, slackMs: 0 };
  plan: Plan;
  /** What the plan was made for. */
  #planned: BudgetState;
  decision: Decision;
  accepted = 0;
  throttled = 0;
  overloaded = 0;
  /** What the last send decided, if it did: time alone may. */
  news: Decision | undefined = undefined;
  /** The place in a fleet that shares this budget. */
  readonly member: Member | undefined;
  readonly #limit: Limit;
  #isNewcomer: boolean;
  #isBacklogged = false;
  /** Units by which the next send is put off at random, beyond the pace. */
  #putOff = 0;

  constructor(key: string, limit: Limit, state: BudgetState, nowMs: number, member?: Member) {
    const { dimension, scope } = limit;
    this.member = member;
    this.#isNewcomer = member !== undefined;
    this.#limit = scope === undefined ? { dimension } : { dimension, scope };
    this.key = key;
    this.dimension = dimension;
    this.scope = scope;
    this.state = state;
    this.plan = planOf(state, nowMs);
    this.#planned = state;
    this.bucket = createBucket(nowMs, this.plan.ratePerSecond);
    this.decision = { move: "hold", because: "created", atMs: nowMs };
  }

  /** Asks control again, and re-plans the pacer. `rateMax` is the user's cap: state learns nothing of it. */
  replan(nowMs: number, rateMax: number, isBacklogged: boolean): Plan {
    const { limits } = this;
    if (this.state !== this.#planned || !this.plan.isTimeless) {
      this.#planned = this.state;
      this.plan = planOf(this.state, nowMs);
    }
    limits.burst = this.plan.burst;
    limits.meanCost = this.state.meanCost;
    limits.creditSinceMs = this.plan.creditSinceMs;
    limits.slackMs = isBacklogged ? LATENESS_MAX_MS : 0;
    let { ratePerSecond } = this.plan;
    if (this.member !== undefined) {
      this.#isBacklogged = isBacklogged;
      ratePerSecond = Math.max(RATE_MIN, this.member.shareOf(this.#limit, ratePerSecond));
      const earned = isBacklogged ? 1 : 1 + (SHARED_BURST_SECONDS * ratePerSecond) / limits.meanCost;
      limits.burst = Math.min(limits.burst, earned, SHARED_BURST_MAX);
    }
    rerate(this.bucket, limits, Math.min(ratePerSecond, rateMax), nowMs);
    if (this.#isNewcomer && this.member?.standing === "shared") this.#begin(this.member, nowMs);
    return this.plan;
  }

  #begin(member: Member, nowMs: number): void {
    this.#isNewcomer = false;
    this.#putOffNext(member, nowMs);
  }

  /** The pace itself goes on as it was: what the last send was put off by is given back. */
  #putOffNext(member: Member, nowMs: number): void {
    credit(this.bucket, this.#putOff, false);
    this.#putOff = member.putOff() * this.limits.meanCost;
    debit(this.bucket, this.limits, this.#putOff, nowMs);
  }

  /** When the pacer lets the next send go, gates aside. */
  paceMs(nowMs: number): number {
    return earliestMs(this.bucket, this.limits, nowMs);
  }

  /** Spends what a send costs, and returns whether it went ahead of the pace, on credit. */
  spend(units: number, nowMs: number): boolean {
    if (units <= 0) return false;
    const isBurst = debit(this.bucket, this.limits, units, nowMs);
    // While a start doubles, what is put off would let the rate run away from what is really sent.
    const isSteady = this.#isBacklogged && this.state.law.mode === "avoid";
    if (this.member !== undefined && isSteady) this.#putOffNext(this.member, nowMs);
    return isBurst;
  }

  /** Counts a send. Returns what it has drawn, in front of what the try has drawn already; what was decided is `news`. */
  send(event: SendEvent, next: Draw | undefined): Draw {
    if (this.member !== undefined) return this.#note(this.member, event, next);
    const { state, stamp, decision } = onSend(this.state, event);
    this.state = state;
    this.news = decision;
    return new Draw(this, stamp, next);
  }

  /** Judges an answer, and returns the reason. */
  respond(handle: Draw, event: Omit<ResponseEvent<Stamp>, "stamp">): Decision {
    if (this.member === undefined) {
      // Member by member: to add one to a copy takes as long as all that is done with it.
      const { nowMs, verdict, quota, statedRetryAfterMs, dice } = event;
      const { stamp } = handle;
      const { state, decision } = onResponse(this.state, { nowMs, stamp, verdict, quota, statedRetryAfterMs, dice });
      this.state = state;
      return decision;
    }
    const { nowMs, ...answer } = event;
    const noted = this.member.note({ kind: "answered", limit: this.#limit, atMs: nowMs, handle, event: answer });
    if (noted !== undefined) this.state = noted.budget.state;
    return noted?.decision ?? this.decision;
  }

  /** It has come to light whose limit this is: what is documented of it counts from now on, for all who share it. */
  know(traits: LimitTraits, nowMs: number): void {
    if (this.member === undefined) {
      this.state = withTraits(this.state, traits);
      return;
    }
    const noted = this.member.note({ kind: "known", limit: this.#limit, atMs: nowMs, traits });
    if (noted !== undefined) this.state = noted.budget.state;
  }

  /** A try is over: what it really cost, undefined where nobody knows. */
  settle(handle: Draw, nowMs: number, actual: number | undefined): void {
    if (this.member === undefined) {
      this.state = onSettle(this.state, { nowMs, stamp: handle.stamp, actual });
      return;
    }
    const noted = this.member.note({ kind: "settled", limit: this.#limit, atMs: nowMs, handle, actual });
    if (noted !== undefined) this.state = noted.budget.state;
  }

  #note(member: Member, { nowMs, ...event }: SendEvent, next: Draw | undefined): Draw {
    const handle = new Draw(this, UNSTAMPED, next);
    const { epoch } = this.state.law;
    const noted = member.note({ kind: "sent", limit: this.#limit, atMs: nowMs, handle, event, epoch });
    if (noted !== undefined) this.state = noted.budget.state;
    this.news = noted?.decision;
    return handle;
  }

  /** Undoes {@link Governed.spend}. `wasBurst` is what it returned. */
  giveBack(units: number, wasBurst: boolean): void {
    credit(this.bucket, units, wasBurst);
  }
}

/** A share of nothing is held by its fraction, not by a rate of nothing. */
const RATE_MIN = 1e-6;

/** Units that the server charges when it lets a request in, as far as the estimate tells. */
export function chargedIn(dimension: Dimension, cost: Cost): number {
  switch (dimension) {
    case "requests":
      return cost.requests ?? 1;
    case "tokens":
      return cost.inputTokens ?? (cost.tokens === undefined ? 0 : Math.max(0, cost.tokens - (cost.outputTokens ?? 0)));
    case "inputTokens":
      return cost.inputTokens ?? cost.tokens ?? 0;
    case "outputTokens":
      return 0;
    default:
      return cost[dimension] ?? 0;
  }
}

/** Units that it will charge later: what is still to be produced. */
export function expectedIn(dimension: Dimension, cost: Cost): number {
  if (dimension === "outputTokens") return cost.outputTokens ?? 0;
  if (dimension !== "tokens") return 0;
  if (cost.inputTokens === undefined) return cost.outputTokens ?? 0;
  return cost.outputTokens ?? Math.max(0, (cost.tokens ?? 0) - cost.inputTokens);
}

/** Units that it draws in all: where there are none, the budget neither holds the request nor refuses it. */
export function unitsIn(dimension: Dimension, cost: Cost): number {
  return chargedIn(dimension, cost) + expectedIn(dimension, cost);
}

/** What a finished request spent in a dimension, where its response said so. */
export function actualIn(dimension: Dimension, actual: Cost | undefined): number | undefined {
  if (actual === undefined || dimension === "requests") return undefined;
  const known = actual[dimension];
  if (known !== undefined || dimension !== "tokens") return known;
  if (actual.inputTokens === undefined && actual.outputTokens === undefined) return undefined;
  return (actual.inputTokens ?? 0) + (actual.outputTokens ?? 0);
}
