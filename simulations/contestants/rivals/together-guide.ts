import type { ClientContext } from "../../world/contestant.js";
import type { Law, Retrying } from "./law.js";
import { lawRival } from "./law-client.js";
import { TokenBucket } from "./token-bucket.js";

/** The guide's number for chat; the limit that it prints is 600. */
const PER_MINUTE = 500;
const WAIT_DEFAULT_MS = 5_000;
const JITTER_MS = 2_000;

/**
 * The token bucket that a guide to Together's API prints, and users paste: 500 a minute, full at the start; four retries,
 * after Retry-After or 5 s and up to 2 s more, or after 1, 2, 4 … s where the server failed. Who waits for a token is only
 * looked at when somebody else asks for one: once all of its callers wait, it stands still. Each try takes a token.
 *
 * @see A guide's printed constants, as read in 2026: not a package
 */
export const TOGETHER_GUIDE = lawRival({
  name: "together-guide",
  makeLaw: makeBucket,
  retrying: guideRetrying(),
  isWokenByCallersAlone: true,
});

/** The same, but who waits gets the token when it is there. */
export const TOGETHER_GUIDE_MENDED = lawRival({
  name: "together-guide-mended",
  makeLaw: makeBucket,
  retrying: guideRetrying(),
});

function makeBucket({ clock }: ClientContext): Law {
  const bucket = new TokenBucket({ ratePerSecond: PER_MINUTE / 60, capacity: PER_MINUTE, nowMs: clock.now() });
  return {
    waitMs: (nowMs) => bucket.waitMs(nowMs),
    onSend: () => bucket.take(),
    onAnswer: () => {},
    ratePerSecond: () => bucket.ratePerSecond,
  };
}

function guideRetrying(): Retrying {
  return {
    attemptsMax: 5,
    delayMs: ({ attempt, status, retryAfterMs = WAIT_DEFAULT_MS }, { random }) =>
      status === 429 ? retryAfterMs + random() * JITTER_MS : 1_000 * (1 << (attempt - 1)),
  };
}
