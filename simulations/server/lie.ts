import type { LimitSource } from "./spec.js";

/** A way in which headers don't tell the truth, and when. */
export type Lie = LieTimes &
  (
    | {
        /** Numbers are multiplied: those named, or limit and remaining. */
        readonly kind: "scaled";
        readonly factor: number;
        readonly fields?: readonly QuotaField[];
      }
    | {
        /** Units are added to the numbers named, or to limit and remaining; none falls below 0. */
        readonly kind: "offset";
        readonly units: number;
        readonly fields?: readonly QuotaField[];
      }
    | {
        /** The numbers named stand still. */
        readonly kind: "constant";
        readonly limit?: number;
        readonly remaining?: number;
        readonly resetInMs?: number;
        readonly windowMs?: number;
      }
    | {
        /** They tell what was so a while ago, as a cache would. */
        readonly kind: "stale";
        readonly byMs: number;
      }
    | {
        /** They come for so long, and then are missing for as long, in turn. */
        readonly kind: "vanishing";
        readonly everyMs: number;
      }
    | {
        /** A share of the responses has headers that make no sense. */
        readonly kind: "garbage";
        readonly share: number;
      }
    /** A refusal carries none. */
    | { readonly kind: "silent-refusals" }
    | {
        /** They tell of another limit, which binds nothing. */
        readonly kind: "foreign";
        readonly limit: LimitSource;
        /** What that limit counts. Default `every` request; or only what is `accepted`. */
        readonly counts?: "every" | "accepted";
      }
  );

/** What a quota says. */
export type QuotaField = "limit" | "remaining" | "resetInMs" | "windowMs";

/** When a lie is told. */
export interface LieTimes {
  /** From this instant on, in milliseconds from the start. Default: from the start. */
  readonly fromMs?: number;
  /** Until this instant. Default: to the end. */
  readonly untilMs?: number;
}
