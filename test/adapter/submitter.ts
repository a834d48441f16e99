import type { Cost } from "../../src/cost.js";
import { SluiceError } from "../../src/errors.js";
import type { Job, Submitter, Ticket, Try, Verdict } from "../../src/flow/job.js";
import type { ResponseFacts, Signal } from "../../src/signal/signal.js";

type Warning = Parameters<Submitter["warn"]>[0];

/** What one try was told. */
export interface Told {
  readonly number: number;
  responded?: ResponseFacts | undefined;
  failed?: { error: unknown; isOwn: boolean };
  corrected?: ResponseFacts;
  warned?: unknown;
  finished: number;
  actual?: Cost | undefined;
}

const OUTCOMES: Readonly<Record<number, Signal["outcome"]>> = { 429: "throttled", 503: "overloaded", 402: "exhausted" };

/**
 * Stands in for the loop: starts a job at once (or when it is released), takes 429, 503 and lost connections for
 * something to try again, up to `attemptsMax`, and writes down what it was told.
 */
export class ScriptedSubmitter implements Submitter {
  readonly told: Told[] = [];
  readonly jobs: Job[] = [];
  readonly warnings: Warning[] = [];
  attemptsMax = 1;
  /** Jobs wait for `release` while this is set. */
  holds = false;
  /** Our own reason, put beside the last verdict. */
  lastError: SluiceError | undefined;
  /** Refuses every job, with this. */
  refuseAll: unknown;
  #held: (() => void)[] = [];
  #live = new Map<Job, Pick<Try, "holder">>();

  readonly advice: string[] = [];

  readonly isHeard = true;

  advise({ code }: { readonly code: string }): void {
    this.advice.push(code);
  }

  submit(job: Job): Ticket | undefined {
    this.jobs.push(job);
    if (this.refuseAll !== undefined) {
      job.refuse(this.refuseAll);
      return undefined;
    }
    const abort = new AbortController();
    if (job.abort?.aborted === true) {
      job.refuse(job.abort.reason);
      return undefined;
    }
    const queuePlace = { sequence: this.jobs.length, virtualStart: -1, startedAtMs: 0, attempts: 0 };
    const ticket = { queuePlace, cancel: (reason: unknown) => abort.abort(reason) };
    const cancelled = job.abort === undefined ? abort.signal : AbortSignal.any([abort.signal, job.abort]);
    if (!this.holds) {
      this.#try(job, 1, cancelled);
      return ticket;
    }
    const onAbort = (): void => {
      this.#held = this.#held.filter((held) => held !== go);
      job.refuse(cancelled.reason);
    };
    const go = (): void => {
      cancelled.removeEventListener("abort", onAbort);
      this.#try(job, 1, cancelled);
    };
    cancelled.addEventListener("abort", onAbort, { once: true });
    this.#held.push(go);
    return ticket;
  }

  note(job: Job): boolean {
    this.jobs.push(job);
    this.#try(job, 1, new AbortController().signal);
    return true;
  }

  warn(warning: Warning): void {
    this.warnings.push(warning);
  }

  release(): void {
    for (const go of this.#held.splice(0)) go();
  }

  /** The loop's time-out: the edge must end the try by itself. */
  timeOut(): void {
    for (const live of [...this.#live.values()])
      live.holder?.onTryAbort(new SluiceError("ERR_SLUICE_TIMEOUT", "too slow"));
  }

  get inFlight(): number {
    return this.#live.size;
  }

  #try(job: Job, number: number, cancelled: AbortSignal): void {
    const told: Told = { number, finished: 0 };
    this.told.push(told);
    let verdict: Verdict | undefined;
    const controller = new AbortController();
    const conclude = (signal: Signal, canRetry: boolean): Verdict => {
      if (verdict !== undefined) return verdict;
      if (canRetry && job.canRepeat && number < this.attemptsMax && !cancelled.aborted) {
        verdict = { next: "retry", signal };
        setImmediate(() => this.#try(job, number + 1, cancelled));
      } else {
        const { lastError } = this;
        verdict =
          signal.outcome === "accepted" || lastError === undefined
            ? { next: "deliver", signal }
            : { next: "deliver", signal, error: lastError };
      }
      return verdict;
    };
    const attempt: Try = {
      number,
      key: job.key,
      holder: undefined,
      get signal() {
        return controller.signal;
      },
      respond: (facts) => {
        told.responded = facts;
        const status = facts?.status ?? 200;
        const outcome = OUTCOMES[status] ?? (status < 400 ? "accepted" : "failed");
        return conclude({ outcome, quotas: [] }, outcome === "throttled" || outcome === "overloaded");
      },
      fail: (error, options) => {
        const isOwn = options?.isOwn === true;
        told.failed ??= { error, isOwn };
        return conclude({ outcome: "failed", quotas: [] }, !isOwn);
      },
      correct: (facts) => {
        told.corrected = facts;
      },
      outlast: () => () => {},
      wantsActual: true,
      warn: (error) => {
        told.warned = error;
      },
      finish: (actual) => {
        told.finished += 1;
        told.actual = actual;
        this.#live.delete(job);
        cancelled.removeEventListener("abort", onAbort);
      },
    };
    const onAbort = (): void => {
      if (verdict !== undefined) return;
      attempt.holder?.onTryAbort(cancelled.reason);
      controller.abort(cancelled.reason);
    };
    cancelled.addEventListener("abort", onAbort, { once: true });
    this.#live.set(job, attempt);
    job.start(attempt);
  }
}
