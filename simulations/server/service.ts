import type { Clock } from "../../src/clock.js";
import type { BatchOptions } from "./batches.js";
import { modelsOf, type SimulatedModel } from "./catalog.js";
import { createDesk, type JobState } from "./desk.js";
import { type Order, plainPath, readCall } from "./endpoint.js";
import { errorAnswer } from "./errors.js";
import { type Fault, type FaultKind, faultHeaders, isRefusing, statedBy } from "./fault.js";
import type { FineTuneOptions } from "./fine-tunes.js";
import type { LaneState } from "./lane.js";
import type { LatencyOptions } from "./latency.js";
import type { Admission } from "./limit.js";
import type { Move, ScheduledMove } from "./move.js";
import { createOffer, type Offer } from "./offer.js";
import { createPlatform } from "./platform.js";
import type { Answer, Call, JsonAnswer, Reply } from "./reply.js";
import { checkMoves, checkServiceOptions } from "./schema.js";
import { createLimit, defaultSpec, type LimitSpec, specIn } from "./spec.js";
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
  /** What chat and embeddings of one organisation share, beside each model's own limit. Default: nothing. */
  readonly shared?: LimitSpec;
  /** Whether its refusals don't say whose limit it was. Default false. */
  readonly isSharedUnsaid?: boolean;
  /** What is offered. Default: a few models under Together's names, and under the provider's own. */
  readonly models?: readonly SimulatedModel[];
  readonly latency?: LatencyOptions;
  /** Caps and times of fine-tuning jobs. */
  readonly fineTunes?: FineTuneOptions;
  /** Caps and times of batches. */
  readonly batches?: BatchOptions;
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
  /** Fine-tuning jobs and batches. */
  readonly jobs: readonly JobState[];
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

const INTERNAL_ERROR = errorAnswer(500, "internal error", { type: "server_error" });
const GATEWAY_TIMEOUT = errorAnswer(504, "the upstream server is timing out", { type: "server_error" });

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
  const faults = options.fault === undefined ? [] : [options.fault];
  const { shared, isSharedUnsaid = false } = options;
  const { models = modelsOf(voice.provider) } = options;
  const drawers = new Set(models.flatMap(({ id, type }) => (type === "image" ? [] : [id])));
  const organisationQuota = shared && { limit: createLimit(specIn(era, shared)), isUnsaid: isSharedUnsaid };
  const platform = createPlatform({
    limitOf,
    sharedOf: (model) => (drawers.has(model) ? organisationQuota : undefined),
    faults,
    seed,
    beforeMove: (atMs) => offer.advance(atMs),
    onMove: (move) => offer.move(move),
  });
  const offer: Offer = createOffer(platform, { ...options, models, seed });
  platform.schedule(0, options.schedule ?? []);
  const startMs = clock.now();
  let answers = 0;
  const desk = createDesk(options, {
    saturated: (message) => voice.saturated(message),
    wallMs: (atMs) => clock.wallNow() - (clock.now() - startMs) + atMs,
    isTogether: provider === "together",
    run,
  });

  /** Milliseconds since the start, with everything carried out that was scheduled until then. */
  function present(): number {
    const nowMs = clock.now() - startMs;
    platform.catchUp(nowMs);
    return nowMs;
  }

  function reply(answer: Answer, more: Partial<Reply> = {}): Reply {
    const isText = "text" in answer;
    const headers = { "content-type": isText ? "application/octet-stream" : "application/json", ...more.headers };
    const body = isText ? answer.text : JSON.stringify(answer.json);
    return { status: answer.status, body, afterMs: offer.latency.refusalMs(), end: () => {}, ...more, headers };
  }

  function accepted(order: Order, organisation: string, { queuedMs = 0 }: Admission, headers: Reply["headers"]): Reply {
    const { model, work } = order;
    const firstByteMs = queuedMs + model.latency.firstByteMs();
    const { perTokenMs } = model.latency;
    let hasEnded = false;
    const end = (): void => {
      if (hasEnded) return;
      hasEnded = true;
      const endedAtMs = present();
      model.lanes.end(endedAtMs, organisation);
      platform.settle(endedAtMs, model.id, { key: organisation, cost: { tokens: work.answerTokens } });
    };
    if (work.events !== undefined) {
      const events = { "content-type": "text/event-stream", "cache-control": "no-cache", ...headers };
      const failure = work.failure === undefined ? {} : { failure: work.failure };
      const body = work.events(perTokenMs);
      return { status: 200, headers: events, afterMs: firstByteMs, body, ...failure, end };
    }
    const afterMs = firstByteMs + perTokenMs * work.answerTokens;
    return reply({ status: 200, json: work.whole() }, { headers, afterMs, end });
  }

  function read(call: Call): Order | JsonAnswer {
    const id = `sim-${seed}-${++answers}`;
    return readCall(call, offer.models, { seed, id, created: Math.floor(clock.wallNow() / 1000) });
  }

  /** A request of a batch has no limit, and whoever ordered it isn't charged by the second. */
  function run(path: string, body: unknown): JsonAnswer {
    const order = read({ method: "POST", path, organisation: "", body });
    return "status" in order ? order : { status: 200, json: order.work.whole() };
  }

  function answer({ path, ...rest }: Call): Reply {
    const nowMs = present();
    const call = { ...rest, path: plainPath(path) };
    if (call.path === "/v1/models" && call.method === "GET") return reply({ status: 200, json: modelList() });
    const kept = desk.answer(nowMs, call);
    if (kept !== undefined) return reply(kept);
    const order = read(call);
    if ("status" in order) return reply(voice.complaint(order));
    const { model, work } = order;
    const arrival = { key: call.organisation, cost: { requests: 1, tokens: work.promptTokens } };
    const { admission, fault } = platform.decide(nowMs, model.id, arrival);
    if (admission !== undefined && (fault === undefined || !isRefusing(fault)))
      model.lanes.count(nowMs, call.organisation, admission.outcome);
    if (admission === undefined) return brokenReply(fault?.kind);
    const quotas = platform.limitOf(model.id).quotas(nowMs, call.organisation);
    const decision = { admission: statedBy(fault, admission), quotas, dateMs: clock.wallNow() };
    const headers = (fault && faultHeaders(fault.kind)) ?? voice.headers(decision);
    if (admission.outcome !== "accepted") {
      return reply(voice.refusal(decision, model.id), { headers, afterMs: model.latency.refusalMs() });
    }
    const sent = accepted(order, call.organisation, admission, headers);
    if (admission.isTimedOut)
      return { ...reply(voice.complaint(GATEWAY_TIMEOUT), { afterMs: admission.queuedMs ?? 0 }), end: sent.end };
    return fault === undefined ? sent : { ...sent, fault: fault.kind };
  }

  /** What fails elsewhere than at the limit. */
  function brokenReply(kind: FaultKind | undefined): Reply {
    if (kind === "status-502") return { ...reply({ status: 502, json: null }), ...BAD_GATEWAY };
    if (kind === "exhausted") return reply(voice.exhausted());
    return reply(voice.complaint(INTERNAL_ERROR));
  }

  /** OpenAI wraps its list into an object; Together doesn't. */
  function modelList(): unknown {
    const data = [...offer.models.values()].map(({ id, type }) => ({ id, type, object: "model", created: 0 }));
    return provider === "together" ? data : { object: "list", data };
  }

  return {
    answer,
    move: (move) => platform.schedule(present(), checkMoves([{ ...move, atMs: 0 }])),
    schedule: (moves) => platform.schedule(present(), checkMoves(moves)),
    state() {
      const nowMs = present();
      const lanes = [...offer.models.values()].flatMap((model) => model.lanes.state(nowMs));
      return {
        nowMs,
        wallNowMs: clock.wallNow(),
        provider,
        headers: era,
        seed,
        isOut: platform.isOut,
        lanes,
        jobs: desk.state(nowMs),
      };
    },
  };
}
