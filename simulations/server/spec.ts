import type { Limit } from "./limit.js";
import { createPolicer, type PolicerOptions } from "./policer.js";
import { createTogetherLimit, type TogetherOptions } from "./together.js";
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
