import type { Clock } from "../../src/clock.js";
import type { Wire, WireListener } from "./contestant.js";

/** What happens to the clocks of all clients, and not to the server's. */
export type ClockJump =
  /** Somebody sets the wall clock by so much, forwards or back. The monotonic one doesn't notice. */
  | { readonly atMs: number; readonly wallMs: number }
  /** The processes stand still for so long: timers, answers and new requests reach them when they go on, all at once. */
  | { readonly atMs: number; readonly sleepMs: number };

/** The time of the clients. */
export interface ClientTime {
  readonly clock: Clock;
  /** The way to the server, for a client that hears nothing while it stands still. */
  awake(wire: Wire): Wire;
}

/** Makes the clients' time out of the world's. */
export function createClientTime(clock: Clock, jumps: readonly ClockJump[]): ClientTime {
  if (jumps.length === 0) return { clock, awake: (wire) => wire };
  const sleeps = jumps.flatMap((jump) => ("sleepMs" in jump ? [jump] : []));
  const sets = jumps.flatMap((jump) => ("wallMs" in jump ? [jump] : []));

  /** Milliseconds until it goes on; 0 while it runs. Sleeps that touch are one. */
  const wakesInMs = (): number => {
    const nowMs = clock.now();
    let wakesAtMs = nowMs;
    for (const { atMs, sleepMs } of sleeps) {
      if (atMs <= wakesAtMs && wakesAtMs < atMs + sleepMs) wakesAtMs = atMs + sleepMs;
    }
    return wakesAtMs - nowMs;
  };

  /** Runs it now, or when it goes on: then in the order in which it would have come. */
  const whenAwake = (task: () => void): (() => void) => {
    const delayMs = wakesInMs();
    if (delayMs > 0) return clock.after(delayMs, task);
    task();
    return () => {};
  };

  return {
    clock: {
      now: () => clock.now(),
      wallNow: () =>
        sets.reduce(
          (wallMs, { atMs, wallMs: byMs }) => (atMs <= clock.now() ? wallMs + byMs : wallMs),
          clock.wallNow(),
        ),
      after(delayMs, task) {
        let takeBack = clock.after(delayMs, () => {
          takeBack = whenAwake(task);
        });
        return () => takeBack();
      },
    },
    awake: (wire) => ({
      send(request, listener) {
        const late = new LateListener(listener, whenAwake);
        const giveUp = wire.send(request, late);
        return () => {
          late.isDeaf = true;
          giveUp();
        };
      },
    }),
  };
}

/** Hears everything, and tells it when its process runs. */
class LateListener implements WireListener {
  readonly #listener: WireListener;
  readonly #whenAwake: (task: () => void) => void;
  /** Set when the try is given up: nothing more may be heard of it. */
  isDeaf = false;

  constructor(listener: WireListener, whenAwake: (task: () => void) => void) {
    this.#listener = listener;
    this.#whenAwake = whenAwake;
  }

  onResponse(...args: Parameters<WireListener["onResponse"]>): void {
    this.#tell(() => this.#listener.onResponse(...args));
  }

  onEnd(): void {
    this.#tell(() => this.#listener.onEnd());
  }

  onError(error: Error): void {
    this.#tell(() => this.#listener.onError(error));
  }

  #tell(task: () => void): void {
    this.#whenAwake(() => {
      if (!this.isDeaf) task();
    });
  }
}
