/** How much was let in lately: the mean over a sliding window, in units a second. */
export interface UsageMeter {
  add(nowMs: number, units: number): void;
  meanPerSecond(nowMs: number): number;
}

/** The window moves on in steps of this part of it: memory stays the same at any rate. */
const SLOTS = 600;

/** Makes a meter whose past shows `ratePerSecond` all along. */
export function createUsageMeter(nowMs: number, windowMs: number, ratePerSecond = 0): UsageMeter {
  const slotMs = windowMs / SLOTS;
  const units = new Float64Array(SLOTS).fill((ratePerSecond * slotMs) / 1000);
  let sum = (ratePerSecond * windowMs) / 1000;
  let slot = Math.floor(nowMs / slotMs);

  const moveOn = (now: number): void => {
    const target = Math.floor(now / slotMs);
    if (target - slot >= SLOTS) {
      units.fill(0);
      sum = 0;
      slot = target;
    }
    while (slot < target) {
      slot++;
      sum -= units[slot % SLOTS] ?? 0;
      units[slot % SLOTS] = 0;
    }
  };

  return {
    add(now, amount) {
      moveOn(now);
      units[slot % SLOTS] = (units[slot % SLOTS] ?? 0) + amount;
      sum += amount;
    },
    meanPerSecond(now) {
      moveOn(now);
      // Differences of sums leave a rounding error behind, which must not make a rate negative.
      return Math.max(0, sum / (windowMs / 1000));
    },
  };
}
