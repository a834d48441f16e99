import type { Track } from "../page-data.js";

/** When each of a track's bins begins, in seconds. */
export function timesOf({ binS, fromS = 0 }: Track, count: number): number[] {
  return Array.from({ length: count }, (_, bin) => fromS + bin * binS);
}
