import type { Clock } from "../../src/clock.js";
import type { Random } from "../../src/random.js";

/** `setTimeout` takes a longer delay than this (2^31 - 1 ms), and what isn't a number, for 1 ms. */
const TIMER_MAX_MS = 2 ** 31 - 1;

type Callback = (...args: unknown[]) => void;
type NewTarget = Parameters<typeof Reflect.construct>[2];

/**
 * Puts a clock and dice in the place of the global ones, for packages that know no others: `Date`, `performance.now`,
 * the timers, `AbortSignal.timeout` and `Math.random`. Delays are what Node makes of them: whole milliseconds, 1 at
 * least. What is captured before (a timer function kept at load time, `node:timers/promises`) escapes it.
 *
 * Whatever else runs in this thread meanwhile lives in that time too.
 *
 * @returns what puts everything back as it was
 */
export function installGlobals(clock: Clock, random: Random): () => void {
  const patches = new Patches();
  const wallNow = (): number => Math.floor(clock.wallNow());
  patches.set(Date, "now", wallNow);
  patches.set(globalThis, "Date", virtualDate(Date, wallNow));
  patches.set(performance, "now", () => clock.now());
  patches.set(Math, "random", random);
  patches.set(AbortSignal, "timeout", (delayMs: number) => abortAfter(clock, delayMs));
  const start = (callback: Callback, delayMs: number, isRepeated: boolean, args: readonly unknown[]): VirtualTimer =>
    new VirtualTimer(clock, () => callback(...args), { delayMs, isRepeated });
  const stop = (timer: unknown): void => {
    if (timer instanceof VirtualTimer) timer.close();
  };
  patches.set(globalThis, "setTimeout", (callback: Callback, delayMs?: unknown, ...args: unknown[]) =>
    start(checked(callback), timerDelay(delayMs), false, args),
  );
  patches.set(globalThis, "setInterval", (callback: Callback, delayMs?: unknown, ...args: unknown[]) =>
    start(checked(callback), timerDelay(delayMs), true, args),
  );
  patches.set(globalThis, "setImmediate", (callback: Callback, ...args: unknown[]) =>
    start(checked(callback), 0, false, args),
  );
  for (const name of ["clearTimeout", "clearInterval", "clearImmediate"]) patches.set(globalThis, name, stop);
  return () => patches.undo();
}

/** What Node does with a delay: fractions are cut off, and what it can't use becomes 1 ms. */
export function timerDelay(delayMs: unknown): number {
  const wanted = Number(delayMs);
  return wanted >= 1 && wanted <= TIMER_MAX_MS ? Math.trunc(wanted) : 1;
}

/** What a timer function returns, with what Node's own can do. */
class VirtualTimer {
  readonly #clock: Clock;
  readonly #task: () => void;
  readonly #delayMs: number;
  readonly #isRepeated: boolean;
  #takeBack: (() => void) | undefined;

  constructor(
    clock: Clock,
    task: () => void,
    { delayMs, isRepeated }: { readonly delayMs: number; readonly isRepeated: boolean },
  ) {
    this.#clock = clock;
    this.#task = task;
    this.#delayMs = delayMs;
    this.#isRepeated = isRepeated;
    this.refresh();
  }

  refresh(): this {
    this.#takeBack?.();
    this.#takeBack = this.#clock.after(this.#delayMs, () => {
      this.#takeBack = undefined;
      if (this.#isRepeated) this.refresh();
      this.#task();
    });
    return this;
  }

  close(): this {
    this.#takeBack?.();
    this.#takeBack = undefined;
    return this;
  }

  /** A virtual clock keeps no process alive, and none from ending. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function checked(callback: Callback): Callback {
  if (typeof callback !== "function") throw new TypeError("The callback of a timer must be a function");
  return callback;
}

function virtualDate(real: DateConstructor, wallNow: () => number): DateConstructor {
  const make = (args: readonly unknown[], target: NewTarget): object =>
    Reflect.construct(real, args.length === 0 ? [wallNow()] : args, target);
  return new Proxy(real, {
    construct: (_, args: readonly unknown[], target) => make(args, target),
    apply: () => String(make([], real)),
  });
}

function abortAfter(clock: Clock, delayMs: number): AbortSignal {
  const controller = new AbortController();
  const abort = (): void =>
    controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
  clock.after(timerDelay(delayMs), abort);
  return controller.signal;
}

/** Properties set to something else for a while. */
class Patches {
  readonly #undo: (() => void)[] = [];

  set(target: object, key: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(target, key);
    Object.defineProperty(target, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: before?.enumerable ?? false,
    });
    this.#undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, key);
      else Object.defineProperty(target, key, before);
    });
  }

  undo(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}
