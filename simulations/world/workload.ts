import type { Random } from "../../src/random.js";
import { seededRandom } from "../random.js";
import { createArrivals, type Timetable } from "./arrivals.js";
import { createMix, type RequestSpec } from "./mix.js";
import { createOwnDemand } from "./own-demand.js";
import type { Wish } from "./request.js";

/**
 * Which requests are asked for, and when: data, or a function that makes a {@link Demand}, or several of these, which go on
 * side by side.
 */
export type Workload = WorkloadPart | readonly WorkloadPart[];
/** One kind of demand, as data or as a function. */
export type WorkloadPart = WorkloadSpec | DemandMaker;

/** One kind of demand as data. Instants are milliseconds from the start of the run, whenever a client joins. */
export type WorkloadSpec = RequestTraits & (Saturated | Timetable);

/** There is always more to do: so many requests wait or are under way at any time. */
export interface Saturated {
  readonly kind: "saturated";
  readonly waiting: number;
}

/** What the requests of a demand are like. */
interface RequestTraits {
  /** The model that is asked where `requests` names none. Default `"model"`. */
  readonly model?: string;
  /** What the requests are like: all the same, or a mixture by shares. Default: nothing but a request. */
  readonly requests?: RequestSpec | readonly RequestSpec[];
  /** How many there are in all. Default: no end. */
  readonly count?: number;
}

/** What a client is asked for. */
export interface Demand {
  /** The models that it may ask. Default: `"model"`. */
  readonly models?: readonly string[];
  /** How many are always wanted at once: each that ends is followed by another. Default 0: they come by the clock. */
  readonly standing?: number;
  /**
   * Milliseconds from `nowMs` to the next arrival, 0 or more; Infinity: none comes any more. Asked at the start and at each
   * arrival. Default: none.
   */
  nextInMs?(nowMs: number): number;
  /** The next request; undefined: there is nothing left to ask for. */
  wish(nowMs: number): Wish | undefined;
}

/** Makes a demand with dice of its own. */
export type DemandMaker = (random: Random) => Demand;

export const DEFAULT_MODEL = "model";

/** What a request is that says nothing of itself. */
export function plainWish(model: string = DEFAULT_MODEL): Wish {
  return { model, cost: {}, charged: {}, settled: {} };
}

/** Makes what a workload describes, each part with dice of its own: one part's draws don't move another's. */
export function createDemands(workload: Workload, seed: string): readonly Demand[] {
  const parts = isList(workload) ? workload : [workload];
  return parts.map((part, index) => {
    const random = seededRandom(index === 0 ? seed : `${seed}/${index}`);
    return typeof part === "function" ? createOwnDemand(part, random) : createDemand(part, random);
  });
}

/** The models of demands, in the order in which they are named first. */
export function modelsOf(demands: readonly Demand[]): readonly string[] {
  return [...new Set(demands.flatMap(({ models = [DEFAULT_MODEL] }) => models))];
}

function createDemand(spec: WorkloadSpec, random: Random): Demand {
  const { count = Number.POSITIVE_INFINITY } = spec;
  const mix = createMix(spec.requests ?? {}, spec.model ?? DEFAULT_MODEL, random);
  let left = count;
  const wish = (nowMs: number): Wish | undefined => (left-- > 0 ? mix.wish(nowMs) : undefined);
  if (spec.kind === "saturated") return { models: mix.models, standing: spec.waiting, wish };
  const nextInMs = createArrivals(spec, random);
  return { models: mix.models, nextInMs: (nowMs) => (left > 0 ? nextInMs(nowMs) : Number.POSITIVE_INFINITY), wish };
}

function isList(workload: Workload): workload is readonly WorkloadPart[] {
  return Array.isArray(workload);
}
