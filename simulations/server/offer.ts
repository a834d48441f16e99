import { seededRandom } from "../random.js";
import type { AnswerSpec, AnswerTimes } from "./answers.js";
import type { SimulatedModel } from "./catalog.js";
import { createLanes, type Lanes } from "./lane.js";
import { createLatency, type LatencyOptions } from "./latency.js";
import type { Move } from "./move.js";
import type { Platform } from "./platform.js";

/** A model of an API, with what is known of those who ask for it. */
export interface Offered extends SimulatedModel {
  readonly lanes: Lanes;
  times: AnswerTimes;
  /** What of them moves have set. */
  latency: LatencyOptions;
}

/** The models that an API has. */
export interface Offer {
  readonly models: ReadonlyMap<string, Offered>;
  /** Times of what concerns no model. */
  readonly times: AnswerTimes;
  /** Time has passed: call before anything moves. */
  advance(nowMs: number): void;
  /** What of a move is the latency's. */
  move(move: Move): void;
}

/** What is offered, and how long it takes. */
export interface OfferOptions {
  readonly models: readonly SimulatedModel[];
  readonly latency?: LatencyOptions;
  readonly answers?: AnswerSpec;
  readonly answersOf?: Readonly<Record<string, AnswerSpec>>;
  readonly seed: number;
}

/** Makes what a platform offers. */
export function createOffer(platform: Platform, options: OfferOptions): Offer {
  const { answers, answersOf = {}, seed } = options;
  const timesOf = (name: string, moved: LatencyOptions = {}): AnswerTimes => {
    const random = seededRandom(`${seed}/latency/${name}`);
    const latency = { ...options.latency, ...moved };
    const own = Object.hasOwn(answersOf, name) ? answersOf[name] : undefined;
    return answers === undefined && own === undefined
      ? createLatency(latency, random)
      : createLatency(latency, random, { ...answers, ...own });
  };
  const models = new Map<string, Offered>();
  for (const model of options.models) {
    const lanes = createLanes(model.id, platform.limitOf(model.id), () => platform.isOut);
    models.set(model.id, { ...model, lanes, times: timesOf(model.id), latency: {} });
  }
  return {
    models,
    times: timesOf("errors"),
    advance(nowMs) {
      for (const { lanes } of models.values()) lanes.advance(nowMs);
    },
    move({ model, latency }) {
      if (latency === undefined) return;
      for (const each of models.values()) {
        if ((model ?? each.id) !== each.id) continue;
        each.latency = { ...each.latency, ...latency };
        each.times = timesOf(each.id, each.latency);
      }
    },
  };
}
