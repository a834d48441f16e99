import type { Subject } from "rxjs";
import type { Clock } from "../clock.js";
import type { BudgetSpec } from "../control/budget.js";
import { powerOfTwo } from "../power.js";
import type { Random } from "../random.js";
import { isSameLimit, type Limit } from "../store/event.js";
import type { SharedBudget } from "../store/fold.js";
import type { Member, MemberHost } from "../store/member.js";
import type { Store } from "../store/store.js";
import type { Standing } from "../store/touch.js";
import { tellDecision } from "./decided.js";
import type { SluiceEvent } from "./event.js";
import { Governed } from "./governed.js";
import type { Lane } from "./lane.js";

/** What a fleet needs of the loop. */
export interface FleetParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly event$: Subject<SluiceEvent>;
  /** Something may go that couldn't. */
  readonly pump: (lane: Lane) => void;
  readonly specOf: (lane: Lane, limit: Limit, born: BudgetSpec["born"]) => BudgetSpec;
}

/** Whoever sends, and always has somebody waiting all the same, wants all there is. */
const ALL = 1e9;
/** Arrivals are smoothed over so many milliseconds. */
const ARRIVALS_HALF_LIFE_MS = 1_400;
const QUEUE_SECONDS = 1;

/** The places that this process has in fleets: one a key. */
export class Fleet {
  readonly #parts: FleetParts;
  readonly #members = new Set<Member>();

  constructor(parts: FleetParts) {
    this.#parts = parts;
    parts.store.open();
  }

  /** Takes a place for a lane's budgets. */
  join(lane: Lane): void {
    const { store, clock, random } = this.#parts;
    const member = store.join({ key: lane.key, clock, random, host: new LaneHost(lane, this.#parts) });
    lane.member = member;
    this.#members.add(member);
  }

  /** Gives a lane's place back: it is forgotten. */
  leave({ member }: Lane): void {
    if (member !== undefined) member.close(() => this.#members.delete(member));
  }

  /** Gives all places back, then the store, and then says so; `isAbrupt`: without waiting for it. No store holds it up for long. */
  close(isAbrupt: boolean, onClosed: () => void): void {
    let open = this.#members.size;
    const one = (): void => {
      open -= 1;
      if (open > 0) return;
      void this.#parts.store.close();
      onClosed();
    };
    if (isAbrupt) {
      for (const member of this.#members) member.abandon();
      open = 0;
    }
    if (open === 0) one();
    else for (const member of this.#members) member.close(one);
  }
}

/** A lane, as its place in the fleet sees it. */
class LaneHost implements MemberHost {
  readonly #lane: Lane;
  readonly #parts: FleetParts;
  #wishedAtMs = Number.NEGATIVE_INFINITY;
  #sends = 0;
  #queued = 0;
  #arrivals = 0;

  constructor(lane: Lane, parts: FleetParts) {
    this.#lane = lane;
    this.#parts = parts;
  }

  specOf(limit: Limit, born: BudgetSpec["born"]): BudgetSpec {
    return this.#parts.specOf(this.#lane, limit, born);
  }

  wish(nowMs: number): { readonly want: number; readonly isLimited: boolean; readonly inFlight: number } {
    const lanes = [this.#lane, ...this.#lane.dependents];
    const queued = lanes.reduce((sum, { queue }) => sum + queue.size, 0);
    const { sends, inFlight } = this.#lane;
    const elapsedMs = Math.max(1, nowMs - this.#wishedAtMs);
    // One request that waits for the turn of who has hardly a part is no demand for half of all.
    const isEver =
      sends > this.#sends && lanes.some(({ queue, emptyAtMs }) => queue.size > 0 && emptyAtMs < this.#wishedAtMs);
    const arrived = Math.max(0, sends - this.#sends + queued - this.#queued);
    const weight = 1 - powerOfTwo(-elapsedMs / ARRIVALS_HALF_LIFE_MS);
    this.#arrivals += weight * ((1_000 * arrived) / elapsedMs - this.#arrivals);
    this.#sends = sends;
    this.#queued = queued;
    this.#wishedAtMs = nowMs;
    // Who waits for a place is held back by the rate that it is to have a part of.
    const isAsking = this.#lane.member?.standing === "asking";
    const isLimited = lanes.some(({ isBacklogged, queue }) => isBacklogged || (isAsking && queue.size > 0));
    return { want: isEver ? ALL : this.#arrivals + queued / QUEUE_SECONDS, isLimited, inFlight };
  }

  onBudgets(budgets: readonly SharedBudget[]): void {
    const nowMs = this.#parts.clock.now();
    for (const shared of budgets) {
      const own = this.#lane.budgets.find((budget) => isSameLimit(budget, shared));
      if (own === undefined) this.#open(shared, nowMs);
      else this.#move(own, shared, nowMs);
    }
  }

  onShare(): void {
    this.#parts.pump(this.#lane);
  }

  onStanding(standing: Standing, error: unknown): void {
    const { event$, clock } = this.#parts;
    if (!event$.observed) return;
    const why = error === undefined ? "" : `: ${error instanceof Error ? error.message : String(error)}`;
    event$.next({
      type: "warning",
      atMs: clock.now(),
      key: this.#lane.key,
      code: "store",
      message: `${SAID[standing]}${why}`,
    });
  }

  /** Another process has brought it to light. */
  #open(shared: SharedBudget, nowMs: number): void {
    const { key, member, budgets } = this.#lane;
    budgets.push(new Governed(key, shared, shared.state, nowMs, member));
  }

  #move(own: Governed, { state }: SharedBudget, nowMs: number): void {
    const isLower = state.law.epoch > own.state.law.epoch && state.law.rate < own.state.law.rate;
    own.state = state;
    if (!isLower) return;
    own.decision = { move: "decrease", because: "fleet", atMs: nowMs };
    if (this.#parts.event$.observed) tellDecision(this.#parts.event$, own, nowMs);
  }
}

const SAID: Readonly<Record<Standing, string>> = {
  asking: "the store is asked",
  shared: "the store is there: the rate is shared again",
  away: "the store is away: this process goes on with a little less than its last share",
  alone: "the store can't be used: this process finds its rate by itself",
};
