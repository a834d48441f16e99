import type { Subject } from "rxjs";
import type { Clock } from "../clock.js";
import type { SluiceError } from "../errors.js";
import { canRetryAtMs, spend } from "../pace/retry-budget.js";
import { adviseRetryBudget } from "./advice.js";
import type { SluiceEvent } from "./event.js";
import { InFlight } from "./in-flight.js";
import { type Admission, admit, hasSlot, type Lane, newAdmission } from "./lane.js";
import { expiredError, retriesError, tooLateToAnswerError } from "./refusal.js";
import type { WaitingRoom } from "./room.js";
import { Sender } from "./sender.js";
import type { TryListener } from "./try.js";
import type { Waiting } from "./waiting.js";

/** While a request waits for a rate, the plan is asked again after this long at most: it may move with time alone. */
export const REPLAN_MS = 1_000;

/** From the queue on: lets go what may go now, and sets one timer a lane for what may go later. */
export class Pump {
  readonly inFlight: InFlight;
  readonly #clock: Clock;
  readonly #room: WaitingRoom;
  readonly #sender: Sender;
  readonly #event$: Subject<SluiceEvent>;
  readonly #admission = newAdmission();
  #turns = 0;
  #isClosed = false;

  constructor(clock: Clock, room: WaitingRoom, event$: Subject<SluiceEvent>, listener: TryListener) {
    this.inFlight = new InFlight(clock);
    this.#clock = clock;
    this.#room = room;
    this.#event$ = event$;
    this.#sender = new Sender(this.inFlight, event$, listener);
  }

  /** No more sends, and no more timers. */
  close(lanes: Iterable<Lane>): void {
    this.#isClosed = true;
    for (const lane of lanes) this.#disarm(lane);
  }

  /** A stranger's request has been sent: it asked nobody, and waited for nothing. */
  note(waiting: Waiting, nowMs: number): void {
    this.#sender.note(waiting, nowMs);
  }

  /** Looks at a lane, and at all that draw on the same budgets. */
  runAll(lane: Lane, nowMs: number): void {
    this.run(lane, nowMs);
    for (const draw of lane.draws) {
      if (draw.dependents.size === 0) continue;
      for (const other of draw.dependents) if (other !== lane) this.run(other, this.#clock.now());
    }
  }

  /** Looks at one lane. Never recurses: a send that ends at once comes back round. */
  run(lane: Lane, nowMs: number): void {
    if (this.#isClosed) return;
    if (lane.isPumping) {
      lane.mustPumpAgain = true;
      return;
    }
    lane.isPumping = true;
    lane.mustPumpAgain = false;
    let wakeAtMs = this.#sendAll(lane, nowMs);
    while (lane.mustPumpAgain) {
      lane.mustPumpAgain = false;
      wakeAtMs = this.#sendAll(lane, this.#clock.now());
    }
    lane.isPumping = false;
    this.#arm(lane, wakeAtMs);
  }

  /** Whether a request of this lane could go this very moment, with nobody before it. */
  canGoAtOnce(waiting: Waiting, nowMs: number): boolean {
    const { lane, job } = waiting;
    return lane.queue.size === 0 && admit(lane, job.cost, nowMs, this.#admission).atMs <= nowMs;
  }

  /** Sends what may go. Returns when to look again, Infinity for never. */
  #sendAll(lane: Lane, startedAtMs: number): number {
    let nowMs = startedAtMs;
    for (let isFirst = true; ; isFirst = false) {
      // Where nobody waits, or there is no slot and nobody's time can run out, there is nothing to ask: the usual ends of a look.
      if (lane.queue.size === 0 || (!hasSlot(lane) && lane.queue.wakeAtMs() === Infinity)) {
        if (lane.queue.size === 0) lane.emptyAtMs = nowMs;
        lane.isBacklogged = false;
        lane.isHeldByShared = lane.draws.length > 1;
        return Infinity;
      }
      // Whatever was called meanwhile may have taken its time.
      if (!isFirst) nowMs = this.#clock.now();
      const next = lane.queue.peek(nowMs);
      if (next === undefined) {
        if (this.#room.removeExpired(lane, nowMs, expiryOf)) continue;
        lane.isBacklogged = false;
        return lane.queue.wakeAtMs();
      }
      if (next.expiresAtMs < nowMs) {
        this.#room.removeExpired(lane, nowMs, expiryOf);
        continue;
      }
      const admission = admit(lane, next.job.cost, nowMs, this.#admission);
      if (admission.atMs > nowMs) {
        if (admission.isDown && this.#room.divertAll(lane)) continue;
        if (this.#endLate(lane, admission, nowMs)) continue;
        // Where a slot or a gate holds the request, its rate isn't what holds it: no growth, and no lateness to make up.
        lane.isBacklogged = admission.heldBy === "rate";
        if (lane.isBacklogged) {
          lane.bottleneck = admission.bottleneck;
          lane.dueAtMs = admission.atMs;
        }
        lane.isHeldByShared = isHeldByShared(lane, admission);
        return Math.min(admission.atMs, admission.validUntilMs, nowMs + REPLAN_MS, lane.queue.wakeAtMs());
      }
      if (isTooLate(next, nowMs)) {
        this.#room.remove(next, tooLateToAnswerError(next));
        continue;
      }
      if (lane.draws.length > 1 && this.#letOtherGo(lane, nowMs)) continue;
      this.#room.leave(lane, nowMs);
      if (next.spendsRetryBudget && !this.#pay(next, nowMs)) continue;
      lane.isHeldByShared = false;
      lane.turn = ++this.#turns;
      this.#sender.send(next, nowMs, admission.isProbe);
      if (this.#isClosed) return Infinity;
    }
  }

  /**
   * Of those that wait for what they share, the one whose last send is the longest ago goes next: whoever looks first, as
   * the lane does whose answer has just come, would have it all. Returns whether it went.
   */
  #letOtherGo(lane: Lane, nowMs: number): boolean {
    let next = lane;
    for (const draw of lane.draws) {
      for (const other of draw.dependents) {
        if (other.isHeldByShared && other.turn < next.turn && other.queue.size > 0) next = other;
      }
    }
    if (next === lane || next.isPumping) return false;
    const { turn } = next;
    this.run(next, nowMs);
    return next.turn !== turn;
  }

  /** Ends those who can't wait until this lane sends again, and returns whether there were any. */
  #endLate(lane: Lane, { heldBy, atMs }: Admission, nowMs: number): boolean {
    // Who may not wait any longer may still go this very moment: it is asked only now. And a gate is known to stay shut
    // until its instant, where a rate may rise.
    const isShut = heldBy === "gate" && atMs < Infinity;
    return isShut ? this.#endShut(lane, atMs, nowMs) : this.#room.removeExpired(lane, nowMs, expiryOf);
  }

  /** A function of its own, since one that makes a closure pays for what it holds whether or not it is made. */
  #endShut(lane: Lane, atMs: number, nowMs: number): boolean {
    return this.#room.removeExpired(lane, atMs, (each) => expiryOf(each, atMs - nowMs));
  }

  /** Pays for a retry from the budget that all of its key share; back to the queue, or to its end, where that is spent. */
  #pay(waiting: Waiting, nowMs: number): boolean {
    const { retryBudget } = waiting.lane;
    const atMs = canRetryAtMs(retryBudget, nowMs);
    if (atMs <= nowMs) {
      spend(retryBudget, nowMs);
      return true;
    }
    adviseRetryBudget(this.#event$, waiting.lane, nowMs);
    if (atMs >= waiting.expiresAtMs) {
      this.#room.end(waiting, retriesError(waiting));
    } else {
      waiting.last.notBeforeMs = atMs;
      this.#room.enterAgain(waiting, nowMs);
    }
    return false;
  }

  #arm(lane: Lane, wakeAtMs: number): void {
    if (wakeAtMs === Infinity || this.#isClosed) {
      if (lane.cancelTimer !== undefined) this.#disarm(lane);
      return;
    }
    // An earlier timer only looks once too often; a later one must go.
    if (lane.cancelTimer !== undefined && lane.timerAtMs <= wakeAtMs) return;
    this.#disarm(lane);
    lane.timerAtMs = wakeAtMs;
    lane.onTimer ??= this.#timerOf(lane);
    lane.cancelTimer = this.#clock.after(Math.max(0, wakeAtMs - this.#clock.now()), lane.onTimer);
  }

  #timerOf(lane: Lane): () => void {
    return () => {
      lane.cancelTimer = undefined;
      lane.timerAtMs = Infinity;
      this.run(lane, this.#clock.now());
    };
  }

  #disarm(lane: Lane): void {
    lane.cancelTimer?.();
    lane.cancelTimer = undefined;
    lane.timerAtMs = Infinity;
  }
}

/** Whether somebody else's sends may be what holds a lane; where that can't be told, as of slots, it is looked at once too often. */
function isHeldByShared(lane: Lane, { heldBy, bottleneck }: Admission): boolean {
  if (lane.draws.length === 1) return false;
  return heldBy === "slot" || (bottleneck !== undefined && bottleneck.key !== lane.key);
}

/** Whether its wait has used up the time that an answer usually takes: sent now, it would be given up in flight. */
function isTooLate({ lane: { latency }, job, deadlineAtMs, startedAtMs }: Waiting, nowMs: number): boolean {
  if (deadlineAtMs === Infinity || nowMs === startedAtMs) return false;
  // Whoever allows no more than that from the start wants it tried.
  return job.deadlineMs >= latency.usualMs && deadlineAtMs - nowMs < latency.usualMs;
}

/** A retry that ran out of time waiting for the retry budget ended for want of that. `openInMs`: how long all wait anyway. */
function expiryOf(waiting: Waiting, openInMs?: number): SluiceError {
  return waiting.spendsRetryBudget ? retriesError(waiting) : expiredError(waiting, openInMs);
}
