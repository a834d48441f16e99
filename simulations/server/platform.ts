import { seededRandom } from "../random.js";
import { DEFAULT_MODELS, type SimulatedModel } from "./catalog.js";
import { createLanes, type Lanes } from "./lane.js";
import { createLatency, type Latency, type LatencyOptions } from "./latency.js";
import type { Limit } from "./limit.js";
import type { Fault, Move, ScheduledMove } from "./move.js";
import { createLimit, type LimitSpec } from "./spec.js";
import { createTimetable } from "./timetable.js";

/** What a platform begins with. */
export interface PlatformOptions {
  readonly models?: readonly SimulatedModel[];
  readonly limitOf: (model: string) => LimitSpec;
  readonly latency?: LatencyOptions;
  readonly schedule?: readonly ScheduledMove[];
  readonly fault?: Fault;
  readonly seed: number;
}

/** A model with all that holds for it now. */
export interface Offered extends SimulatedModel {
  readonly limit: Limit;
  readonly lanes: Lanes;
  latency: Latency;
}

/** The models and what moves them. Time passes when somebody looks: every method is told the time first. */
export interface Platform {
  readonly models: ReadonlyMap<string, Offered>;
  /** Times of what concerns no model. */
  readonly latency: Latency;
  readonly isOut: boolean;
  /** Carries out what was scheduled until now. */
  catchUp(nowMs: number): void;
  schedule(nowMs: number, moves: readonly ScheduledMove[]): void;
  /** The fault that the next request meets, if it meets one. */
  takeFault(): Fault | undefined;
}

/** Makes a platform at the instant 0. */
export function createPlatform(options: PlatformOptions): Platform {
  const { seed } = options;
  const timetable = createTimetable<Move>();
  const faultDice = seededRandom(`${seed}/fault`);
  let fault: Fault | undefined;
  let faultsLeft = 0;
  let outUntilMs = Number.NEGATIVE_INFINITY;
  let isOut = false;

  const models = new Map<string, Offered>();
  for (const model of options.models ?? DEFAULT_MODELS) {
    const limit = createLimit(options.limitOf(model.id));
    const lanes = createLanes(model.id, limit, () => isOut);
    models.set(model.id, { ...model, limit, lanes, latency: latencyOf(model.id) });
  }

  function latencyOf(name: string, moved: LatencyOptions = {}): Latency {
    return createLatency({ ...options.latency, ...moved }, seededRandom(`${seed}/latency/${name}`));
  }

  function apply(atMs: number, move: Move): void {
    for (const model of models.values()) {
      // What was allowed until now is settled by the old state, before anything moves.
      model.lanes.advance(atMs);
      if (move.model !== undefined && move.model !== model.id) continue;
      model.limit.change(atMs, move);
      if (move.latency !== undefined) model.latency = latencyOf(model.id, move.latency);
    }
    if (move.outageMs !== undefined) {
      outUntilMs = atMs + move.outageMs;
      // Its end is an instant of its own. A longer outage that came meanwhile goes on.
      if (move.outageMs > 0) timetable.add(outUntilMs, {});
    }
    isOut = atMs < outUntilMs;
    if (move.fault !== undefined) meet(move.fault ?? undefined);
  }

  function meet(next: Fault | undefined): void {
    fault = next;
    faultsLeft = next?.times ?? Number.POSITIVE_INFINITY;
  }

  function schedule(nowMs: number, moves: readonly ScheduledMove[]): void {
    for (const { atMs, ...move } of moves) timetable.add(nowMs + atMs, move);
    timetable.catchUp(nowMs, apply);
  }

  meet(options.fault);
  schedule(0, options.schedule ?? []);
  return {
    models,
    latency: latencyOf("errors"),
    get isOut() {
      return isOut;
    },
    catchUp: (nowMs) => timetable.catchUp(nowMs, apply),
    schedule,
    takeFault() {
      if (fault === undefined || faultsLeft <= 0 || faultDice() >= (fault.share ?? 1)) return undefined;
      faultsLeft--;
      return fault;
    },
  };
}
