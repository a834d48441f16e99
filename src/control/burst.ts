/**
 * How many sends may go at once after a pause. Some servers refuse any burst, whatever the mean rate; the first refused
 * send that went ahead of the pace says so, and lowers the burst alone.
 */
export interface BurstState {
  /** Sends, 1 or more. */
  readonly size: number;
  readonly changedAt: number | null;
}

/** Epochs without a change after which the burst may grow by one again. */
const GROWS_AFTER_EPOCHS = 4;

export function createBurst(size: number): BurstState {
  return { size, changedAt: null };
}

export function lowerBurst(burst: BurstState, now: number): BurstState {
  const half = burst.size / 2;
  return { size: half < 1.5 ? 1 : half, changedAt: now };
}

export function maybeRaiseBurst(burst: BurstState, now: number, sizeMax: number, epoch: number): BurstState {
  if (burst.size >= sizeMax || burst.changedAt === null) return burst;
  if (now - burst.changedAt <= GROWS_AFTER_EPOCHS * epoch) return burst;
  return { size: Math.min(sizeMax, burst.size + 1), changedAt: now };
}
