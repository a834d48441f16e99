import type { LawConfig, LawState } from "../../src/control/law.js";

/** The balanced preset. */
export const config: LawConfig = {
  law: "plateau",
  epoch: 15,
  decrease: 0.8,
  additiveIncrease: null,
  rateInitial: 1,
  rateMin: 0.05,
  rateMax: 1e9,
  startDoubling: 2.7,
};

/** Just after a cut from 10 to 8. */
export const law: LawState = {
  mode: "avoid",
  rate: 8,
  anchor: 10,
  base: 8,
  elapsed: 0,
  ceiling: null,
  epoch: 1,
  cutAt: 0,
  lag: 0,
  rise: 0,
  heldBack: 0,
};
