import type { LimitTraits } from "../../src/signal/signal.js";
import { type CapacityOptions, withCapacity } from "./capacity.js";
import type { Limit } from "./limit.js";
import { createPolicer, type PolicerOptions } from "./policer.js";
import { type SaturationOptions, withSaturation } from "./saturation.js";
import { createTogetherLimit, type TogetherOptions } from "./together.js";
import type { HeaderEra } from "./voice.js";
import { createFixedWindow, type WindowOptions } from "./window.js";

/** A limit as data: what kind, and its numbers. */
export type LimitSpec = SaturationOptions &
  (
    | ({ readonly kind: "together" } & TogetherOptions)
    | ({ readonly kind: "policer" } & PolicerOptions & CapacityOptions)
    | ({ readonly kind: "window" } & WindowOptions & CapacityOptions)
  );

/** Builds the limit that a spec describes. */
export function createLimit(spec: LimitSpec): Limit {
  return withSaturation(createRateLimit(spec), spec);
}

function createRateLimit(spec: LimitSpec): Limit {
  switch (spec.kind) {
    case "together":
      return createTogetherLimit(spec);
    case "policer":
      return withCapacity(createPolicer(spec), spec);
    case "window":
      return withCapacity(createFixedWindow(spec), spec);
    default:
      return spec satisfies never;
  }
}

/** The limit of a provider whose user says nothing of it, or only how much: 10 requests a second by default. */
export function defaultSpec(
  { followsUsage, kind, windowMs = 60_000 }: LimitTraits,
  numbers: Pick<PolicerOptions, "requestsPerSecond" | "tokensPerSecond"> & CapacityOptions & SaturationOptions = {},
): LimitSpec {
  if (followsUsage) return { kind: "together" };
  const rates = { requestsPerSecond: 10, windowMs, ...numbers };
  return kind === "window" ? { kind, ...rates } : { kind: "policer", ...rates };
}

/** In 2025 what remained at Together covered two seconds, and so much could be sent at once. */
export function specIn(era: HeaderEra, spec: LimitSpec): LimitSpec {
  return era === "2025" && spec.kind === "together" ? { depthMs: 2_000, ...spec } : spec;
}
