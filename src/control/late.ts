import type { QuotaStamp, QuotaState } from "./quota-state.js";
import { latestEnd, windowEnd } from "./window.js";

/** After a window's supposed end a header may still show the old one for so long, in seconds. */
const LATE_SECONDS = 2.5;

/**
 * How an answer shows the old window to a request that was sent in the new one, as we had supposed: at its edge, since
 * the server's reset is late; or in its midst, adrift, since the server's windows aren't ours. Null: it doesn't.
 */
export function oldWindow(
  quota: QuotaState,
  {
    quota: known,
    stamp,
    remaining,
  }: {
    readonly quota: QuotaState;
    readonly stamp: QuotaStamp;
    readonly remaining: number;
  },
  resetIn: number,
): "edge" | "adrift" | null {
  const end = laterEnd(windowEnd(known.reset), windowEnd(quota.reset));
  const { limit, reset } = quota;
  if (end === null || reset.window === null || limit === null || stamp.level === null) return null;
  if (stamp.era !== quota.era) return null;
  const sinceReset = stamp.sentAt - (end - reset.window);
  // Sent before the reset even as it is known now: the old window is what it was bound to meet.
  if (sinceReset < 0) return null;
  const isAtEdge = sinceReset < LATE_SECONDS;
  // The new window would have nearly all of itself to go: where it is long enough, the answer itself tells the two apart.
  if (isAtEdge && resetIn < 0.5 * reset.window && reset.window > 2 * LATE_SECONDS) return "edge";
  // Later than that, only its own word that a reset is at hand: then to wait for the next one could cost a window.
  const isAtHand = resetIn < LATE_SECONDS && end - stamp.sentAt > 0.5 * reset.window;
  if (!isAtEdge && !isAtHand) return null;
  if (remaining >= 0.5 * limit || remaining >= stamp.level - Math.max(3 * quota.unit, 0.2 * limit)) return null;
  return isAtEdge ? "edge" : "adrift";
}

/** This very answer may have moved the end: back, where a window was supposed to have begun that hasn't. */
function laterEnd(known: number | null, told: number | null): number | null {
  return known === null || told === null ? told : Math.max(known, told);
}

/** When the old window that refused this send has ended at the latest: as its own header said, or as late as any may be. */
export function latestOf({ reset }: QuotaState, { sentAt }: QuotaStamp, start: number): number {
  const { previous } = reset;
  return previous?.sentAt === sentAt ? latestEnd(reset, previous) : start + LATE_SECONDS;
}

/** Whether a refused request was sent so soon after a supposed reset that the reset may not have happened yet. */
export function isJustAfterReset(quota: QuotaState, stamp: QuotaStamp, before: number): boolean {
  const end = windowEnd(quota.reset);
  if (quota.reset.kind !== "window" || end === null || quota.reset.window === null || quota.limit === null)
    return false;
  return stamp.sentAt - (end - quota.reset.window) < LATE_SECONDS && before > 0.5 * quota.limit;
}
