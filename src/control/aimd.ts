import type { LawConfig, LawState } from "./law.js";

/**
 * Plain additive increase: a straight line from the rate after the cut (Chiu and Jain, 1989). Its slope is
 * (1 - decrease) x last limit / epoch, which reaches the limit again after one epoch at any scale, or an absolute step
 * in units a second each second, which is right for one rate alone: step x epoch / (1 - decrease).
 */
export function additiveTarget(law: LawState, config: LawConfig, elapsed: number): number {
  const slope = config.additiveIncrease ?? ((1 - config.decrease) * law.anchor) / config.epoch;
  return law.base + slope * elapsed;
}
