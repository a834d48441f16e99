import type { CompleteOptions } from "../complete.js";
import type { SluiceError } from "../errors.js";
import { chargedIn } from "./governed.js";
import { EXHAUSTED_RETRY_MS } from "./judge.js";
import type { Pump } from "./pump.js";
import { exhaustedError, openingMs, queueFullError, tooLargeError, tooLateError } from "./refusal.js";
import type { WaitingRoom } from "./room.js";
import type { Waiting } from "./waiting.js";

/** Who may wait at all. */
export class Door {
  readonly #sizeMax: number;
  readonly #room: WaitingRoom;
  readonly #pump: Pump;

  constructor({ queue }: CompleteOptions, room: WaitingRoom, pump: Pump) {
    this.#sizeMax = queue.sizeMax;
    this.#room = room;
    this.#pump = pump;
  }

  /** Why a request may not even wait; undefined where it may. */
  refusalOf(waiting: Waiting, nowMs: number): SluiceError | undefined {
    const { lane, job } = waiting;
    if (lane.isExhausted) {
      if (nowMs < lane.exhaustedUntilMs) return exhaustedError(waiting, lane.exhaustedUntilMs - nowMs);
      lane.exhaustedUntilMs = nowMs + EXHAUSTED_RETRY_MS; // this one goes and looks, the others go on failing
    }
    if (job.isQueueBounded && this.#room.size >= this.#sizeMax && !this.#pump.canGoAtOnce(waiting, nowMs)) {
      return queueFullError(job.key, this.#sizeMax);
    }
    // Who has another way isn't held to the end of an outage: whether there is one is seen in the queue.
    const isLate = job.hasFallback !== true;
    return tooLargeOf(waiting, nowMs) ?? (isLate ? tooLateError(waiting, openingMs(waiting, nowMs), nowMs) : undefined);
  }
}

/** The server has said of a request no larger than this that it can never fit. */
function tooLargeOf({ lane: { tooLarge }, job }: Waiting, nowMs: number): SluiceError | undefined {
  if (tooLarge === undefined || nowMs >= tooLarge.untilMs) return undefined;
  const units = chargedIn(tooLarge.dimension, job.cost);
  return units < tooLarge.units ? undefined : tooLargeError(job.key, tooLarge.dimension, units);
}
