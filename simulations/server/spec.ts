import type { LimitTraits } from "../../src/signal/signal.js";
import { type AccelerationOptions, createAccelerationLimit } from "./acceleration.js";
import type { Bucket } from "./bucket.js";
import { byOrganisation } from "./by-organisation.js";
import { type CapacityOptions, createCapacity, withCapacity } from "./capacity.js";
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

/** Limits of single organisations, by name. */
export type OwnLimits = ReadonlyMap<string, LimitSource>;

const NONE: OwnLimits = new Map();

/**
 * Builds the limit that a spec describes. Organisations with a limit of their `own` meet the same platform as all others: its
 * capacity, and whether the model is loaded, are those of the spec.
 */
export function createLimit(source: LimitSource, own: OwnLimits = NONE): Limit {
  const capacity = createCapacity(dataOf(source));
  const standard = createAccountLimit(source, capacity);
  if (own.size === 0) return withColdStart(standard, dataOf(source));
  const limits = [...own].map(([name, each]) => [name, createAccountLimit(each, capacity)] as const);
  return withColdStart(byOrganisation(standard, new Map(limits)), dataOf(source));
}

/** What holds back one organisation at a time. */
function createAccountLimit(source: LimitSource, capacity: Bucket): Limit {
  if (typeof source === "function") return createOwnLimit(source);
  return withSaturation(createRateLimit(source, capacity), source);
}

/** What stands in a spec beside its limit; nothing, where somebody's own code makes it. */
function dataOf(source: LimitSource): CapacityOptions & ColdStartOptions {
  return typeof source === "function" ? {} : source;
}

function createRateLimit(spec: LimitSpec, capacity: Bucket): Limit {
  switch (spec.kind) {
    case "together":
      return createTogetherLimit(spec, capacity);
    case "policer":
      return withCapacity(createPolicer(spec), spec, capacity);
    case "window":
      return withCapacity(createFixedWindow(spec), spec, capacity);
    case "sliding":
      return withCapacity(createSlidingLog(spec), spec, capacity);
    case "gcra":
      return withCapacity(createGcra(spec), spec, capacity);
    case "fireworks":
      return withCapacity(createFireworksLimit(spec), spec, capacity);
    case "acceleration":
      return withCapacity(createAccelerationLimit(spec), spec, capacity);
    case "concurrency":
      return withCapacity(createPolicer(), spec, capacity);
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
export function specIn<Source extends LimitSource>(era: HeaderEra, source: Source): Source {
  const isTogether = typeof source !== "function" && source.kind === "together";
  return era === "2025" && isTogether ? { depthMs: 2_000, ...source } : source;
}
