import { expect } from "vitest";
import type { Stretch } from "./world.js";

/** A minute and more each, on a machine that does nothing else. */
export const IS_LONG = process.env["SLUICE_FLEET"] !== undefined;
export const LIMIT = 40;
export const PROCESSES = 8;
/** So long a fleet may take to be within its bounds again after something has changed, in seconds. */
export const BACK_SECONDS = 10;
/** From a start without any knowledge of the limit. */
export const START_SECONDS = 20;
/** Of those who are busy. */
export const GOODPUT_MIN = 0.97;
export const JAIN_MIN = 0.98;
export const REFUSED_MAX = 0.01;

/** Tells what was measured, and holds it to what a fleet in peace has to keep. */
export function isInBounds(what: string, stretch: Stretch, refusedMax = REFUSED_MAX): void {
  tell(what, stretch);
  expect(stretch.goodput).toBeGreaterThan(GOODPUT_MIN);
  expect(stretch.refused).toBeLessThanOrEqual(refusedMax);
  expect(stretch.jain).toBeGreaterThan(JAIN_MIN);
  expect(stretch.lost).toBe(0);
}

export function tell(what: string, { goodput, refused, jain, lost }: Stretch): void {
  const percent = `${(100 * refused).toFixed(2)} % refused`;
  console.log(`${what}: ${goodput.toFixed(3)} of the limit, ${percent}, Jain ${jain.toFixed(4)}, ${lost} lost`);
}
