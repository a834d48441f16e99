import type { QuotaStamp, QuotaState } from "./quota-state.js";

/** What one window has let in: more than its limit shows, without a single refusal, that its headers tell too little. */
export interface TakingsState {
  /** The era that is counted, and the limit it had. */
  readonly era: number;
  readonly limit: number;
  /** Units of it that were accepted. */
  readonly accepted: number;
}

/** A window whose end is known roughly lets in some of the next one's as well. */
const MORE_SHARE = 1.2;
const MORE_UNITS = 6;
/** Seconds. */
const WINDOW_MIN = 5;

export const takingsInitial: TakingsState = { era: -1, limit: 0, accepted: 0 };

/** Counts an accept in the window that it was sent in. */
export function take(takings: TakingsState, quota: QuotaState, { era }: QuotaStamp, cost: number): TakingsState {
  const { limit, reset } = quota;
  // A window of a second or two is steered by its limit alone: its eras are too short, and too roughly known, to count in.
  const isLong = reset.kind === "window" && reset.window !== null && reset.window > WINDOW_MIN;
  if (!isLong || limit === null || era < takings.era) return takings;
  // A limit that was lowered in its midst has let in what the higher one allowed.
  if (era > takings.era || limit !== takings.limit) return { era, limit, accepted: cost };
  return { era, limit, accepted: takings.accepted + cost };
}

/** Whether the window has let in more than its limit. */
export function isMoreThanTold({ accepted, limit }: TakingsState, { unit, reset }: QuotaState): boolean {
  return reset.kind === "window" && accepted > MORE_SHARE * limit + MORE_UNITS * unit;
}
