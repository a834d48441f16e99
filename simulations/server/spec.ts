import type { LimitTraits } from "../../src/signal/signal.js";
import type { Limit } from "./limit.js";
import { createPolicer, type PolicerOptions } from "./policer.js";
import { createTogetherLimit, type TogetherOptions } from "./together.js";
import type { HeaderEra } from "./voice.js";
import { createFixedWindow, type WindowOptions } from "./window.js";

/** A limit as data: what kind, and its numbers. */
export type LimitSpec =
  | ({ readonly kind: "together" } & TogetherOptions)
  | ({ readonly kind: "policer" } & PolicerOptions)
  | ({ readonly kind: "window" } & WindowOptions);

/** Builds the limit that a spec describes. */
export function createLimit(spec: LimitSpec): Limit {
  switch (spec.kind) {
    case "together":
      return createTogetherLimit(spec);
    case "policer":
      return createPolicer(spec);
    case "window":
      return createFixedWindow(spec);
    default:
      return spec satisfies never;
  }
}

/** The limit of a provider whose user says nothing of it, or only how much: 10 requests a second by default. */
export function defaultSpec(
  { followsUsage, kind, windowMs = 60_000 }: LimitTraits,
  numbers: Pick<PolicerOptions, "requestsPerSecond" | "tokensPerSecond" | "depthMs"> = {},
): LimitSpec {
  if (followsUsage) return { kind: "together" };
  const { depthMs: _, ...rates } = { requestsPerSecond: 10, ...numbers };
  if (kind === "window") return { kind, windowMs, ...rates };
  return { kind: "policer", requestsPerSecond: 10, windowMs, ...numbers };
}

/** In 2025 what remained at Together covered two seconds, and so much could be sent at once. */
export function specIn(era: HeaderEra, spec: LimitSpec): LimitSpec {
  return era === "2025" && spec.kind === "together" ? { depthMs: 2_000, ...spec } : spec;
}
