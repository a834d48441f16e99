import { anchorAfter } from "./anchor.js";
import type { LawConfig, LawState } from "./law.js";

/** The plateau lies this share below the last known limit: an epoch's length then doesn't depend on the rate. */
const PLATEAU_GAP = 0.025;
/** Share of the epoch in which the rate is back on the plateau. */
const DIP = 0.8;
/** Share by which the probe tops the last known limit at its end. */
const PROBE_TOP = 0.2;
/** The probe's length as a share of the epoch; and never shorter than this many lags, or it ends above the limit. */
const PROBE_EPOCHS = 0.8;
const PROBE_LAGS = 10;

/**
 * The rate aimed at, `elapsed` seconds of growth after a cut: quickly back to a plateau just below the last known limit,
 * along a parabola; then, an epoch after the cut, a quadratic probe through that limit.
 *
 * Crossing the limit takes 1 + 0.8 sqrt(0.025 / 0.225) = 1.27 epochs at most and less with a bucket's remainder; at one
 * refusal each, the refused share is about 1 / (1 + limit x epoch).
 */
export function plateauTarget(law: LawState, config: LawConfig, elapsed: number): number {
  const anchor = anchorAfter(law, elapsed);
  const plateau = (1 - PLATEAU_GAP) * anchor;
  if (elapsed <= config.epoch) {
    const left = Math.max(0, 1 - elapsed / (DIP * config.epoch));
    return plateau - Math.max(0, plateau - law.base) * left * left;
  }
  const probe = Math.max(PROBE_EPOCHS * config.epoch, PROBE_LAGS * law.lag);
  const part = (elapsed - config.epoch) / probe;
  return plateau + (PLATEAU_GAP + PROBE_TOP) * anchor * part * part;
}
