import type { Clock } from "../clock.js";
import { SluiceError } from "../errors.js";
import type { LiveTry } from "./try.js";

/**
 * The tries that may take equally long, in the order in which their time runs out. They are linked to one another: a Set
 * of young objects that come and go keeps its old tables, and with them everything that was in them, until a full
 * collection (V8 links each table to the next), which made a task a third dearer.
 */
export interface Line {
  readonly timeoutMs: number;
  first: LiveTry | undefined;
  last: LiveTry | undefined;
  cancelTimer: (() => void) | undefined;
}

/**
 * All tries in flight, and the time that each may take. Most may take equally long, so that the order of sending is the
 * order of running out, and one timer serves them all.
 */
export class InFlight {
  readonly #clock: Clock;
  readonly #lines = new Map<number, Line>();
  /** The line that was asked for last: nearly always the one that is asked for next. */
  #lastLine: Line | undefined = undefined;
  /** Those whose response is known. */
  readonly #answered = lineFor(Infinity);
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#size;
  }

  /** Every try in flight, as an array of its own. */
  all(): readonly LiveTry[] {
    return [this.#answered, ...this.#lines.values()].flatMap((line) => membersOf(line));
  }

  add(live: LiveTry): void {
    this.#append(this.#lineOf(timeFor(live)), live);
    this.#size += 1;
  }

  /** Its response is known: however long its body takes, its clock doesn't run any more, nor keep a process alive. */
  answered(live: LiveTry): void {
    if (live.line === undefined || live.line === this.#answered) return;
    this.#remove(live.line, live);
    this.#append(this.#answered, live);
  }

  /** No timer is left where nothing waits for an answer. */
  delete(live: LiveTry): void {
    if (live.line === undefined) return;
    this.#remove(live.line, live);
    this.#size -= 1;
  }

  #lineOf(timeoutMs: number): Line {
    if (this.#lastLine?.timeoutMs === timeoutMs) return this.#lastLine;
    let line = this.#lines.get(timeoutMs);
    if (line === undefined) {
      line = lineFor(timeoutMs);
      this.#lines.set(timeoutMs, line);
    }
    this.#lastLine = line;
    return line;
  }

  #append(line: Line, live: LiveTry): void {
    live.line = line;
    live.ahead = line.last;
    if (line.last === undefined) line.first = live;
    else line.last.behind = live;
    line.last = live;
    if (line.cancelTimer === undefined) this.#arm(line, live);
  }

  #remove(line: Line, live: LiveTry): void {
    const { ahead, behind } = live;
    if (ahead === undefined) line.first = behind;
    else ahead.behind = behind;
    if (behind === undefined) line.last = ahead;
    else behind.ahead = ahead;
    live.line = undefined;
    live.ahead = undefined;
    live.behind = undefined;
    if (line.first !== undefined || line === this.#answered) return;
    line.cancelTimer?.();
    this.#lines.delete(line.timeoutMs);
    if (line === this.#lastLine) this.#lastLine = undefined;
  }

  #arm(line: Line, first: LiveTry): void {
    if (line.timeoutMs === Infinity) return;
    const delayMs = Math.max(0, first.sentAtMs + line.timeoutMs - this.#clock.now());
    line.cancelTimer = this.#clock.after(delayMs, () => this.#onTimer(line));
  }

  #onTimer(line: Line): void {
    line.cancelTimer = undefined;
    const nowMs = this.#clock.now();
    for (const live of membersOf(line)) {
      if (live.sentAtMs + line.timeoutMs > nowMs) return this.#arm(line, live);
      const isLate = line.timeoutMs < live.waiting.job.attemptTimeoutMs;
      if (isLate) live.giveUp(lateError(live), true);
      else live.abort(timeoutError(live, line.timeoutMs));
    }
  }
}

function lineFor(timeoutMs: number): Line {
  return { timeoutMs, first: undefined, last: undefined, cancelTimer: undefined };
}

function membersOf(line: Line): readonly LiveTry[] {
  const members: LiveTry[] = [];
  for (let live = line.first; live !== undefined; live = live.behind) members.push(live);
  return members;
}

/** What a try may take, in milliseconds: no more than its request's deadline leaves. */
function timeFor({ waiting, sentAtMs }: LiveTry): number {
  return Math.min(waiting.job.attemptTimeoutMs, Math.max(0, waiting.deadlineAtMs - sentAtMs));
}

function timeoutError({ key, number }: LiveTry, timeoutMs: number): SluiceError {
  const message = `no response within attemptTimeoutMs (${timeoutMs} ms)`;
  return new SluiceError("ERR_SLUICE_TIMEOUT", message, { key, attempts: number });
}

function lateError({ key, number, waiting }: LiveTry): SluiceError {
  const message = `no response within deadlineMs (${waiting.job.deadlineMs} ms since the call)`;
  return new SluiceError("ERR_SLUICE_DEADLINE", message, { key, attempts: number });
}
