import type { Plan } from "../control/controller.js";
import type { Cost, Dimension } from "../cost.js";
import type { Dialect } from "../dialect/dialect.js";
import { WaitQueue } from "../pace/queue.js";
import type { RetryBudget } from "../pace/retry-budget.js";
import type { Member } from "../store/member.js";
import { Delivered } from "./delivered.js";
import { type Governed, unitsIn } from "./governed.js";
import type { Place } from "./job.js";
import { Latency } from "./latency.js";
import type { AbortHandler, Waiting } from "./waiting.js";

/** Why the next request of a lane can't go yet. */
export type HeldBy = "nothing" | "slot" | "gate" | "rate" | "pause";

/**
 * All that belongs to one key: who waits, the budgets that they draw on, what is in flight. A lane may draw on shared
 * lanes too, which have budgets but nobody waiting.
 */
export class Lane {
  readonly key: string;
  readonly abortHandler: AbortHandler;
  readonly queue = new WaitQueue<Waiting>();
  /** This lane and those that it shares budgets with. */
  readonly draws: readonly Lane[];
  /** Lanes that draw on this one beside themselves: they are looked at when it has room again. */
  readonly dependents = new Set<Lane>();
  readonly budgets: Governed[] = [];
  readonly retryBudget: RetryBudget;
  readonly concurrencyMax: number;
  readonly delivered = new Delivered();
  readonly latency = new Latency();
  inFlight = 0;
  /** Tries sent, since the lane is there. */
  sends = 0;
  /** When nobody was waiting here last. */
  emptyAtMs = Number.NEGATIVE_INFINITY;
  /** Its place in a fleet of processes that share its budgets. */
  member: Member | undefined = undefined;
  /** The user's cap, in requests a second. */
  rateMax: number;
  isPaused = false;
  /** Nothing goes before this: a stated wait too long to sit out request by request. */
  gateUntilMs = 0;
  /** Until then everybody fails at once: the quota is spent or the account is. 0: it is not. */
  exhaustedUntilMs = 0;
  isExhausted = false;
  /** What is documented of where its requests go. */
  readonly place: Place | undefined;
  /** Names the budgets here, where several lanes share them: a refusal that names them too is theirs. */
  readonly scope: string | undefined;
  /** Where the answers come from, where that is known. */
  host: string | undefined = undefined;
  /** What they are read with, once it is known. */
  dialect: Dialect | undefined = undefined;
  /** Whether it was told that its responses can't be read: once is enough. */
  isUnreadable = false;
  /** Requests that an SDK sent again by itself. */
  comebacks = 0;
  /** Whether it was told of them. */
  isComebackWarned = false;
  /** Whether it was told that its retries are held back. */
  isRetryAdvised = false;
  /** Whether it was told how long what waits will take. */
  isBacklogAdvised = false;
  /** The smallest request that the server has called too large for any budget, and until when that is believed. */
  tooLarge: { readonly dimension: Dimension; readonly units: number; readonly untilMs: number } | undefined = undefined;
  lastUsedMs: number;
  /** Somebody has waited without a break, so that a late timer isn't an idle pacer. */
  isBacklogged = false;
  /** The budget whose rate has held the next request since the last send. */
  bottleneck: Governed | undefined = undefined;
  /** Number of its last send among all, and whether what it shares with others is what holds the next. */
  turn = 0;
  isHeldByShared = false;
  /** When its rate was to let the next request go, by the last look. */
  dueAtMs = 0;
  isPumping = false;
  mustPumpAgain = false;
  timerAtMs = Infinity;
  cancelTimer: (() => void) | undefined = undefined;
  /** What its timer does: made once, since it is set for nearly every request. */
  onTimer: (() => void) | undefined = undefined;

  constructor(
    key: string,
    parts: {
      shared: readonly Lane[];
      abortHandler: AbortHandler;
      retryBudget: RetryBudget;
      concurrencyMax: number;
      rateMax: number;
      place?: Place | undefined;
      scope?: string | undefined;
      nowMs: number;
    },
  ) {
    this.key = key;
    this.abortHandler = parts.abortHandler;
    this.draws = parts.shared.length === 0 ? [this] : [this, ...parts.shared];
    for (const shared of parts.shared) shared.dependents.add(this);
    this.retryBudget = parts.retryBudget;
    this.concurrencyMax = parts.concurrencyMax;
    this.rateMax = parts.rateMax;
    this.place = parts.place;
    this.scope = parts.scope;
    this.lastUsedMs = parts.nowMs;
  }

  get isIdle(): boolean {
    return this.inFlight === 0 && this.queue.size === 0 && this.dependents.size === 0;
  }
}

/** When a request may go, and what holds it till then. */
export interface Admission {
  atMs: number;
  heldBy: HeldBy;
  /** The budget with the latest moment, where its rate is what holds the request. */
  bottleneck: Governed | undefined;
  /** Ask again by then: a plan changes with time alone. */
  validUntilMs: number;
  isProbe: boolean;
  /** The server fails: who has another way needn't wait for the end of that. */
  isDown: boolean;
}

/** An admission to write into. */
export function newAdmission(): Admission {
  return { atMs: 0, heldBy: "nothing", bottleneck: undefined, validUntilMs: Infinity, isProbe: false, isDown: false };
}

/** Whether the user's own bound allows one more try in flight. */
export function hasSlot(lane: Lane): boolean {
  for (const draw of lane.draws) if (draw.inFlight >= draw.concurrencyMax) return false;
  return true;
}

/**
 * Finds when a request of this cost may go. The slot comes before the rate, so that no rate is spent on a request that
 * has no slot. Writes into `into`, which is used again for the next.
 */
export function admit(lane: Lane, cost: Cost, nowMs: number, into: Admission): Admission {
  into.atMs = 0;
  into.heldBy = "nothing";
  into.bottleneck = undefined;
  into.validUntilMs = Infinity;
  into.isProbe = false;
  into.isDown = false;
  if (!hasSlot(lane)) {
    // There is nothing to ask of the budgets: the slot comes first.
    hold(into, Infinity, "slot");
    return into;
  }
  for (const draw of lane.draws) {
    if (draw.isPaused) hold(into, Infinity, "pause");
    if (draw.gateUntilMs > nowMs) hold(into, draw.gateUntilMs, "gate");
    if (draw.member !== undefined && !draw.member.maySend(nowMs)) hold(into, Infinity, "gate");
    for (const budget of draw.budgets) {
      const plan = budget.replan(nowMs, budget.dimension === "requests" ? draw.rateMax : Infinity, lane.isBacklogged);
      if (plan.validUntilMs < into.validUntilMs) into.validUntilMs = plan.validUntilMs;
      if (plan.isProbe) into.isProbe = true;
      if (plan.isDown) into.isDown = true;
      admitOne(draw, budget, plan, cost, nowMs, into);
    }
  }
  return into;
}

function admitOne(draw: Lane, budget: Governed, plan: Plan, cost: Cost, nowMs: number, into: Admission): void {
  if (draw.inFlight >= atOnceMax(draw, plan)) hold(into, Infinity, "slot");
  // Nothing is paced there, but who was refused with nothing in flight looks again later.
  if (budget.dimension === "concurrency" && plan.notBeforeMs > nowMs) hold(into, plan.notBeforeMs, "gate");
  if (unitsIn(budget.dimension, cost) === 0) return;
  const pacedMs = budget.paceMs(nowMs);
  if (plan.notBeforeMs > pacedMs) hold(into, plan.notBeforeMs, "gate");
  else if (pacedMs > into.atMs) {
    into.atMs = pacedMs;
    into.heldBy = pacedMs > nowMs ? "rate" : into.heldBy;
    into.bottleneck = pacedMs > nowMs ? budget : undefined;
  }
}

/** Of a number that many processes may have in flight together, each has its part. */
function atOnceMax({ member }: Lane, { inFlightMax }: Plan): number {
  return member === undefined || inFlightMax === Infinity
    ? inFlightMax
    : Math.max(1, Math.floor(inFlightMax * member.fraction));
}

function hold(into: Admission, atMs: number, heldBy: HeldBy): void {
  if (atMs <= into.atMs) return;
  into.atMs = atMs;
  into.heldBy = heldBy;
  into.bottleneck = undefined;
}
