import type { Stamp } from "../control/budget.js";
import type { Cost } from "../cost.js";
import type { ResponseFacts } from "../signal/signal.js";
import type { Governed } from "./governed.js";
import type { Line } from "./in-flight.js";
import type { Try, TryHolder, Verdict } from "./job.js";
import type { Waiting } from "./waiting.js";

/** What a try has drawn on one budget, with the stamp that it gave, and what it has drawn on the next. */
export class Draw {
  readonly budget: Governed;
  /** Another one once a fleet that shares the budget has counted the try. */
  stamp: Stamp;
  readonly next: Draw | undefined;

  constructor(budget: Governed, stamp: Stamp, next: Draw | undefined) {
    this.budget = budget;
    this.stamp = stamp;
    this.next = next;
  }
}

/** An ordinary try, the one probe into an outage, or a stranger's. */
export type TryKind = "ordinary" | "probe" | "foreign";

/** Who hears what becomes of a try. */
export interface TryListener {
  /** Whether anybody listens beside. */
  readonly isHeard: boolean;
  onRespond(live: LiveTry, facts: ResponseFacts | undefined): Verdict;
  onFail(live: LiveTry, error: unknown, isOwn: boolean): Verdict;
  onCorrect(live: LiveTry, facts: ResponseFacts): void;
  onWarn(live: LiveTry, error: unknown): void;
  onFinish(live: LiveTry, actual: Cost | undefined): void;
  /** What a finished try had begun at the server has ended too. */
  onOutlasted(live: LiveTry): void;
}

/** One try in flight. Every end of it passes through here once, whatever an edge calls and how often. */
export class LiveTry implements Try {
  readonly number: number;
  readonly waiting: Waiting;
  /** What it has drawn on: a chain, since most tries draw on one budget and an array costs ten times as much. */
  readonly draws: Draw | undefined;
  readonly sentAtMs: number;
  readonly isProbe: boolean;
  /** Whether somebody else sent it, at no rate of ours. */
  readonly isForeign: boolean;
  holder: TryHolder | undefined = undefined;
  /** The line of those that may take equally long, and its neighbours there. */
  line: Line | undefined = undefined;
  ahead: LiveTry | undefined = undefined;
  behind: LiveTry | undefined = undefined;
  /** Known once it was answered. */
  verdict: Verdict | undefined = undefined;
  isFinished = false;
  /** Whether it keeps its place in the number in flight when it is finished. */
  outlasts = false;
  /** Whether the caller gave it up, or `close({ abort: true })` did. */
  isAborted = false;
  /** Whether it was given up because its request had no more time. */
  isLate = false;
  readonly #listener: TryListener;
  #controller: AbortController | undefined = undefined;
  #abortReason: unknown = undefined;
  #isAborting = false;

  constructor(listener: TryListener, waiting: Waiting, draws: Draw | undefined, sentAtMs: number, kind: TryKind) {
    this.#listener = listener;
    this.waiting = waiting;
    this.number = waiting.attempts;
    this.draws = draws;
    this.sentAtMs = sentAtMs;
    this.isProbe = kind === "probe";
    this.isForeign = kind === "foreign";
  }

  get key(): string {
    return this.waiting.lane.key;
  }

  get wantsActual(): boolean {
    for (let draw = this.draws; draw !== undefined; draw = draw.next) {
      if (draw.budget.dimension !== "requests") return true;
    }
    return this.#listener.isHeard;
  }

  /** Made on first read: most tries never need one. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborting) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Whether it was ended from our side. */
  get isStopped(): boolean {
    return this.#isAborting;
  }

  respond(facts: ResponseFacts | undefined): Verdict {
    if (this.verdict !== undefined) return this.verdict;
    return this.#listener.onRespond(this, facts);
  }

  fail(error: unknown, options?: { readonly isOwn?: boolean }): Verdict {
    if (this.verdict !== undefined) return this.verdict;
    return this.#listener.onFail(this, error, options?.isOwn === true);
  }

  correct(facts: ResponseFacts): void {
    if (!this.isFinished && this.verdict?.signal.outcome === "accepted") this.#listener.onCorrect(this, facts);
  }

  warn(error: unknown): void {
    this.#listener.onWarn(this, error);
  }

  outlast(): () => void {
    this.outlasts = !this.isFinished;
    return () => {
      if (!this.outlasts) return;
      this.outlasts = false;
      if (this.isFinished) this.#listener.onOutlasted(this);
    };
  }

  finish(actual?: Cost): void {
    if (this.isFinished) return;
    this.isFinished = true;
    this.holder = undefined;
    this.#listener.onFinish(this, actual);
  }

  /** Nobody waits for it any longer, whatever it would have come to: its request's deadline, the caller's abort, a hard close. */
  giveUp(reason: unknown, isLate = false): void {
    this.isAborted = true;
    this.isLate = isLate;
    this.abort(reason);
  }

  /** Ends the try from our side: it is given up, or takes too long. */
  abort(reason: unknown): void {
    if (this.isFinished || this.#isAborting) return;
    this.#isAborting = true;
    this.#abortReason = reason;
    const { holder } = this;
    this.holder = undefined;
    holder?.onTryAbort(reason);
    this.#controller?.abort(reason);
  }
}
