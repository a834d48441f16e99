import { Waiter } from "../pace/waiter.js";
import type { Outcome, ResponseFacts } from "../signal/signal.js";
import type { Job, QueuePlace, Ticket } from "./job.js";
import type { Lane } from "./lane.js";
import type { LiveTry } from "./try.js";

/** What a try left behind: the last word of a request that we end after it. Few requests have one while they wait. */
export interface LastWord {
  readonly atMs: number;
  readonly outcome: Outcome | undefined;
  /** How often it met the same outcome in a row. */
  readonly repeats: number;
  readonly cause: unknown;
  readonly facts: ResponseFacts | undefined;
  /** Earliest instant of its next try. */
  notBeforeMs: number;
  /** Its next try is one that the retry budget pays for. */
  spendsRetryBudget: boolean;
}

const NO_WORD: LastWord = Object.freeze({
  atMs: 0,
  outcome: undefined,
  repeats: 0,
  cause: undefined,
  facts: undefined,
  notBeforeMs: 0,
  spendsRetryBudget: false,
});

/** Whom a waiting request tells that its caller has given it up. */
export interface AbortHandler {
  onAbort(waiting: Waiting, reason: unknown): void;
}

/**
 * One request between its call and its end: in the queue, or with a try in flight. Its fields are few and flat, since a
 * hundred thousand of them may wait, and each survives two collections on its way: what the job or the last word knows
 * already is asked of them. It listens to the caller's signal itself, without a closure.
 */
export class Waiting extends Waiter implements Ticket {
  readonly job: Job;
  readonly lane: Lane;
  readonly number: number;
  /** When it was called. */
  startedAtMs: number;
  /** Tries sent. */
  attempts = 0;
  /** Those of them that served as a probe into an outage: they don't count. */
  probes = 0;
  /** What its last try left, once there was one. */
  last: LastWord = NO_WORD;
  /** The try in flight, if there is one. */
  current: LiveTry | undefined = undefined;
  /** Whether it has come to its end: nothing may happen to it any more. */
  isOver = false;

  constructor(job: Job, lane: Lane, number: number, nowMs: number) {
    super();
    this.job = job;
    this.lane = lane;
    this.number = number;
    this.startedAtMs = nowMs;
  }

  get priority(): number {
    return this.job.priority;
  }

  get tenant(): string | undefined {
    return this.job.tenant;
  }

  get cost(): number {
    return this.job.cost.requests ?? 1;
  }

  get notBeforeMs(): number {
    return this.last.notBeforeMs;
  }

  /** When its caller can't wait any longer, Infinity for never. */
  get expiresAtMs(): number {
    const { deadlineMs, waitMaxMs } = this.job;
    // Nearly always, and asked at every look.
    if (deadlineMs === Infinity && waitMaxMs === Infinity) return Infinity;
    return Math.min(this.deadlineAtMs, this.enqueuedAtMs + this.job.waitMaxMs);
  }

  /** When its present wait began. */
  get enqueuedAtMs(): number {
    return this.last === NO_WORD ? this.startedAtMs : this.last.atMs;
  }

  get spendsRetryBudget(): boolean {
    return this.last.spendsRetryBudget;
  }

  /** When its caller needs an end, Infinity for never. */
  get deadlineAtMs(): number {
    return this.startedAtMs + this.job.deadlineMs;
  }

  get queuePlace(): QueuePlace {
    const { sequence, virtualStart, startedAtMs, attempts, probes } = this;
    return { sequence, virtualStart, startedAtMs, attempts: attempts - probes };
  }

  /** Goes on where the same request stood before it was given up. */
  takeOver({ sequence, virtualStart, startedAtMs, attempts }: QueuePlace): void {
    this.sequence = sequence;
    this.virtualStart = virtualStart;
    this.startedAtMs = startedAtMs;
    this.attempts = attempts;
  }

  /** Called by the caller's AbortSignal. */
  handleEvent(): void {
    this.cancel(this.job.abort?.reason);
  }

  cancel(reason: unknown): void {
    this.lane.abortHandler.onAbort(this, reason);
  }
}
