import { type HeaderView, viewOf } from "../../../src/signal/headers.js";
import type { Law, LawAnswer } from "./law.js";
import { lawRival } from "./law-client.js";

/** Share of the limit found that is left unused. */
const HEADROOM = 0.1;
const WAIT_MAX_MS = 60_000;
const REMAINING_MIN = 1;
const WARM_UP_INTERVAL_MS = 50;
const BACKOFF = 2;
const RECOVERY = 0.9;
const INTERVAL_MIN_MS = 50;
const INTERVAL_MAX_MS = 10_000;

/**
 * langroid's rate limiter with its defaults, switched on, for requests: it spaces sends by nine tenths of the refill that
 * OpenAI's headers imply; without headers, twice the space after a 429 and nine tenths after a success.
 *
 * @see langroid/langroid, langroid/language_models/rate_limiter.py (read at 09dfd41, 2026); tokens aren't followed here
 */
export const LANGROID = lawRival({ name: "langroid", makeLaw: () => new Langroid() });

/** What the headers of one response say. */
interface Snapshot {
  readonly remaining: number | undefined;
  readonly resetMs: number | undefined;
  /** The refill that they imply, in requests a second. */
  readonly refillPerSecond: number | undefined;
}

class Langroid implements Law<undefined> {
  readonly patienceMs = WAIT_MAX_MS;
  #nextSendMs = 0;
  #gateUntilMs = 0;
  #refillPerSecond: number | undefined;
  #fallbackIntervalMs = 0;

  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextSendMs - nowMs, this.#gateUntilMs - nowMs);
  }

  onSend(nowMs: number): undefined {
    this.#nextSendMs = Math.max(nowMs, this.#nextSendMs, this.#gateUntilMs) + this.#intervalMs();
  }

  onAnswer({ nowMs, status, facts, retryAfterMs }: LawAnswer<undefined>): void {
    const snapshot = facts === undefined ? undefined : snapshotOf(viewOf(facts.headers));
    if (snapshot?.refillPerSecond !== undefined) this.#refillPerSecond = snapshot.refillPerSecond;
    const refillMs = snapshot === undefined ? 0 : this.#refillWaitMs(snapshot);
    this.#stall(nowMs, refillMs);
    if (status === 429) this.#backOff(nowMs, Math.max(refillMs, retryAfterMs ?? 0));
    else if (status > 0 && status < 400) this.#recover();
  }

  ratePerSecond(): number {
    return 1_000 / this.#intervalMs();
  }

  #intervalMs(): number {
    if (this.#refillPerSecond === undefined) return Math.max(this.#fallbackIntervalMs, WARM_UP_INTERVAL_MS);
    return Math.max(this.#fallbackIntervalMs, 1_000 / (this.#refillPerSecond * (1 - HEADROOM)));
  }

  /** How long until enough is back above the reserve. */
  #refillWaitMs({ remaining, resetMs }: Snapshot): number {
    if (remaining === undefined) return 0;
    const missing = REMAINING_MIN + 1 - remaining;
    if (missing <= 0) return 0;
    const refilledMs = this.#refillPerSecond === undefined ? resetMs : (missing / this.#refillPerSecond) * 1_000;
    return Math.min(refilledMs ?? 0, WAIT_MAX_MS);
  }

  #backOff(nowMs: number, holdMs: number): void {
    if (holdMs <= 0) {
      const wantedMs = Math.max(INTERVAL_MIN_MS, this.#fallbackIntervalMs * BACKOFF);
      this.#fallbackIntervalMs = Math.min(INTERVAL_MAX_MS, wantedMs);
    }
    this.#stall(nowMs, Math.min(Math.max(holdMs, this.#fallbackIntervalMs), WAIT_MAX_MS));
  }

  #recover(): void {
    const decayedMs = this.#fallbackIntervalMs * RECOVERY;
    this.#fallbackIntervalMs = decayedMs < 1 ? 0 : decayedMs;
  }

  #stall(nowMs: number, holdMs: number): void {
    if (holdMs <= 0) return;
    this.#gateUntilMs = Math.max(this.#gateUntilMs, nowMs + holdMs);
    this.#nextSendMs = Math.max(this.#nextSendMs, this.#gateUntilMs);
  }
}

function snapshotOf(view: HeaderView): Snapshot {
  const limit = numberOf(view.get("x-ratelimit-limit-requests"));
  const remaining = numberOf(view.get("x-ratelimit-remaining-requests"));
  const resetMs = durationMs(view.get("x-ratelimit-reset-requests"));
  const used = limit !== undefined && remaining !== undefined ? limit - remaining : 0;
  const refillPerSecond = used > 0 && resetMs !== undefined && resetMs > 0 ? (used * 1_000) / resetMs : undefined;
  return { remaining, resetMs, refillPerSecond };
}

function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.trunc(value) : undefined;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  "": 1_000,
};
const PART = /([\d.]+)([a-z]*)/gy;

/** Durations as Go writes them, such as `6m0s` and `120ms`; a bare number counts seconds. */
export function durationMs(text: string | undefined): number | undefined {
  const trimmed = text?.trim().toLowerCase() ?? "";
  let totalMs = 0;
  let read = 0;
  for (const [part, amount, unit = ""] of trimmed.matchAll(PART)) {
    const unitMs = UNITS_MS[unit];
    if (unitMs === undefined || !Number.isFinite(Number(amount))) return undefined;
    totalMs += Number(amount) * unitMs;
    read += part.length;
  }
  return read > 0 && read === trimmed.length ? totalMs : undefined;
}
