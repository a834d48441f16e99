import { viewOf } from "../control/budget.js";
import type { Decision } from "../control/controller.js";
import type { Dimension } from "../cost.js";
import { DEFAULTS } from "../defaults.js";
import type { Governed } from "./governed.js";
import type { Lane } from "./lane.js";

/** How one budget stands, for people and programs to look at. */
export interface BudgetSnapshot {
  /** Whose budget it is. */
  readonly key: string;
  /** What it counts. */
  readonly dimension: Dimension;
  /** Names a second budget of the same dimension. */
  readonly scope?: string;
  /** What the controller allows now, in units a second; absent on `concurrency` rows, which have `inFlightMax`. */
  readonly ratePerSecond?: number;
  /** Tries that may be in flight. */
  readonly inFlightMax?: number;
  /** What the server last advertised, if it did, in units a second. */
  readonly limitPerSecond?: number;
  /** Units left by our estimate. */
  readonly remaining?: number;
  /** Milliseconds until the budget is whole again. */
  readonly resetInMs?: number;
  /**
   * `start`: doubling towards an unknown limit. `follow`: an advertised quota governs. `probe`: refusals govern, around the
   * last known limit. `recover`: a probe into an outage, or the ramp after it. `pause`: held until a known instant, or by
   * `pause()`.
   */
  readonly phase: "start" | "follow" | "probe" | "recover" | "pause";
  /** True where `pause()` holds this key. */
  readonly isPaused?: true;
  /** The most requests a second that the user allows, by `cap()` or an option; absent where nothing was said. */
  readonly rateMax?: number;
  /** Requests waiting for this key. */
  readonly queued: number;
  /** How many of them are whose, where requests name tenants: those that have most waiting first, ten at most. */
  readonly tenants?: readonly TenantQueue[];
  /** Tries in flight for this key. */
  readonly inFlight: number;
  /** Tries that this budget let in, since the key was first seen. */
  readonly accepted: number;
  /** Tries that it refused, for their rate or their number. */
  readonly throttled: number;
  /** Tries for which the server had no capacity (503, 529). */
  readonly overloaded: number;
  /** Requests for this key that an SDK sent again by itself, since the key was first seen; absent where none. */
  readonly comebacks?: number;
  /**
   * Where a store is used. `shared`: the rate is the fleet's, and `share` is this process' part of it. `away`: the store doesn't
   * answer, and the last share holds, a little lowered. `alone`: it can't be used, or doesn't answer and there is no last share: this
   * process finds its own rate.
   */
  readonly store?: "shared" | "away" | "alone";
  /** This process' part of the rate, in [0, 1]; absent without a store. */
  readonly share?: number;
  /** The last decision. */
  readonly decision: Decision;
}

/** Of one tenant. */
export interface TenantQueue {
  readonly tenant: string;
  /** Requests waiting, but for those whose next try has to wait for its own earliest moment. */
  readonly queued: number;
}

const TENANTS_MAX = 10;

/** The rows of one key: one a budget, and one for `concurrency` where its limit is known. */
export function snapshotOf(lane: Lane, nowMs: number): readonly BudgetSnapshot[] {
  const rows: BudgetSnapshot[] = [];
  let atOnce: BudgetSnapshot | undefined;
  const tenants = tenantsOf(lane);
  for (const budget of lane.budgets) {
    const row = rowOf(lane, budget, tenants, nowMs);
    const { inFlightMax } = budget.plan;
    if (budget.dimension !== "concurrency") rows.push(row);
    // Whoever told of the limit, a header or refusals: the lowest holds.
    if (inFlightMax < (atOnce?.inFlightMax ?? Infinity)) atOnce = concurrencyRow(row, inFlightMax);
  }
  return atOnce === undefined ? rows : [...rows, atOnce];
}

function rowOf(lane: Lane, budget: Governed, tenants: Pick<BudgetSnapshot, "tenants">, nowMs: number): BudgetSnapshot {
  const rateMax = budget.dimension === "requests" ? lane.rateMax : Infinity;
  const plan = budget.replan(nowMs, rateMax, lane.isBacklogged);
  const { phase, ...view } = viewOf(budget.state, nowMs);
  // A spent window is a wait for a known instant too; a pace is not.
  const isSpent = view.resetInMs !== undefined && plan.notBeforeMs >= nowMs + view.resetInMs && !plan.isProbe;
  return {
    key: lane.key,
    dimension: budget.dimension,
    ...(budget.scope === undefined ? {} : { scope: budget.scope }),
    ratePerSecond: Math.min(plan.ratePerSecond, rateMax),
    ...view,
    phase: isSpent || isShut(lane, nowMs) ? "pause" : phase,
    ...(lane.isPaused && { isPaused: true as const }),
    ...(rateMax < DEFAULTS.control.rateMax && { rateMax }),
    queued: lane.queue.size,
    ...tenants,
    inFlight: lane.inFlight,
    accepted: budget.accepted,
    throttled: budget.throttled,
    overloaded: budget.overloaded,
    ...storeOf(lane),
    ...(lane.comebacks === 0 ? {} : { comebacks: lane.comebacks }),
    decision: budget.decision,
  };
}

/** Most requests name no tenant: there is nothing to tell then. */
function tenantsOf({ queue }: Lane): Pick<BudgetSnapshot, "tenants"> {
  const sizes = queue.tenantSizes();
  if (sizes.size === 0) return {};
  const all = [...sizes].map(([tenant, queued]) => ({ tenant, queued }));
  return { tenants: all.sort((a, b) => b.queued - a.queued).slice(0, TENANTS_MAX) };
}

function storeOf({ member }: Lane): Pick<BudgetSnapshot, "store" | "share"> {
  if (member === undefined) return {};
  const { standing, fraction } = member;
  return standing === "asking" ? { share: 0 } : { store: standing, share: fraction };
}

function isShut(lane: Lane, nowMs: number): boolean {
  return lane.isPaused || lane.gateUntilMs > nowMs || (lane.isExhausted && lane.exhaustedUntilMs > nowMs);
}

function concurrencyRow(
  {
    scope: _,
    ratePerSecond: __,
    limitPerSecond: ___,
    remaining: ____,
    resetInMs: _____,
    rateMax: ______,
    ...row
  }: BudgetSnapshot,
  inFlightMax: number,
): BudgetSnapshot {
  return { ...row, dimension: "concurrency", inFlightMax };
}
