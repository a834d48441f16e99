import { seededRandom } from "../random.js";
import type { SimulatedModel } from "./catalog.js";
import { createLanes, type Lanes } from "./lane.js";
import { createLatency, type Latency, type LatencyOptions } from "./latency.js";
import type { Move } from "./move.js";
import type { Platform } from "./platform.js";

/** A model of an API, with what is known of those who ask for it. */
export interface Offered extends SimulatedModel {
  readonly lanes: Lanes;
  latency: Latency;
}

/** The models that an API has. */
export interface Offer {
  readonly models: ReadonlyMap<string, Offered>;
  /** Times of what concerns no model. */
  readonly latency: Latency;
  /** Time has passed: call before anything moves. */
  advance(nowMs: number): void;
  /** What of a move is the latency's. */
  move(move: Move): void;
}

/** Makes what a platform offers. */
export function createOffer(
  platform: Platform,
  options: { readonly models: readonly SimulatedModel[]; readonly latency?: LatencyOptions; readonly seed: number },
): Offer {
  const latencyOf = (name: string, moved: LatencyOptions = {}): Latency =>
    createLatency({ ...options.latency, ...moved }, seededRandom(`${options.seed}/latency/${name}`));
  const models = new Map<string, Offered>();
  for (const model of options.models) {
    const lanes = createLanes(model.id, platform.limitOf(model.id), () => platform.isOut);
    models.set(model.id, { ...model, lanes, latency: latencyOf(model.id) });
  }
  return {
    models,
    latency: latencyOf("errors"),
    advance(nowMs) {
      for (const { lanes } of models.values()) lanes.advance(nowMs);
    },
    move({ model, latency }) {
      if (latency === undefined) return;
      for (const each of models.values())
        if ((model ?? each.id) === each.id) each.latency = latencyOf(each.id, latency);
    },
  };
}
