import type { Random } from "../../src/random.js";
import { logNormal } from "../random.js";

/** How long answers take. */
export interface LatencyOptions {
  /** Median time to the first byte of an answer, in milliseconds. Default 200. */
  readonly firstByteMs?: number;
  /** Spread of that time: sigma of a log-normal. 0 is always the median. Default 0.4. */
  readonly sigma?: number;
  /** Time for each token of the answer, in milliseconds. Default 2. */
  readonly perTokenMs?: number;
  /** Median time to a refusal or an error, in milliseconds: they come fast. Default 20. */
  readonly refusalMs?: number;
}

const DEFAULTS: Required<LatencyOptions> = { firstByteMs: 200, sigma: 0.4, perTokenMs: 2, refusalMs: 20 };

/** Draws the times of one answer. */
export interface Latency {
  firstByteMs(): number;
  refusalMs(): number;
  readonly perTokenMs: number;
}

/** Makes a {@link Latency} with dice of its own. */
export function createLatency(options: LatencyOptions, random: Random): Latency {
  const { firstByteMs, sigma, perTokenMs, refusalMs } = { ...DEFAULTS, ...options };
  return {
    firstByteMs: () => logNormal(random, { median: firstByteMs, sigma }),
    refusalMs: () => logNormal(random, { median: refusalMs, sigma }),
    perTokenMs,
  };
}
