import { type BudgetState, planOf } from "../control/budget.js";
import type { Decision, Plan } from "../control/controller.js";
import type { Cost, Dimension } from "../cost.js";
import { type Bucket, createBucket, credit, debit, earliestMs, rerate } from "../pace/bucket.js";

/**
 * A timer that fires late is not an idle pacer: while requests wait, what a late timer missed goes at once, up to this
 * much. Node's timers are late by a millisecond or two, which at 200 a second would cost a fifth of the rate; and after a
 * blocked event loop no burst of seconds follows.
 */
const LATENESS_MAX_MS = 25;

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

  constructor(
    key: string,
    limit: { readonly dimension: Dimension; readonly scope?: string | undefined },
    state: BudgetState,
    nowMs: number,
  ) {
    const { dimension, scope } = limit;
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
    rerate(this.bucket, limits, Math.min(this.plan.ratePerSecond, rateMax), nowMs);
    return this.plan;
  }

  /** When the pacer lets the next send go, gates aside. */
  paceMs(nowMs: number): number {
    return earliestMs(this.bucket, this.limits, nowMs);
  }

  /** Spends what a send costs, and returns whether it went ahead of the pace, on credit. */
  spend(units: number, nowMs: number): boolean {
    return units > 0 && debit(this.bucket, this.limits, units, nowMs);
  }

  /** Undoes {@link Governed.spend}. `wasBurst` is what it returned. */
  giveBack(units: number, wasBurst: boolean): void {
    credit(this.bucket, units, wasBurst);
  }
}

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
