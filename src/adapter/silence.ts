import type { Try, Verdict } from "../flow/job.js";
import { NO_HEADERS } from "../signal/headers.js";
import type { ResponseFacts, Signal } from "../signal/signal.js";

/** Where the last answer said nothing of a limit, the next are taken to say nothing for so long, in milliseconds. */
const SILENCE_MS = 20;
/** Keys remembered: names that a stranger chooses mustn't fill the memory. */
const KEYS_MAX = 1_000;

/**
 * Remembers which keys' servers state no limits. To iterate the platform's Headers makes a third of the garbage of a
 * request of ours, and at a thousand answers a second it is always for the same nothing. At less than fifty a second
 * every answer is read; above that a limit that appears is seen within 20 ms, which is nothing beside a round trip.
 */
export class Silence {
  readonly #untilMs = new Map<string, number>();

  /** Whether an accepted answer of this key may be taken to say nothing. */
  isKept(key: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(key);
    return untilMs !== undefined && nowMs < untilMs;
  }

  /** Tells a try of an answer that did what was asked, and of its headers unless they are known to say nothing. */
  respond(attempt: Try, facts: ResponseFacts, nowMs: number): Verdict {
    if (this.isKept(attempt.key, nowMs)) return attempt.respond({ ...facts, headers: NO_HEADERS });
    const verdict = attempt.respond(facts);
    this.note(attempt.key, verdict.signal, nowMs);
    return verdict;
  }

  /** An answer of this key was read. */
  note(key: string, signal: Signal, nowMs: number): void {
    if (signal.quotas.length > 0 || signal.retryAfterMs !== undefined || signal.outcome !== "accepted") {
      this.#untilMs.delete(key);
      return;
    }
    if (this.#untilMs.size >= KEYS_MAX) this.#untilMs.clear();
    this.#untilMs.set(key, nowMs + SILENCE_MS);
  }
}
