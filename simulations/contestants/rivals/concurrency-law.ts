import type { Law, LawAnswer } from "./law.js";

/** What laws have in common that allow so many at once. */
export abstract class ConcurrencyLaw<Stamp> implements Law<Stamp> {
  /** How many may be under way now. */
  protected limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  waitMs(_nowMs: number, inFlight: number): number {
    return inFlight < Math.floor(this.limit) ? 0 : Number.POSITIVE_INFINITY;
  }

  abstract onSend(nowMs: number, inFlight: number): Stamp;
  abstract onAnswer(answer: LawAnswer<Stamp>): void;
}
