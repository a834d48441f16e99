import {
  type BudgetSpec,
  type BudgetState,
  createBudget,
  onResponse,
  onSend,
  planOf,
} from "../../src/control/budget.js";
import type { Plan, Verdict } from "../../src/control/controller.js";
import { DEFAULTS, PRESETS } from "../../src/defaults.js";
import type { Quota } from "../../src/signal/signal.js";

/**
 * A closed loop around one budget: simulated server, pacer of a few lines, virtual time. One seed draws the whole world.
 * Seconds, but at the budget's door.
 */

export type Dice = () => number;

export interface Answer {
  readonly verdict: Verdict;
  /** Seconds until it comes. */
  readonly latency: number;
  readonly quota?: Quota;
  readonly wait?: number;
}

export interface Server {
  handle(now: number): Answer;
  /** An accepted request is done. */
  done?(now: number): void;
}

export interface World {
  readonly seed: number;
  readonly seconds: number;
  readonly server: (dice: Dice) => Server;
  readonly spec?: Partial<BudgetSpec>;
  /** Workers: tries in flight at most. */
  readonly workers: number;
  /** Requests that have arrived by then; absent: there are always more. */
  readonly arrivals?: (dice: Dice) => readonly number[];
  /** Sees each step. */
  readonly watch?: (state: BudgetState, now: number) => void;
}

export interface Trace {
  readonly sentAt: number;
  readonly verdict: Verdict;
}

export interface Outcome {
  /** Every try answered within the time, in the order of the answers. */
  readonly tries: readonly Trace[];
  readonly waits: readonly number[];
  readonly state: BudgetState;
}

export const balanced: BudgetSpec = {
  dimension: "requests",
  law: "plateau",
  ...PRESETS.balanced,
  rateInitial: DEFAULTS.control.rateInitial,
  rateMin: DEFAULTS.control.rateMin,
  rateMax: DEFAULTS.control.rateMax,
  burst: DEFAULTS.control.burst,
  startDoublingMs: DEFAULTS.control.startDoublingMs,
  traits: {},
};

/** A small, fast generator of numbers in [0, 1): mulberry32. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Log-normal with the given median. */
export function logNormal(roll: Dice, median: number, sigma = 0.5): number {
  const u = Math.max(Number.MIN_VALUE, roll());
  return median * Math.exp(sigma * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * roll()));
}

export function run(world: World): Outcome {
  const roll = dice(world.seed);
  const server = world.server(roll);
  const jitter = dice(world.seed + 99);
  const agenda = new Agenda();
  const tries: Trace[] = [];
  const waits: number[] = [];
  const queue: { readonly since: number; readonly isRetry: boolean }[] = [];
  const saturated = world.arrivals === undefined;
  const pacer = new Pacer();
  let state = createBudget({ ...balanced, ...world.spec }, 0);
  let inFlight = 0;
  // A worker whose request waits to be tried again holds on to it.
  let held = 0;
  let isBottleneck = false;
  let wakeAt = Number.POSITIVE_INFINITY;

  const pump = (now: number): void => {
    while (queue[0]?.isRetry === true || ((saturated || queue.length > 0) && inFlight + held < world.workers)) {
      const plan = planOf(state, now * 1000);
      if (inFlight >= plan.inFlightMax) return wake(now, plan.validUntilMs / 1000);
      const at = pacer.earliest(now, plan);
      if (at > now) {
        isBottleneck = true;
        return wake(now, Math.min(at, plan.validUntilMs / 1000));
      }
      const request = queue.shift() ?? { since: now, isRetry: false };
      if (request.isRetry) held--;
      else waits.push(now - request.since);
      send(now, pacer.debit(now, plan));
    }
  };
  const send = (now: number, isBurst: boolean): void => {
    const nowMs = now * 1000;
    const sent = onSend(state, { nowMs, charged: 1, expected: 0, inFlightBefore: inFlight, isBurst, isBottleneck });
    state = sent.state;
    isBottleneck = false;
    inFlight++;
    world.watch?.(state, now);
    const answer = server.handle(now);
    agenda.add(now + answer.latency, (then) => {
      inFlight--;
      if (answer.verdict === "accepted") server.done?.(then);
      tries.push({ sentAt: now, verdict: answer.verdict });
      state = onResponse(state, {
        nowMs: then * 1000,
        stamp: sent.stamp,
        verdict: answer.verdict,
        dice: jitter(),
        ...(answer.quota && { quota: answer.quota }),
        ...(answer.wait !== undefined && { statedRetryAfterMs: answer.wait * 1000 }),
      }).state;
      world.watch?.(state, then);
      if (answer.verdict !== "accepted") {
        held++;
        agenda.add(then + roll() * 0.5, (later) => {
          queue.unshift({ since: later, isRetry: true });
          pump(later);
        });
      }
      pump(then);
    });
  };
  const wake = (now: number, at: number): void => {
    if (at === Number.POSITIVE_INFINITY || (wakeAt > now && wakeAt <= at)) return;
    wakeAt = Math.max(at, now + 1e-6);
    const due = wakeAt;
    agenda.add(due, (then) => {
      if (wakeAt === due) wakeAt = Number.POSITIVE_INFINITY;
      pump(then);
    });
  };
  for (const at of world.arrivals?.(roll) ?? [0]) {
    agenda.add(at, (now) => {
      if (!saturated) queue.push({ since: now, isRetry: false });
      pump(now);
    });
  }
  agenda.run(world.seconds);
  return { tries, waits, state };
}

/** The generic cell rate algorithm with a credit for bursts, in the fewest lines. */
class Pacer {
  #next = 0;
  #credit = 4;
  #rate = 0;

  earliest(now: number, plan: Plan): number {
    const rate = plan.ratePerSecond;
    if (this.#rate !== rate && this.#rate > 0 && this.#next > now) {
      this.#next = now + ((this.#next - now) * this.#rate) / rate;
    }
    this.#rate = rate;
    if (plan.creditSinceMs > now * 1000) this.#credit = 0;
    this.#credit = Math.min(this.#credit, plan.burst - 1);
    const notBefore = plan.notBeforeMs / 1000;
    const due = plan.isProbe || this.#credit >= 1 ? notBefore : Math.max(this.#next, notBefore);
    return due <= now + 1e-9 ? now : due;
  }

  debit(now: number, plan: Plan): boolean {
    const isBurst = !plan.isProbe && now < this.#next - 1e-9;
    if (isBurst) this.#credit--;
    else {
      if (now - this.#next > 1e-3) {
        this.#credit = Math.min(plan.burst - 1, this.#credit + (now - this.#next) * plan.ratePerSecond);
      }
      this.#next = now + 1 / plan.ratePerSecond;
    }
    return isBurst;
  }
}

type Task = (now: number) => void;

/** A binary heap of tasks by time, first come first served among equals. */
class Agenda {
  readonly #heap: { readonly at: number; readonly order: number; readonly task: Task }[] = [];
  #order = 0;

  add(at: number, task: Task): void {
    const heap = this.#heap;
    const entry = { at, order: this.#order++, task };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  run(until: number): void {
    for (let next = this.#take(); next !== undefined && next.at <= until; next = this.#take()) next.task(next.at);
  }

  #take() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      const least = right !== undefined && before(right, left) ? right : left;
      if (least === right) child++;
      if (!before(least, last)) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function before(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
