/**
 * How many sends may go at once after a pause. Some servers refuse any burst, whatever the mean rate; the first refused
 * send that went ahead of the pace says so, and lowers the burst alone.
 */
export interface BurstState {
  /** Sends, 1 or more. */
  readonly size: number;
  readonly changedAt: number | null;
  /** When a send last went ahead of the pace. */
  readonly wentAt: number | null;
}

/** A send ahead of the pace within this part of a send's time after another makes a burst of the two. */
const TOGETHER = 0.5;
/** Epochs without a change after which the burst may grow by one again. */
const GROWS_AFTER_EPOCHS = 4;

export function createBurst(size: number): BurstState {
  return { size, changedAt: null, wentAt: null };
}

/** A send went ahead of the pace. */
export function goAhead(burst: BurstState, now: number): BurstState {
  return { size: burst.size, changedAt: burst.changedAt, wentAt: now };
}

/**
 * Whether a send was of a burst. So is the first, which kept to the pace: what went after it at once may have overtaken it on
 * its way. `spacing`: seconds between two sends at its rate.
 */
export function isOfBurst(
  { wentAt }: BurstState,
  sent: { readonly sentAt: number; readonly isBurst: boolean },
  spacing: number,
): boolean {
  return sent.isBurst || (wentAt !== null && wentAt >= sent.sentAt && wentAt - sent.sentAt < TOGETHER * spacing);
}

export function lowerBurst(burst: BurstState, now: number): BurstState {
  const half = burst.size / 2;
  return { ...burst, size: half < 1.5 ? 1 : half, changedAt: now };
}

export function maybeRaiseBurst(burst: BurstState, now: number, sizeMax: number, epoch: number): BurstState {
  if (burst.size >= sizeMax || burst.changedAt === null) return burst;
  if (now - burst.changedAt <= GROWS_AFTER_EPOCHS * epoch) return burst;
  return { ...burst, size: Math.min(sizeMax, burst.size + 1), changedAt: now };
}
