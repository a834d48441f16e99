import type { Clock } from "../src/clock.js";
import { type Timer, TimerHeap } from "./timer-heap.js";
import { eachInTurn } from "./turns.js";

/** How a {@link VirtualClock} begins. */
export interface VirtualClockOptions {
  /** Wall time at the start, in milliseconds since 1970. Default: 1 January 2026, 00:00 UTC. */
  readonly wallStartMs?: number;
}

/** A clock that stands still until it is told to run, and then jumps from one task to the next. */
export interface VirtualClock extends Clock {
  /** Tasks that wait, those taken back not counted. */
  readonly pending: number;
  /** Makes a clock that counts its own tasks. */
  branch(): ClockBranch;
  /** When the next task is due, by `now()`; undefined if none waits. */
  nextAt(): number | undefined;
  /** Runs the next task, at its moment; false if none waits. */
  step(): boolean;
  /** Runs everything due until `untilMs` (included) and leaves the clock there. Without it: until nothing waits. */
  run(untilMs?: number): void;
  /**
   * The same for code that awaits: after each task everything that became ready runs before time moves on.
   * `settle` says how long that takes; default: one turn of the event loop, which drains promises and ticks, but doesn't
   * wait for work in other threads (WebCrypto, files, sockets).
   */
  runAsync(untilMs?: number, settle?: () => Promise<void>): Promise<void>;
}

/** A clock that goes with a virtual one and counts its own tasks: who has gone may have left none behind. */
export interface ClockBranch extends Clock {
  /** Tasks that wait, those taken back not counted. */
  readonly pending: number;
}

interface BranchTimer extends Timer {
  readonly branch: { pending: number };
}

export const DEFAULT_WALL_START_MS = Date.UTC(2026, 0, 1);

/** Makes a virtual clock at 0. What is due at once waits in a line, all else in a heap. */
export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const wallStartMs = options.wallStartMs ?? DEFAULT_WALL_START_MS;
  const heap = new TimerHeap<BranchTimer>();
  const line: BranchTimer[] = [];
  let lineHead = 0;
  let nowMs = 0;
  let pending = 0;

  const now = (): number => nowMs;
  const wallNow = (): number => wallStartMs + nowMs;

  const schedule = (delayMs: number, task: () => void, branch: { pending: number }): (() => void) => {
    const atMs = nowMs + (delayMs > 0 ? delayMs : 0);
    const timer: BranchTimer = { atMs, task, isInHeap: false, branch };
    if (atMs > nowMs) heap.push(timer);
    else line.push(timer);
    pending++;
    branch.pending++;
    return () => takeBack(timer);
  };

  const takeBack = (timer: BranchTimer): void => {
    if (timer.task === undefined) return;
    end(timer);
    if (timer.isInHeap) heap.forget();
  };

  const end = (timer: BranchTimer): void => {
    timer.task = undefined;
    pending--;
    timer.branch.pending--;
  };

  /** What waits in the line was asked for at this very moment: it comes after all that the heap holds for it. */
  const next = (): BranchTimer | undefined => {
    const top = heap.top();
    if (top !== undefined && top.atMs <= nowMs) return top;
    for (; lineHead < line.length; lineHead++) {
      const first = line[lineHead];
      if (first?.task !== undefined) return first;
    }
    if (lineHead > 0) line.length = 0;
    lineHead = 0;
    return top;
  };

  const runNext = (untilMs: number): boolean => {
    const timer = next();
    const task = timer?.task;
    if (timer === undefined || task === undefined) return false;
    if (timer.atMs > untilMs || timer.atMs === Number.POSITIVE_INFINITY) return false;
    if (timer.isInHeap) heap.pop();
    else lineHead++;
    nowMs = timer.atMs;
    end(timer);
    task();
    return true;
  };

  const finish = (untilMs: number): void => {
    if (untilMs !== Number.POSITIVE_INFINITY) nowMs = Math.max(nowMs, untilMs);
  };

  const trunk = { pending: 0 };
  return {
    now,
    wallNow,
    after: (delayMs, task) => schedule(delayMs, task, trunk),
    branch() {
      const branch = { pending: 0 };
      return {
        now,
        wallNow,
        after: (delayMs, task) => schedule(delayMs, task, branch),
        get pending() {
          return branch.pending;
        },
      };
    },
    get pending() {
      return pending;
    },
    nextAt: () => next()?.atMs,
    step: () => runNext(Number.POSITIVE_INFINITY),
    run(untilMs = Number.POSITIVE_INFINITY) {
      while (runNext(untilMs));
      finish(untilMs);
    },
    async runAsync(untilMs = Number.POSITIVE_INFINITY, settle) {
      if (settle === undefined) await eachInTurn(() => runNext(untilMs));
      else {
        do await settle();
        while (runNext(untilMs));
      }
      finish(untilMs);
    },
  };
}
