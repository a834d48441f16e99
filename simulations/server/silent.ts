import { type Admission, type Limit, movedRate } from "./limit.js";

/** A server that refuses nothing and lets everybody wait, as an inference engine without admission control does. */
export interface SilentOptions {
  /** Requests a second that are served, all organisations together. Default 10. */
  readonly requestsPerSecond?: number;
  /** A gateway gives up (504) whoever would wait longer, in milliseconds; the work is done all the same. Default: never. */
  readonly timeoutMs?: number;
}

/**
 * Makes a server with one silent line: all are let in and served in turn, so that only latency tells of the limit. Its
 * `waitMs` is the time until the line is empty: who sees it sends no sooner, since nothing would be won.
 */
export function createSilentLine(options: SilentOptions = {}): Limit {
  const timeoutMs = options.timeoutMs ?? Number.POSITIVE_INFINITY;
  let rate = options.requestsPerSecond ?? 10;
  /** When all who came so far will have been begun. */
  let freeAtMs = 0;
  const waitMs = (nowMs: number): number => Math.max(0, freeAtMs - nowMs);
  return {
    admit(nowMs): Admission {
      const queuedMs = waitMs(nowMs);
      freeAtMs = Math.max(nowMs, freeAtMs) + 1000 / rate;
      return queuedMs > timeoutMs
        ? { outcome: "accepted", queuedMs: timeoutMs, isTimedOut: true }
        : { outcome: "accepted", queuedMs };
    },
    waitMs: (nowMs) => (rate === 0 ? Number.POSITIVE_INFINITY : waitMs(nowMs)),
    settle: () => {},
    change(nowMs, { requestsPerSecond }) {
      const before = rate;
      rate = movedRate(rate, requestsPerSecond);
      // Those in the line stay in it, and take as long as the new rate needs for them. A line that stood still has no length.
      const left = before === 0 ? 0 : waitMs(nowMs) * before;
      freeAtMs = nowMs + (left === 0 ? 0 : left / rate);
    },
    allowed: () => ({ requests: rate, tokens: Number.POSITIVE_INFINITY }),
    quotas: () => [],
  };
}
