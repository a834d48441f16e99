import type { Random } from "../../src/random.js";
import type { ResponseFacts } from "../../src/signal/signal.js";
import { logNormal, seededRandom } from "../random.js";
import type { Allowance, Arrival } from "../server/limit.js";
import type { ScheduledMove } from "../server/move.js";
import { createLimit, type LimitSpec } from "../server/spec.js";

/** A server as data. */
export interface ServerSpec {
  readonly limit: LimitSpec;
  readonly answers?: AnswerSpec;
  readonly schedule?: readonly ScheduledMove[];
}

/** How long answers take, in milliseconds. */
export interface AnswerSpec {
  /** Median time to an accepted answer. Default 2,000. */
  readonly medianMs?: number;
  /** Sigma of its log-normal. Default 0.5. */
  readonly sigma?: number;
  /** Time to a refusal, give or take a fifth. Default 100. */
  readonly refusalMs?: number;
}

/** A server in virtual time, as tries meet it. */
export interface Plant {
  /** A try arrives. */
  arrive(nowMs: number, model: string, arrival: Arrival): Answer;
  /** Milliseconds until it would be let in if nothing else came; Infinity until something ends or moves. */
  waitMs(nowMs: number, model: string, arrival: Arrival): number;
  /** The true limit. */
  allowed(nowMs: number, model: string, organisation: string): Allowance;
  /** Time on the way to it, drawn for one try. */
  uplinkMs(): number;
}

/** What became of a try, as the server knows it. */
export type TryOutcome = "accepted" | "throttled" | "overloaded" | "saturated" | "failed" | "silent";

/** What a try gets. */
export interface Answer {
  readonly outcome: TryOutcome;
  /** What the client sees; undefined where the connection is lost, or nothing ever comes. */
  readonly facts: ResponseFacts | undefined;
  /** From the arrival to the headers; Infinity: never. */
  readonly headersAfterMs: number;
  /** From the headers to the end of the body. */
  readonly bodyMs: number;
  /** Whether the body breaks off at its end. */
  readonly breaks: boolean;
  /** The server is through with it, or it was given up: called once. `settled` is charged. */
  end?(nowMs: number, settled: Arrival["cost"]): void;
}

/** Makes a server at the instant 0. */
export function createPlant(spec: ServerSpec, seed: string): Plant {
  const limit = createLimit(spec.limit);
  const random: Random = seededRandom(`${seed}/server`);
  const { medianMs = 2_000, sigma = 0.5, refusalMs = 100 } = spec.answers ?? {};
  return {
    arrive(nowMs, _model, arrival) {
      const { outcome } = limit.admit(nowMs, arrival);
      const isIn = outcome === "accepted";
      return {
        outcome,
        facts: { status: isIn ? 200 : 429, headers: {} },
        headersAfterMs: isIn ? logNormal(random, { median: medianMs, sigma }) : refusalMs * (0.8 + 0.4 * random()),
        bodyMs: 0,
        breaks: false,
        ...(isIn && { end: (then: number, cost: Arrival["cost"]) => limit.settle(then, { key: arrival.key, cost }) }),
      };
    },
    waitMs: () => 0,
    allowed: (nowMs, _model, organisation) => limit.allowed(nowMs, organisation),
    uplinkMs: () => 0,
  };
}
