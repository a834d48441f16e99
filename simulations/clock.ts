import type { Clock } from "../src/clock.js";

/** How a {@link VirtualClock} begins. */
export interface VirtualClockOptions {
  /** Wall time at the start, in milliseconds since 1970. Default: 1 January 2026, 00:00 UTC. */
  readonly wallStartMs?: number;
}

/** A clock that stands still until it is told to run, and then jumps from one task to the next. */
export interface VirtualClock extends Clock {
  /** Tasks that wait, those taken back not counted. */
  readonly pending: number;
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

interface Entry {
  readonly atMs: number;
  /** Tells apart what is due at the same instant: first come, first run. */
  readonly order: number;
  /** Absent once taken back or run. */
  task: (() => void) | undefined;
}

export const DEFAULT_WALL_START_MS = Date.UTC(2026, 0, 1);

/** Makes a virtual clock at 0. A binary heap holds its tasks; one taken back stays in it, empty, until half of it is. */
export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const wallStartMs = options.wallStartMs ?? DEFAULT_WALL_START_MS;
  let heap: Entry[] = [];
  let empty = 0;
  let orderNext = 0;
  let nowMs = 0;

  const takeBack = (entry: Entry): void => {
    if (entry.task === undefined) return;
    entry.task = undefined;
    empty++;
    if (empty * 2 <= heap.length) return;
    // A sorted array is a heap.
    heap = heap.filter((each) => each.task !== undefined).sort(byMoment);
    empty = 0;
  };

  const dropEmpty = (): Entry | undefined => {
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      if (top.task !== undefined) return top;
      popTop(heap);
      empty--;
    }
    return undefined;
  };

  const isDue = (untilMs: number): boolean => {
    const top = dropEmpty();
    return top !== undefined && top.atMs <= untilMs && top.atMs !== Number.POSITIVE_INFINITY;
  };

  const finish = (untilMs: number): void => {
    if (untilMs !== Number.POSITIVE_INFINITY) nowMs = Math.max(nowMs, untilMs);
  };

  const clock: VirtualClock = {
    now: () => nowMs,
    wallNow: () => wallStartMs + nowMs,
    after(delayMs, task) {
      const entry: Entry = { atMs: nowMs + (delayMs > 0 ? delayMs : 0), order: orderNext++, task };
      push(heap, entry);
      return () => takeBack(entry);
    },
    get pending() {
      return heap.length - empty;
    },
    nextAt: () => dropEmpty()?.atMs,
    step() {
      if (!isDue(Number.POSITIVE_INFINITY)) return false;
      const entry = popTop(heap);
      const task = entry?.task;
      if (entry === undefined || task === undefined) throw new Error("BUG: the heap's top vanished");
      nowMs = entry.atMs;
      // Taking it back from now on must not count it as empty: it has left the heap.
      entry.task = undefined;
      task();
      return true;
    },
    run(untilMs = Number.POSITIVE_INFINITY) {
      while (isDue(untilMs)) clock.step();
      finish(untilMs);
    },
    async runAsync(untilMs = Number.POSITIVE_INFINITY, settle) {
      if (settle === undefined) await eachInTurn(() => isDue(untilMs) && clock.step());
      else {
        await settle();
        while (isDue(untilMs)) {
          clock.step();
          await settle();
        }
      }
      finish(untilMs);
    },
  };
  return clock;
}

/** So many turns are asked for at once, at most; between these, the event loop comes round to everything else. */
const TURNS_AT_ONCE_MAX = 256;

/**
 * Calls `step` in turns of the event loop until it says false: all promises and ticks that are ready run before each
 * call. Turns that wait in line have that between them just as turns far apart do, and cost a tenth.
 */
function eachInTurn(step: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const turns = createTurns((isLast) => {
      try {
        if (!step()) end(resolve);
        else if (isLast) turns.start();
      } catch (error) {
        end(() => reject(error));
      }
    });
    const end = (how: () => void): void => {
      turns.close();
      how();
    };
    turns.start();
  });
}

/** A world may put its own in the place of the global one. */
const nextTurn: ((callback: () => void) => void) | undefined = Reflect.get(globalThis, "setImmediate");

/** Calls `turn` some times after each start, each time in a turn of the event loop of its own, until it is closed. */
function createTurns(turn: (isLast: boolean) => void): { start(): void; close(): void } {
  let isClosed = false;
  let count = 2;
  let left = 0;
  const next = (): void => {
    if (!isClosed) turn(--left === 0);
  };
  let post: () => void;
  let close = (): void => {};
  if (nextTurn !== undefined) post = () => nextTurn(next);
  else {
    // By messages to oneself, where there is nothing better: they come after all that is ready, and wait for no timer.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = next;
    post = () => port2.postMessage(null);
    close = () => port1.close();
  }
  return {
    start() {
      count = Math.min(count * 2, TURNS_AT_ONCE_MAX);
      left = count;
      for (let index = 0; index < count; index++) post();
    },
    close() {
      isClosed = true;
      close();
    },
  };
}

function byMoment(a: Entry, b: Entry): number {
  return a.atMs - b.atMs || a.order - b.order;
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (parent === undefined || byMoment(parent, entry) <= 0) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = entry;
}

function popTop(heap: Entry[]): Entry | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    const child = smallerChild(heap, index);
    if (child === undefined || byMoment(last, child.entry) <= 0) break;
    heap[index] = child.entry;
    index = child.index;
  }
  heap[index] = last;
  return top;
}

function smallerChild(heap: readonly Entry[], index: number): { index: number; entry: Entry } | undefined {
  const left = heap[2 * index + 1];
  const right = heap[2 * index + 2];
  if (left === undefined) return undefined;
  if (right === undefined || byMoment(left, right) <= 0) return { index: 2 * index + 1, entry: left };
  return { index: 2 * index + 2, entry: right };
}
