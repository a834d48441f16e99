import type { Clock } from "../../src/clock.js";
import { seededRandom } from "../random.js";
import { DEFAULT_MODELS, type SimulatedModel } from "./catalog.js";
import { isObject, readChat, type Work } from "./chat.js";
import { readEmbeddings } from "./embeddings.js";
import { errorAnswer } from "./errors.js";
import { faultHeaders } from "./fault.js";
import { createLanes, type LaneState, type Lanes } from "./lane.js";
import { createLatency, type Latency, type LatencyOptions } from "./latency.js";
import type { Admission, Limit } from "./limit.js";
import type { Fault, Move, ScheduledMove } from "./move.js";
import type { Call, JsonAnswer, Reply } from "./reply.js";
import { createLimit, type LimitSpec } from "./spec.js";
import { createTimetable } from "./timetable.js";
import { createVoice, type HeaderEra, type Voice } from "./voice.js";

/** What the simulated API is like. */
export interface ServiceOptions {
  /** Whose headers and errors it speaks. Default `together`. */
  readonly provider?: string;
  /** Which responses carry limit headers. Default `every`. */
  readonly headers?: HeaderEra;
  /** The limit of each model. Default: Together's dynamic rate, of 1 to 100 requests a second; elsewhere 10 a second. */
  readonly limit?: LimitSpec;
  /** Limits of single models, by id. */
  readonly limits?: Readonly<Record<string, LimitSpec>>;
  /** What is offered. */
  readonly models?: readonly SimulatedModel[];
  readonly latency?: LatencyOptions;
  /** What moves, and when, counted from the start. */
  readonly schedule?: readonly ScheduledMove[];
  readonly fault?: Fault;
  /** Draws the answers and latencies. Default 1. */
  readonly seed?: number;
}

/** Everything to be known about the server, as data. */
export interface ServiceState {
  /** The server's clock, of which the traces speak, and the wall time that it means. */
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
  /** Moves limits, capacity, latency, or begins an outage or a fault, now. */
  move(move: Move): void;
  /** The same, later. */
  schedule(moves: readonly ScheduledMove[]): void;
  state(): ServiceState;
}

interface Offered extends SimulatedModel {
  readonly limit: Limit;
  readonly lanes: Lanes;
  latency: Latency;
}

const ENDPOINTS: Readonly<Record<string, { readonly type: SimulatedModel["type"]; readonly method: "POST" }>> = {
  "/v1/chat/completions": { type: "chat", method: "POST" },
  "/v1/embeddings": { type: "embedding", method: "POST" },
};

/** Makes a simulated API that lives by `clock`, real or virtual. */
export function createService(options: ServiceOptions, clock: Pick<Clock, "now" | "wallNow">): Service {
  const provider = options.provider ?? "together";
  const era = options.headers ?? "every";
  const voice = createVoice(provider, era);
  const seed = options.seed ?? 1;
  const timetable = createTimetable<Move>();
  const faultDice = seededRandom(`${seed}/fault`);
  let fault: (Fault & { times: number }) | undefined;
  let outUntilMs = Number.NEGATIVE_INFINITY;
  let answers = 0;
  let nowMs = clock.now();
  const startMs = nowMs;

  const models = new Map<string, Offered>();
  for (const model of options.models ?? DEFAULT_MODELS) {
    const limit = createLimit(specIn(era, options.limits?.[model.id] ?? options.limit ?? defaultSpec(voice)));
    const lanes = createLanes(model.id, limit, () => nowMs < outUntilMs);
    models.set(model.id, { ...model, limit, lanes, latency: latencyOf(model.id, options.latency ?? {}) });
  }
  const errorLatency = latencyOf("errors", options.latency ?? {});

  function latencyOf(name: string, latency: LatencyOptions): Latency {
    return createLatency(latency, seededRandom(`${seed}/latency/${name}`));
  }

  function catchUp(): void {
    const untilMs = clock.now() - startMs;
    timetable.catchUp(untilMs, apply);
    nowMs = untilMs;
  }

  function apply(atMs: number, move: Move): void {
    for (const model of models.values()) {
      nowMs = atMs;
      model.lanes.advance(atMs);
      if (move.model !== undefined && move.model !== model.id) continue;
      model.limit.change(atMs, move);
      if (move.latency !== undefined) model.latency = latencyOf(model.id, { ...options.latency, ...move.latency });
    }
    if (move.outageMs !== undefined) {
      outUntilMs = atMs + move.outageMs;
      // Its end is an instant of its own, at which the lanes' time has to be split.
      if (move.outageMs > 0) timetable.add(outUntilMs, {});
    }
    if (move.fault !== undefined) fault = move.fault === null ? undefined : withTimes(move.fault);
  }

  function takeFault(): Fault | undefined {
    if (fault === undefined || fault.times <= 0 || faultDice() >= (fault.share ?? 1)) return undefined;
    fault.times--;
    return fault;
  }

  function reply(answer: JsonAnswer, more: Partial<Reply> = {}): Reply {
    const headers = { "content-type": "application/json", ...answer.headers, ...more.headers };
    const body = JSON.stringify(answer.json);
    return { status: answer.status, body, afterMs: errorLatency.refusalMs(), end: () => {}, ...more, headers };
  }

  function read(call: Call): { model: Offered; work: Work } | JsonAnswer {
    const endpoint = ENDPOINTS[call.path];
    if (endpoint === undefined) return errorAnswer(404, `no such path: ${call.path}`);
    if (call.method !== endpoint.method) return errorAnswer(405, `${call.path} takes ${endpoint.method}`);
    const { body } = call;
    if (!isObject(body)) return errorAnswer(400, "the body must be a JSON object");
    const id = body["model"];
    if (typeof id !== "string") return errorAnswer(400, "'model' must be a text", { param: "model" });
    const model = models.get(id);
    if (model === undefined || model.type !== endpoint.type) return unknownModel(id, model, call.path);
    const context = { seed, created: Math.floor(clock.wallNow() / 1000), id: `sim-${seed}-${++answers}` };
    const work = model.type === "chat" ? readChat(body, context) : readEmbeddings(body, model);
    return "status" in work ? work : { model, work };
  }

  function admitted(call: Call, { model, work }: { model: Offered; work: Work }, headers: Reply["headers"]): Reply {
    const firstByteMs = model.latency.firstByteMs();
    const { perTokenMs } = model.latency;
    let hasEnded = false;
    const end = (): void => {
      if (hasEnded) return;
      hasEnded = true;
      catchUp();
      model.lanes.end(nowMs, call.organisation, { tokens: work.answerTokens });
    };
    if (work.events !== undefined) {
      const events = { "content-type": "text/event-stream", "cache-control": "no-cache", ...headers };
      return { status: 200, headers: events, afterMs: firstByteMs, body: work.events(perTokenMs), end };
    }
    return reply(
      { status: 200, json: work.whole() },
      { headers, afterMs: firstByteMs + perTokenMs * work.answerTokens, end },
    );
  }

  function answer(call: Call): Reply {
    catchUp();
    if (call.path === "/v1/models") return reply({ status: 200, json: listOf([...models.values()]) });
    const asked = read(call);
    if ("status" in asked) return reply(asked);
    const { model, work } = asked;
    const met = takeFault();
    if (met?.kind === "status-500") return reply(errorAnswer(500, "internal error", { type: "server_error" }));
    if (met?.kind === "status-502") return { ...reply({ status: 502, json: null }), ...BAD_GATEWAY };
    const admission: Admission =
      met?.kind === "retry-after-year"
        ? { outcome: "throttled", quotas: [] }
        : model.lanes.admit(nowMs, call.organisation, { requests: 1, tokens: work.promptTokens });
    const own = voice.headers(admission, clock.wallNow());
    const headers = (met === undefined ? undefined : faultHeaders(met.kind)) ?? own;
    if (admission.outcome !== "accepted") {
      const afterMs = model.latency.refusalMs();
      return reply(voice.refusal(admission, model.id), { headers, afterMs });
    }
    const sent = admitted(call, asked, headers);
    return met === undefined ? sent : { ...sent, fault: met.kind };
  }

  function schedule(moves: readonly ScheduledMove[]): void {
    const fromMs = clock.now() - startMs;
    for (const { atMs, ...move } of moves) timetable.add(fromMs + atMs, move);
    catchUp();
  }

  if (options.fault !== undefined) fault = withTimes(options.fault);
  schedule(options.schedule ?? []);
  return {
    answer,
    move: (move) => schedule([{ ...move, atMs: 0 }]),
    schedule,
    state() {
      catchUp();
      const lanes = [...models.values()].flatMap((model) => model.lanes.state(nowMs));
      return { nowMs, wallNowMs: clock.wallNow(), provider, headers: era, seed, isOut: nowMs < outUntilMs, lanes };
    },
  };
}

const BAD_GATEWAY = {
  headers: { "content-type": "text/html" },
  body: "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
};

/** The limit of a provider whose user says nothing of it. */
function defaultSpec({ traits }: Voice): LimitSpec {
  if (traits.followsUsage) return { kind: "together" };
  if (traits.kind === "window") return { kind: "window", requestsPerSecond: 10, windowMs: traits.windowMs ?? 60_000 };
  return { kind: "policer", requestsPerSecond: 10, windowMs: traits.windowMs ?? 60_000 };
}

/** In 2025 what remained at Together covered two seconds, and so much could be sent at once. */
function specIn(era: HeaderEra, spec: LimitSpec): LimitSpec {
  return era === "2025" && spec.kind === "together" ? { depthMs: 2_000, ...spec } : spec;
}

function withTimes(fault: Fault): Fault & { times: number } {
  return { ...fault, times: fault.times ?? Number.POSITIVE_INFINITY };
}

function unknownModel(id: string, model: SimulatedModel | undefined, path: string): JsonAnswer {
  if (model !== undefined)
    return errorAnswer(400, `${id} is a model for ${model.type}: not for ${path}`, { param: "model" });
  const message = `Unable to access model ${id}: see GET /v1/models for those that there are.`;
  return errorAnswer(404, message, { code: "model_not_available", param: "model" });
}

function listOf(models: readonly SimulatedModel[]): unknown {
  const data = models.map(({ id, type }) => ({ id, type, object: "model", created: 0, owned_by: "simulated" }));
  return { object: "list", data };
}
