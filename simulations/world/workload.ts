import type { Random } from "../../src/random.js";
import { exponential } from "../random.js";
import type { SimulatedRequest } from "./request.js";

/** Which requests are asked for, and when. */
export type Workload =
  /** There is always more to do: so many requests wait or are under way at any time. */
  | { readonly kind: "saturated"; readonly waiting: number; readonly model?: string }
  /** They come by chance. */
  | { readonly kind: "poisson"; readonly requestsPerSecond: number; readonly model?: string };

/** A request that is wanted. */
export type Wish = Omit<SimulatedRequest, "id">;

/** What a workload asks for. */
export interface Demand {
  /** How many are always wanted at once: each that ends is followed by another. 0 where they come by the clock. */
  readonly standing: number;
  /** Milliseconds from `nowMs` to the next arrival; Infinity: none comes any more. */
  nextInMs(nowMs: number): number;
  /** The next request. */
  wish(nowMs: number): Wish;
}

/** The models that a workload asks. */
export function modelsOf(workload: Workload): readonly string[] {
  return [workload.model ?? "model"];
}

/** Makes what a workload describes. */
export function createDemand(workload: Workload, random: Random): Demand {
  const wish: Wish = { model: workload.model ?? "model", cost: {}, charged: {}, settled: {} };
  if (workload.kind === "saturated") {
    return { standing: workload.waiting, nextInMs: () => Number.POSITIVE_INFINITY, wish: () => wish };
  }
  const meanMs = 1_000 / workload.requestsPerSecond;
  return { standing: 0, nextInMs: () => exponential(random, meanMs), wish: () => wish };
}
