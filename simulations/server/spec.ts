import type { LimitTraits } from "../../src/signal/signal.js";
import { type AccelerationOptions, createAccelerationLimit } from "./acceleration.js";
import { type CapacityOptions, withCapacity } from "./capacity.js";
import { type ColdStartOptions, withColdStart } from "./coldstart.js";
import { createFireworksLimit, type FireworksOptions } from "./fireworks.js";
import { createGcra, type GcraOptions } from "./gcra.js";
import type { Limit } from "./limit.js";
import { createOwnLimit } from "./own-limit.js";
import { createPolicer, type PolicerOptions } from "./policer.js";
import { type SaturationOptions, withSaturation } from "./saturation.js";
import { createSilentLine, type SilentOptions } from "./silent.js";
import { createSlidingLog, type SlidingOptions } from "./sliding.js";
import { createTogetherLimit, type TogetherOptions } from "./together.js";
import type { HeaderEra } from "./voice.js";
import { createFixedWindow, type WindowOptions } from "./window.js";

/** What can stand before any limit. */
type Gates = SaturationOptions & ColdStartOptions;

/** A limit as data: what kind, and its numbers. */
export type LimitSpec = Gates &
  (
    | ({ readonly kind: "together" } & TogetherOptions)
    | ({ readonly kind: "policer" } & PolicerOptions & CapacityOptions)
    | ({ readonly kind: "window" } & WindowOptions & CapacityOptions)
    | ({ readonly kind: "sliding" } & SlidingOptions & CapacityOptions)
    | ({ readonly kind: "gcra" } & GcraOptions & CapacityOptions)
    | ({ readonly kind: "fireworks" } & FireworksOptions & CapacityOptions)
    | ({ readonly kind: "acceleration" } & AccelerationOptions & CapacityOptions)
    /** Only `inFlightMax` holds it back. */
    | ({ readonly kind: "concurrency" } & CapacityOptions)
    /** Nothing is refused: who comes too fast waits. */
    | ({ readonly kind: "silent" } & SilentOptions)
  );

/** A limit as data, or what makes one of somebody's own. */
export type LimitSource = LimitSpec | (() => Limit);

/** Builds the limit that a spec describes. */
export function createLimit(source: LimitSource): Limit {
  if (typeof source === "function") return createOwnLimit(source);
  return withColdStart(withSaturation(createRateLimit(source), source), source);
}

function createRateLimit(spec: LimitSpec): Limit {
  switch (spec.kind) {
    case "together":
      return createTogetherLimit(spec);
    case "policer":
      return withCapacity(createPolicer(spec), spec);
    case "window":
      return withCapacity(createFixedWindow(spec), spec);
    case "sliding":
      return withCapacity(createSlidingLog(spec), spec);
    case "gcra":
      return withCapacity(createGcra(spec), spec);
    case "fireworks":
      return withCapacity(createFireworksLimit(spec), spec);
    case "acceleration":
      return withCapacity(createAccelerationLimit(spec), spec);
    case "concurrency":
      return withCapacity(createPolicer(), spec);
    case "silent":
      return createSilentLine(spec);
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
