import type { Clock } from "../../src/clock.js";
import type { SimulatedModel } from "./catalog.js";
import { type Order, readCall } from "./endpoint.js";
import { errorAnswer } from "./errors.js";
import { type FaultKind, faultHeaders } from "./fault.js";
import type { LaneState } from "./lane.js";
import type { LatencyOptions } from "./latency.js";
import type { Admission } from "./limit.js";
import type { Fault, Move, ScheduledMove } from "./move.js";
import { createPlatform } from "./platform.js";
import type { Call, JsonAnswer, Reply } from "./reply.js";
import { checkMoves, checkServiceOptions } from "./schema.js";
import { defaultSpec, type LimitSpec, specIn } from "./spec.js";
import { createVoice, type HeaderEra } from "./voice.js";

/** What the simulated API is like. */
export interface ServiceOptions {
  /** Whose headers and errors it speaks: any dialect's name. Default `together`. */
  readonly provider?: string;
  /** Which responses carry limit headers. Default `every`. */
  readonly headers?: HeaderEra;
  /** The limit of each model. Default: Together's dynamic rate, of 1 to 100 requests a second; elsewhere 10 a second. */
  readonly limit?: LimitSpec;
  /** Limits of single models, by id. */
  readonly limits?: Readonly<Record<string, LimitSpec>>;
  /** What is offered. Default: a few models under Together's names. */
  readonly models?: readonly SimulatedModel[];
  readonly latency?: LatencyOptions;
  /** What moves, and when, counted from the start. */
  readonly schedule?: readonly ScheduledMove[];
  /** What goes wrong from the start. Default: nothing. */
  readonly fault?: Fault;
  /** Draws the answers and latencies. Default 1. */
  readonly seed?: number;
}

/** Everything to be known about the server, as data. */
export interface ServiceState {
  /** Milliseconds since the start, of which the traces speak, and the wall time that this is. */
  readonly nowMs: number;
  readonly wallNowMs: number;
  readonly provider: string;
  readonly headers: HeaderEra;
  readonly seed: number;
  readonly isOut: boolean;
  /** One for each model and organisation that has asked for something. */
  readonly lanes: readonly LaneState[];
}

/** The simulated API without a wire: it decides, and says what is to be sent when. */
export interface Service {
  answer(call: Call): Reply;
  /**
   * Moves limits, capacity, latency, or begins an outage or a fault, now.
   *
   * @throws SluiceError `ERR_SLUICE_OPTION` for a move that makes no sense; nothing has moved then
   */
  move(move: Move): void;
  /** The same, later. */
  schedule(moves: readonly ScheduledMove[]): void;
  state(): ServiceState;
}

/** Faults that refuse in the place of the limit, which never sees the request. */
const REFUSALS: Partial<Readonly<Record<FaultKind, Admission>>> = {
  "retry-after-year": { outcome: "throttled", quotas: [] },
  "status-503": { outcome: "overloaded", quotas: [] },
};

const BAD_GATEWAY = {
  headers: { "content-type": "text/html" },
  body: "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
};

/**
 * Makes a simulated API that lives by `clock`, real or virtual.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` for an option out of its range, or a provider that isn't known
 */
export function createService(options: ServiceOptions, clock: Pick<Clock, "now" | "wallNow">): Service {
  checkServiceOptions(options);
  const { provider = "together", headers: era = "every", seed = 1 } = options;
  const voice = createVoice(provider, era);
  const standard = options.limit ?? defaultSpec(voice.traits);
  const limitOf = (model: string): LimitSpec => specIn(era, options.limits?.[model] ?? standard);
  const platform = createPlatform({ ...options, seed, limitOf });
  const startMs = clock.now();
  let answers = 0;

  /** Milliseconds since the start, with everything carried out that was scheduled until then. */
  function present(): number {
    const nowMs = clock.now() - startMs;
    platform.catchUp(nowMs);
    return nowMs;
  }

  function reply(answer: JsonAnswer, more: Partial<Reply> = {}): Reply {
    const headers = { "content-type": "application/json", ...more.headers };
    const body = JSON.stringify(answer.json);
    return { status: answer.status, body, afterMs: platform.latency.refusalMs(), end: () => {}, ...more, headers };
  }

  function accepted({ model, work }: Order, organisation: string, headers: Reply["headers"]): Reply {
    const firstByteMs = model.latency.firstByteMs();
    const { perTokenMs } = model.latency;
    let hasEnded = false;
    const end = (): void => {
      if (hasEnded) return;
      hasEnded = true;
      model.lanes.end(present(), organisation, { tokens: work.answerTokens });
    };
    if (work.events !== undefined) {
      const events = { "content-type": "text/event-stream", "cache-control": "no-cache", ...headers };
      return { status: 200, headers: events, afterMs: firstByteMs, body: work.events(perTokenMs), end };
    }
    const afterMs = firstByteMs + perTokenMs * work.answerTokens;
    return reply({ status: 200, json: work.whole() }, { headers, afterMs, end });
  }

  function answer(call: Call): Reply {
    const nowMs = present();
    if (call.path === "/v1/models" && call.method === "GET") return reply({ status: 200, json: modelList() });
    const id = `sim-${seed}-${++answers}`;
    const order = readCall(call, platform.models, { seed, id, created: Math.floor(clock.wallNow() / 1000) });
    if ("status" in order) return reply(order);
    const { model, work } = order;
    const fault = platform.takeFault()?.kind;
    if (fault === "status-500") return reply(errorAnswer(500, "internal error", { type: "server_error" }));
    if (fault === "status-502") return { ...reply({ status: 502, json: null }), ...BAD_GATEWAY };
    const admission: Admission =
      (fault && REFUSALS[fault]) ??
      model.lanes.admit(nowMs, call.organisation, { requests: 1, tokens: work.promptTokens });
    const headers = (fault && faultHeaders(fault)) ?? voice.headers(admission, clock.wallNow());
    if (admission.outcome !== "accepted") {
      return reply(voice.refusal(admission, model.id), { headers, afterMs: model.latency.refusalMs() });
    }
    const sent = accepted(order, call.organisation, headers);
    return fault === undefined ? sent : { ...sent, fault };
  }

  /** OpenAI wraps its list into an object; Together doesn't. */
  function modelList(): unknown {
    const data = [...platform.models.values()].map(({ id, type }) => ({ id, type, object: "model", created: 0 }));
    return provider === "together" ? data : { object: "list", data };
  }

  return {
    answer,
    move: (move) => platform.schedule(present(), checkMoves([{ ...move, atMs: 0 }])),
    schedule: (moves) => platform.schedule(present(), checkMoves(moves)),
    state() {
      const nowMs = present();
      const lanes = [...platform.models.values()].flatMap((model) => model.lanes.state(nowMs));
      return { nowMs, wallNowMs: clock.wallNow(), provider, headers: era, seed, isOut: platform.isOut, lanes };
    },
  };
}
