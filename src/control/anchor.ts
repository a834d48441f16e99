import type { LawState } from "./law.js";

/** The last known limit, `elapsed` seconds of growth after it was found: it may rise by itself. */
export function anchorAfter(law: LawState, elapsed: number): number {
  return law.rise === 0 ? law.anchor : law.anchor * Math.exp(law.rise * elapsed);
}
