import type { ClientContext } from "../../world/contestant.js";
import { RefusedError, retryAfterMs, type SendTry } from "./promise-client.js";

/** Tries of one request, the first included. */
const ATTEMPTS_MAX = 5;
const BACKOFF_INITIAL_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;

/**
 * The loop that guides print around a queue which doesn't retry: 429 and 5xx are tried again after 1, 2, 4 … s with full
 * jitter upwards of half, or after Retry-After where that is longer.
 */
export async function plainRetry({ clock, random }: ClientContext, send: SendTry): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !(error instanceof RefusedError) || !isRetryable(error.status)) throw error;
      const delayMs = Math.max(backoffMs(attempt, random()), retryAfterMs(error.headers) ?? 0);
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    }
  }
}

/** Milliseconds before the try after this one. */
export function backoffMs(attempt: number, dice: number): number {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_INITIAL_MS * (1 << (attempt - 1))) * (0.5 + 0.5 * dice);
}

function isRetryable(status: number): boolean {
  return status === 429 || status >= 500;
}
