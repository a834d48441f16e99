import type { LatencyOptions } from "../../../simulations/server/latency.js";
import { number, type Range } from "./number.js";

/** The options of `sluice serve` about the times of answers, as they were given. */
export interface LatencyFlags {
  readonly latency?: string | undefined;
  readonly "latency-spread"?: string | undefined;
  readonly "token-latency"?: string | undefined;
  readonly "refusal-latency"?: string | undefined;
  readonly "slow-share"?: string | undefined;
  readonly "slow-factor"?: string | undefined;
}

const HOUR_MS = 3_600_000;

const FIELDS: readonly (readonly [option: keyof LatencyFlags, field: keyof LatencyOptions, range: Range])[] = [
  ["latency", "firstByteMs", { max: HOUR_MS }],
  ["latency-spread", "sigma", { max: 3 }],
  ["token-latency", "perTokenMs", { max: 60_000 }],
  ["refusal-latency", "refusalMs", { max: HOUR_MS }],
  ["slow-share", "slowShare", { max: 1 }],
  ["slow-factor", "slowFactor", { min: 1, max: 1e6 }],
];

/** The times that the options describe; undefined where none was given. @throws UsageError */
export function latencyOf(flags: LatencyFlags): LatencyOptions | undefined {
  const given = FIELDS.flatMap(([option, field, range]) => {
    const text = flags[option];
    return text === undefined ? [] : [[field, number(option, text, range)] as const];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
