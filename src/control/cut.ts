import { clampRate, type LawConfig, type LawState } from "./law.js";

/** Factor of a cut that ends the start: the doubling overshot by up to that much before the news came back. */
const START_DECREASE = 0.7;
/** Share of the refused rate taken for the limit when the start ends: the news is late, and the rate was still rising. */
const START_ANCHOR = 0.94;
/** Cuts are jittered by this much either way, or a slow client locks into a bad cycle with the server's clock. */
const CUT_JITTER = 0.05;

/** Factor of the next cut before the loss share is known. */
export function decreaseOf(law: LawState, config: LawConfig): number {
  return law.mode === "start" ? START_DECREASE : config.decrease;
}

export interface Cut {
  readonly now: number;
  readonly factor: number;
  /** The rate at which the refused request was sent, or the present one where that is lower. */
  readonly basis: number;
  /** In [0, 1). */
  readonly dice: number;
  /** The limit's own growth, as a share of itself in each second. Default 0. */
  readonly rise?: number;
}

/** One decrease; opens a new epoch. */
export function cut(law: LawState, config: LawConfig, { now, factor, basis, dice, rise = 0 }: Cut): LawState {
  const jittered = factor * (1 + CUT_JITTER * (2 * dice - 1));
  const rate = clampRate(Math.min(law.rate, jittered * basis), config);
  return {
    ...law,
    mode: "avoid",
    rate,
    anchor: Math.max(rate, anchorAfterCut(law, config, jittered, basis)),
    base: rate,
    elapsed: 0,
    ceiling: null,
    epoch: law.epoch + 1,
    cutAt: now,
    rise,
  };
}

function anchorAfterCut(law: LawState, config: LawConfig, factor: number, basis: number): number {
  if (law.mode === "start") return basis * Math.min(START_ANCHOR, Math.max(factor / START_DECREASE, 0.5));
  // A cut deeper than usual says that the limit itself has come down, not only that the probe found it.
  const isDeep = factor < config.decrease * (1 - CUT_JITTER) - 1e-9;
  return isDeep ? (basis * factor) / config.decrease : basis;
}

/** A closer look at the cut that ended the start, once the fate of its last requests is known. Opens no epoch. */
export function refine(law: LawState, config: LawConfig, estimate: number): LawState {
  const rate = clampRate(Math.min(law.rate, 0.9 * estimate), config);
  return { ...law, rate, base: rate, anchor: Math.max(config.rateMin, Math.min(law.anchor, estimate)) };
}
