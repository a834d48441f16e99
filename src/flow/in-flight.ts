import type { Clock } from "../clock.js";
import { SluiceError } from "../errors.js";
import type { LiveTry } from "./try.js";

/**
 * The tries that may take equally long, in the order in which their time runs out. They are linked to one another: a Set
 * of young objects that come and go keeps its old tables, and with them everything that was in them, until a full
 * collection (V8 links each table to the next), which made a task a third dearer.
 */
interface Line {
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
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#size;
  }

  /** Every try in flight, as an array of its own. */
  all(): readonly LiveTry[] {
    return [...this.#lines.values()].flatMap((line) => membersOf(line));
  }

  add(live: LiveTry): void {
    const { attemptTimeoutMs } = live.waiting.job;
    let line = this.#lines.get(attemptTimeoutMs);
    if (line === undefined) {
      line = { timeoutMs: attemptTimeoutMs, first: undefined, last: undefined, cancelTimer: undefined };
      this.#lines.set(attemptTimeoutMs, line);
    }
    live.ahead = line.last;
    if (line.last === undefined) line.first = live;
    else line.last.behind = live;
    line.last = live;
    this.#size += 1;
    if (line.cancelTimer === undefined) this.#arm(line, live);
  }

  /** Takes out a try that was added and not yet taken out. No timer is left where nothing is in flight. */
  delete(live: LiveTry): void {
    const line = this.#lines.get(live.waiting.job.attemptTimeoutMs);
    if (line === undefined) return;
    const { ahead, behind } = live;
    if (ahead === undefined) line.first = behind;
    else ahead.behind = behind;
    if (behind === undefined) line.last = ahead;
    else behind.ahead = ahead;
    live.ahead = undefined;
    live.behind = undefined;
    this.#size -= 1;
    if (line.first !== undefined) return;
    line.cancelTimer?.();
    this.#lines.delete(line.timeoutMs);
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
      if (live.isAnswered) continue; // its body may take longer
      if (live.sentAtMs + line.timeoutMs > nowMs) return this.#arm(line, live);
      live.abort(timeoutError(live, line.timeoutMs));
    }
  }
}

function membersOf(line: Line): readonly LiveTry[] {
  const members: LiveTry[] = [];
  for (let live = line.first; live !== undefined; live = live.behind) members.push(live);
  return members;
}

function timeoutError({ key, number }: LiveTry, timeoutMs: number): SluiceError {
  const message = `no response within attemptTimeoutMs (${timeoutMs} ms)`;
  return new SluiceError("ERR_SLUICE_TIMEOUT", message, { key, attempts: number });
}
