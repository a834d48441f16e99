import { readSignal } from "../../../src/dialect/read.js";
import type { Quota, ResponseFacts } from "../../../src/signal/signal.js";
import type { Law, LawAnswer } from "./law.js";
import { lawRival } from "./law-client.js";

const RATE_MIN = 0.05;
const RATE_MAX = 1_000;
const MARGIN = 0.97;
/** What a limit counts where nothing says so. */
const WINDOW_MS = 60_000;

/**
 * The way that first comes to mind: 97 % of the limit that the last response names, evenly spaced. Until a response names
 * one, nothing is held back, here and in the next.
 */
export const LIMIT_FOLLOWER = lawRival({
  name: "limit-follower",
  makeLaw: () =>
    new Follower(({ limit, windowMs = WINDOW_MS }) =>
      limit !== undefined && limit > 0 ? { ratePerSecond: (MARGIN * limit * 1_000) / windowMs } : {},
    ),
});

/** The second: what remains, spread over the time until the reset; nothing once nothing remains. */
export const REMAINING_FOLLOWER = lawRival({
  name: "remaining-follower",
  makeLaw: () =>
    new Follower(({ remaining, resetInMs }) => {
      if (remaining === undefined) return {};
      if (remaining <= 0) return { gateMs: resetInMs !== undefined && resetInMs > 0 ? resetInMs : 1_000 };
      return resetInMs !== undefined && resetInMs > 0 ? { ratePerSecond: (remaining * 1_000) / resetInMs } : {};
    }),
});

/** What a response makes of the sending. */
interface Course {
  readonly ratePerSecond?: number;
  /** Nothing is sent for so long. */
  readonly gateMs?: number;
}

/** Believes the newest headers, whatever they are; they are read as sluice reads them. */
class Follower implements Law<undefined> {
  readonly #courseOf: (quota: Quota) => Course;
  #ratePerSecond: number | undefined;
  #nextMs = 0;

  constructor(courseOf: (quota: Quota) => Course) {
    this.#courseOf = courseOf;
  }

  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextMs - nowMs);
  }

  onSend(nowMs: number): undefined {
    if (this.#ratePerSecond === undefined) return;
    this.#nextMs = Math.max(nowMs, this.#nextMs) + 1_000 / this.#ratePerSecond;
  }

  onAnswer({ nowMs, facts }: LawAnswer<undefined>): void {
    const quota = facts === undefined ? undefined : requestQuotaOf(facts);
    if (quota === undefined) return;
    const { ratePerSecond, gateMs = 0 } = this.#courseOf(quota);
    if (ratePerSecond !== undefined) this.#ratePerSecond = Math.min(RATE_MAX, Math.max(RATE_MIN, ratePerSecond));
    if (gateMs > 0) this.#nextMs = Math.max(this.#nextMs, nowMs + gateMs);
  }

  ratePerSecond(): number | undefined {
    return this.#ratePerSecond;
  }
}

function requestQuotaOf(facts: ResponseFacts): Quota | undefined {
  return readSignal(facts).quotas.find(({ dimension }) => dimension === "requests");
}
