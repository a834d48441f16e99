import type { Cost } from "../../src/cost.js";
import type { Random } from "../../src/random.js";
import { exponential } from "../random.js";
import type { Limit } from "./limit.js";
import type { Timetable } from "./timetable.js";

/** Strangers who take from the same limit, and of whom nothing is recorded. */
export interface Neighbour {
  /** How often they ask. */
  readonly requestsPerSecond: number;
  /** They come here, in milliseconds from the start. Default 0. */
  readonly fromMs?: number;
  /** They go here. Default: never. */
  readonly untilMs?: number;
  /** Default `poisson`: by chance. */
  readonly arrivals?: "poisson" | "even";
  /** `greedy` (default): they go on asking whatever the answer is. `polite`: they ask less once refused, and come back slowly. */
  readonly manner?: "greedy" | "polite";
  /** Whose budget they draw on. Default `one`, which is also that of clients who don't say. */
  readonly organisation?: string;
  /** The model that they ask. Default: each. */
  readonly model?: string;
  /** How long one of their requests is under way, in milliseconds, for limits on concurrency. Default 2,000. */
  readonly holdsMs?: number;
  /** What one of them costs. Default: one request. */
  readonly cost?: Cost;
}

/** Something to be done at an instant, when that is reached. */
export type Task = (atMs: number) => void;

const HOLDS_MS = 2_000;
/** A polite neighbour asks this much less often after a refusal, once a second at most… */
const YIELD = 0.7;
const YIELD_EVERY_MS = 1_000;
/** …and comes back to its rate at this share of it a second. */
const RETURN_PER_SECOND = 0.02;
const EAGERNESS_MIN = 0.05;

/** Where a neighbour lives. */
export interface Neighbourhood {
  readonly limit: Limit;
  readonly timetable: Timetable<Task>;
  readonly random: Random;
  /** The instant of moving in, in milliseconds from the start. */
  readonly nowMs: number;
}

/** Lets a neighbour of one limit live by its timetable. */
export function settleIn(neighbour: Neighbour, { limit, timetable, random, nowMs }: Neighbourhood): void {
  const { requestsPerSecond, untilMs = Number.POSITIVE_INFINITY, holdsMs = HOLDS_MS } = neighbour;
  if (requestsPerSecond <= 0) return;
  const fromMs = Math.max(nowMs, neighbour.fromMs ?? 0);
  const arrival = { key: neighbour.organisation ?? "one", cost: neighbour.cost ?? {} };
  const over = { key: arrival.key, cost: {} };
  let eagerness = 1;
  let yieldedAtMs = Number.NEGATIVE_INFINITY;
  let askedAtMs = fromMs;

  const gapMs = (): number => {
    const meanMs = 1000 / (requestsPerSecond * eagerness);
    return neighbour.arrivals === "even" ? meanMs : exponential(random, meanMs);
  };

  const learn = (atMs: number, isRefused: boolean): void => {
    if (neighbour.manner !== "polite") return;
    if (!isRefused) eagerness = Math.min(1, eagerness + ((atMs - askedAtMs) / 1000) * RETURN_PER_SECOND);
    else if (atMs - yieldedAtMs >= YIELD_EVERY_MS) {
      eagerness = Math.max(EAGERNESS_MIN, eagerness * YIELD);
      yieldedAtMs = atMs;
    }
    askedAtMs = atMs;
  };

  const ask: Task = (atMs) => {
    if (atMs >= untilMs) return;
    const isRefused = limit.admit(atMs, arrival).outcome !== "accepted";
    if (!isRefused) timetable.add(atMs + holdsMs, (then) => limit.settle(then, over));
    learn(atMs, isRefused);
    timetable.add(atMs + gapMs(), ask);
  };

  timetable.add(fromMs + gapMs(), ask);
}

/** Requests a second that neighbours of this organisation ask a model for now. */
export function takenPerSecond(
  neighbours: readonly Neighbour[],
  { nowMs, model, organisation }: { readonly nowMs: number; readonly model: string; readonly organisation: string },
): number {
  let sum = 0;
  for (const each of neighbours) {
    const { fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = each;
    const isHere = nowMs >= fromMs && nowMs < untilMs;
    const isOurs = (each.organisation ?? "one") === organisation && (each.model ?? model) === model;
    if (isHere && isOurs) sum += each.requestsPerSecond;
  }
  return sum;
}
