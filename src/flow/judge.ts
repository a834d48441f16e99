import type { Subject } from "rxjs";
import type { CompleteOptions } from "../complete.js";
import { isSluiceError } from "../errors.js";
import { canRetryAtMs, onSuccess } from "../pace/retry-budget.js";
import type { Outcome } from "../signal/signal.js";
import { adviseRetryBudget } from "./advice.js";
import type { SluiceEvent } from "./event.js";
import { type Exchange, JUST_ACCEPTED } from "./exchange.js";
import type { Verdict } from "./job.js";
import type { Lane } from "./lane.js";
import { exhaustedError, retriesError, tooLateError, tooLateToRetryError, waitTooLongError } from "./refusal.js";
import { planRetry, type RetryPlan } from "./retry.js";
import type { WaitingRoom } from "./room.js";
import type { LiveTry } from "./try.js";

/** An exhausted key is tried again this often, by one request. */
export const EXHAUSTED_RETRY_MS = 60_000;
/** However long a server asks to be left alone, a key is looked at again after an hour. */
const GATE_MAX_MS = 3_600_000;

const ACCEPTED: Verdict = { next: "deliver", signal: JUST_ACCEPTED };

/** What becomes of a request once its response is known, and of those that wait behind it. */
export class Judge {
  readonly #options: CompleteOptions;
  readonly #room: WaitingRoom;
  readonly #event$: Subject<SluiceEvent>;

  constructor(options: CompleteOptions, room: WaitingRoom, event$: Subject<SluiceEvent>) {
    this.#options = options;
    this.#room = room;
    this.#event$ = event$;
  }

  judge(exchange: Exchange): Verdict {
    const { live, signal, nowMs } = exchange;
    const { waiting } = live;
    const { lane } = waiting;
    if (signal.outcome === "accepted") {
      onSuccess(lane.retryBudget, nowMs);
      lane.isExhausted = false;
      return signal === JUST_ACCEPTED ? ACCEPTED : { next: "deliver", signal };
    }
    if (signal.outcome === "exhausted") this.exhaust(lane, nowMs);
    if (live.isAborted) return givenUp(exchange);
    const { outcome } = signal;
    // Jobs take hours: who waits for one of them to end isn't to run out of tries.
    if (outcome === "saturated" && lane.place?.endpoint.jobs !== undefined) waiting.probes += live.isProbe ? 0 : 1;
    const repeats = repeatsOf(live, outcome);
    const { error: cause, facts } = exchange;
    waiting.last = { atMs: nowMs, outcome, repeats, cause, facts, notBeforeMs: 0, spendsRetryBudget: false };
    const plan = this.#plan(exchange);
    if (plan.next === "retry") return this.#retry(exchange, plan);
    return plan.isWaitTooLong ? this.#gate(exchange) : { next: "deliver", signal };
  }

  #plan({ live, facts, isOwn, signal }: Exchange): RetryPlan {
    const { waiting, isForeign } = live;
    return planRetry(
      {
        outcome: signal.outcome,
        status: facts?.status,
        isOwnFailure: isOwn,
        neverFits: signal.refused?.neverFits === true,
        retryAfterMs: signal.retryAfterMs,
        isRetryAfterStated: signal.retryAfterDerived !== true,
        attempts: waiting.attempts - waiting.probes,
        repeats: waiting.last.repeats,
        canRepeat: !isForeign && waiting.job.canRepeat && !goesElsewhere(waiting, signal.outcome),
      },
      this.#options.retry,
      this.#options.random(),
    );
  }

  #retry(exchange: Exchange, plan: RetryPlan & { next: "retry" }): Verdict {
    const { live, signal, nowMs } = exchange;
    const { waiting } = live;
    const { retryBudget } = waiting.lane;
    const budgetAtMs = plan.spendsBudget ? canRetryAtMs(retryBudget, nowMs) : 0;
    const atMs = Math.max(nowMs + plan.delayMs, budgetAtMs);
    if (budgetAtMs > nowMs + plan.delayMs) adviseRetryBudget(this.#event$, waiting.lane, nowMs);
    const { expiresAtMs } = waiting;
    if (atMs >= expiresAtMs) {
      const errorOf = budgetAtMs >= expiresAtMs ? retriesError : tooLateToRetryError;
      return { next: "deliver", signal, error: errorOf(waiting) };
    }
    // It pays when it goes: what succeeds meanwhile may pay for it sooner, and who leaves the queue owes nothing.
    waiting.last.spendsRetryBudget = plan.spendsBudget;
    waiting.last.notBeforeMs = nowMs + plan.delayMs;
    this.#room.enterAgain(waiting, nowMs);
    if (this.#event$.observed) {
      this.#event$.next({
        type: "retry",
        atMs: nowMs,
        key: live.key,
        request: waiting.number,
        attempt: live.number,
        outcome: signal.outcome,
        delayMs: atMs - nowMs,
      });
    }
    return { next: "retry", signal };
  }

  /** A stated wait that is too long to sit out ends this request and holds the key, for an hour at most. */
  #gate({ live, signal, nowMs }: Exchange): Verdict {
    const { waiting } = live;
    const { lane } = waiting;
    const retryAfterMs = signal.retryAfterMs ?? 0;
    // An exhausted key has failed its waiters already, and is looked at every minute, whatever it asks for.
    if (signal.outcome !== "exhausted") {
      lane.gateUntilMs = Math.max(lane.gateUntilMs, nowMs + Math.min(retryAfterMs, GATE_MAX_MS));
      this.#room.removeAll(lane, (each) => tooLateError(each, lane.gateUntilMs, nowMs));
    }
    const { retryAfterMaxMs } = this.#options.retry;
    return { next: "deliver", signal, error: waitTooLongError(waiting, { retryAfterMs, retryAfterMaxMs }) };
  }

  /**
   * Waiting is futile: everybody fails at once, and one request a minute goes and looks. It is the key's own: another key
   * that shares a budget with it finds out for itself, with one request, rather than fail for a stranger's empty account.
   */
  exhaust(lane: Lane, nowMs: number): void {
    lane.isExhausted = true;
    lane.exhaustedUntilMs = nowMs + EXHAUSTED_RETRY_MS;
    this.#room.removeAll(lane, (each) => exhaustedError(each, EXHAUSTED_RETRY_MS));
  }
}

function givenUp({ live, signal, error }: Exchange): Verdict {
  return live.isLate && isSluiceError(error) ? { next: "deliver", signal, error } : { next: "deliver", signal };
}

/** Who has another way where a server is overloaded doesn't ask it again. */
function goesElsewhere({ job }: LiveTry["waiting"], outcome: Outcome): boolean {
  return outcome === "overloaded" && job.hasFallback === true;
}

/** A probe into an outage has its own, growing intervals: who served as one must not be missing when the next is due. */
function repeatsOf({ waiting: { last }, isProbe }: LiveTry, outcome: Outcome): number {
  return last.outcome === outcome ? last.repeats + (isProbe ? 0 : 1) : 1;
}
