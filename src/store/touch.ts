import { type AwayCaps, awayCaps, capped } from "./away.js";
import type { Limit } from "./event.js";
import type { SharedBudget } from "./fold.js";

/** How a member stands with the store. `asking`: it has not been answered yet, and sends nothing. */
export type Standing = "asking" | "shared" | "away" | "alone";

/** So long a newcomer waits for a first answer before it begins by itself, in milliseconds: a process starts while its connection does. */
const PATIENCE_MS = 3_000;

/** In so long all come back that went by rates of their own: each asks for the store as often as that, in milliseconds. */
const RETURN_MS = 6_000;

/** What the store has given. */
export interface Share {
  readonly fractionMax: number;
  readonly leaseEndsMs: number;
  readonly members: number;
}

export interface TouchParts {
  budgets(): readonly SharedBudget[];
  onChange(now: Standing, before: Standing, error: unknown): void;
}

/** Whether a member is in touch with the store, what part of the rate it holds, and what follows when the store doesn't answer. */
export class Touch {
  readonly #parts: TouchParts;
  #standing: Standing = "asking";
  #fraction = 0;
  #leaseEndsMs = Number.NEGATIVE_INFINITY;
  /** What it had when it lost touch, and most that it sends until it is back, in units a second by budget. */
  #away: { readonly fraction: number; readonly caps: AwayCaps } | undefined;
  /** An even part of the fleet, as it knew it last; undefined for one that was never in it. */
  #even: number | undefined;
  /** Since when it has gone by a rate of its own. */
  #apartSinceMs: number | undefined;
  /** What it is content with since it has come back from there, and until when. */
  #content: { readonly fraction: number; readonly untilMs: number } | undefined;
  #failures = 0;
  /** Since when it asks for a place. */
  #askedSinceMs: number | undefined;

  constructor(parts: TouchParts) {
    this.#parts = parts;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Its part of the fleet's rate, in [0, 1]. */
  get fraction(): number {
    return this.#standing === "alone" ? 1 : this.#fraction;
  }

  /** The part that the store has given it last, which it doesn't use while it is alone. */
  get held(): number {
    return this.#fraction;
  }

  /** What it goes on with by itself: its part, an even one where it had left; undefined for one that was never in the fleet. */
  get partAlone(): number | undefined {
    return this.#even === undefined || this.#fraction === 0 ? this.#even : this.#fraction;
  }

  /** Since when it has gone by a rate of its own; undefined where it doesn't. */
  get apartSinceMs(): number | undefined {
    return this.#apartSinceMs;
  }

  /** Most that it asks for, as a part of the fleet's rate. */
  fractionMax(nowMs: number): number {
    return this.#content !== undefined && nowMs < this.#content.untilMs ? this.#content.fraction : 1;
  }

  /** What it may send of a rate of the whole fleet's, in units a second. */
  shareOf(limit: Limit, ratePerSecond: number): number {
    const own = this.fraction * ratePerSecond;
    return this.#standing === "away" ? capped(this.#away?.caps, limit, own) : own;
  }

  /** Who has slept through its lease has to ask first. Whether that is so. */
  hasLapsed(nowMs: number): boolean {
    if (this.#standing !== "shared" || nowMs < this.#leaseEndsMs) return false;
    this.#standing = "asking";
    return true;
  }

  /** Holds another part from now on. Whether it is another. */
  hold(fraction: number): boolean {
    const isOther = fraction !== this.#fraction;
    this.#fraction = fraction;
    return isOther;
  }

  /** The store has taken what the member told. */
  won(): void {
    this.#failures = 0;
    this.#askedSinceMs = undefined;
  }

  /** It is one of so many that share the rate, with this part, until then. */
  share({ leaseEndsMs, members, fractionMax }: Share, nowMs: number): void {
    this.#leaseEndsMs = leaseEndsMs;
    this.#even = 1 / members;
    if (this.#apartSinceMs !== undefined) this.#content = { fraction: fractionMax, untilMs: nowMs + RETURN_MS };
    this.#apartSinceMs = undefined;
    this.#away = undefined;
    this.#stand("shared", undefined);
  }

  /**
   * The store has not answered, or not in a way that helps (`isFinal`: nor will it). Who had a part goes on with it once its lease is
   * over; a newcomer is patient for a while.
   *
   * @returns how many failures in a row there were; 0: a newcomer's, whose connection is only being made
   */
  fail(error: unknown, nowMs: number, isFinal: boolean): number {
    this.#failures += 1;
    this.#askedSinceMs ??= nowMs;
    const wasIn = this.#standing === "shared" || this.#away !== undefined || this.#fraction > 0;
    const isPatient = !wasIn && !isFinal && nowMs - this.#askedSinceMs < PATIENCE_MS;
    if (isFinal || (!wasIn && !isPatient)) this.#goApart(error, nowMs);
    else if (wasIn && nowMs >= this.#leaseEndsMs) this.#goAway(error);
    return isPatient ? 0 : this.#failures;
  }

  /**
   * It sends nothing any more. What it had when the store went away it has again if it comes back before the store, unless the others
   * know that it has left (`isHeard`): they have that part now.
   */
  leave(isHeard: boolean): void {
    if (isHeard) this.#away = undefined;
    this.#apartSinceMs = undefined;
    this.#fraction = 0;
    this.#standing = "asking";
    this.#leaseEndsMs = Number.NEGATIVE_INFINITY;
  }

  #goAway(error: unknown): void {
    this.#away ??= { fraction: this.#fraction, caps: awayCaps(this.#parts.budgets(), this.#fraction) };
    if (this.#fraction === 0) this.#fraction = this.#away.fraction;
    this.#stand("away", error);
  }

  #goApart(error: unknown, nowMs: number): void {
    if (this.#standing === "alone") return;
    this.#apartSinceMs = nowMs;
    this.#stand("alone", error);
    // What it goes by is its own from now on, whole.
    if (this.#even !== undefined) this.#even = 1;
    this.#away = undefined;
    this.#fraction = 0;
  }

  #stand(standing: Standing, error: unknown): void {
    const before = this.#standing;
    if (before === standing) return;
    this.#standing = standing;
    this.#parts.onChange(standing, before, error);
  }
}
