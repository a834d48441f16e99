import type { ResponseFacts } from "../../src/signal/signal.js";
import { DEFAULT_WALL_START_MS } from "../clock.js";
import { seededRandom } from "../random.js";
import { type AnswerSpec, type AnswerTimes, createAnswerTimes } from "../server/answers.js";
import type { Fault } from "../server/fault.js";
import type { Allowance, Arrival } from "../server/limit.js";
import type { Move, ScheduledMove } from "../server/move.js";
import type { Neighbour } from "../server/neighbour.js";
import { createPlatform, type Platform } from "../server/platform.js";
import { type ProxySpec, proxyWaitMs } from "../server/proxy.js";
import type { LimitSource } from "../server/spec.js";
import { createSpeech, type HeaderSpec, type Said, type Speech } from "../server/speech.js";
import type { Wave } from "../server/wave.js";

/** A server as data. */
export interface ServerSpec {
  /** The limit of each model: a spec, or a function that makes a limit of one's own. */
  readonly limit: LimitSource;
  /** Limits of single models, by name. */
  readonly limits?: Readonly<Record<string, LimitSource>>;
  /** How long answers take. */
  readonly answers?: AnswerSpec;
  /** The same for single models. */
  readonly answersOf?: Readonly<Record<string, AnswerSpec>>;
  /** Which headers it sends. Default: none, as the present Together on a success. */
  readonly headers?: HeaderSpec;
  /** What moves, and when. */
  readonly schedule?: readonly ScheduledMove[];
  /** What moves all the time. */
  readonly waves?: readonly Wave[];
  /** What goes wrong, each defect with its share and time. */
  readonly faults?: readonly Fault[];
  /** Who else takes from the same limits. */
  readonly neighbours?: readonly Neighbour[];
  /** A proxy on the way that tries refused ones again by itself. Default: none. */
  readonly proxy?: ProxySpec;
}

/** A server in virtual time, as tries meet it. */
export interface Plant {
  /** A try arrives. `retry` counts how often a proxy sent it again. */
  arrive(nowMs: number, model: string, arrival: Arrival, retry?: number): Answer;
  /** Milliseconds until it would be let in if nothing else came; Infinity until something ends or moves. */
  waitMs(nowMs: number, model: string, arrival: Arrival): number;
  /** The true limit. */
  allowed(nowMs: number, model: string, organisation: string): Allowance;
  /** Moves limits, outages and faults, now. */
  move(nowMs: number, move: Move): void;
  /** Time on the way to it, drawn for one try. */
  uplinkMs(nowMs: number, model: string): number;
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
  /** From the headers to the end of the body; `tokens` are those of the answer. */
  bodyMs(tokens: number): number;
  /** Whether the body breaks off at its end. */
  readonly breaks: boolean;
  /** On the way back, which the server doesn't wait for. Default 0. */
  readonly downlinkMs?: number;
  /** A proxy sends it again so long after the headers, in the place of handing them on. */
  readonly retryAfterMs?: number;
  /** The server is through with it, or it was given up: called once. `settled` is charged. */
  end?(nowMs: number, settled: Arrival["cost"]): void;
}

/** Where the server's wall clock begins, in milliseconds since 1970, if not where a virtual clock does. */
export interface PlantOptions {
  readonly wallStartMs?: number;
}

/** Makes a server at the instant 0. */
export function createPlant(spec: ServerSpec, seed: string, options: PlantOptions = {}): Plant {
  return new SimulatedPlant(spec, seed, options.wallStartMs ?? DEFAULT_WALL_START_MS);
}

const WHOLE = (): number => 0;

/** A try that the limit decided on. When its answer leaves is found out as it is answered. */
interface Moment extends Said {
  leavesInMs: number;
}

/** What a try gets that was let in: it is the server's until it ends. */
class AcceptedAnswer implements Answer {
  outcome: TryOutcome = "accepted";
  facts: ResponseFacts | undefined;
  headersAfterMs = 0;
  breaks = false;
  readonly downlinkMs: number;
  readonly #platform: Platform;
  readonly #times: AnswerTimes;
  readonly #at: Moment;

  constructor(platform: Platform, times: AnswerTimes, at: Moment) {
    this.#platform = platform;
    this.#times = times;
    this.#at = at;
    this.downlinkMs = times.downlinkMs();
  }

  /** One that breaks off does so in the middle. */
  bodyMs(tokens: number): number {
    const bodyMs = this.#times.bodyMs(tokens);
    return this.breaks ? bodyMs / 2 : bodyMs;
  }

  end(nowMs: number, cost: Arrival["cost"]): void {
    const { model, arrival } = this.#at;
    this.#platform.settle(nowMs, model, { key: arrival.key, cost });
  }
}

class SimulatedPlant implements Plant {
  readonly #spec: ServerSpec;
  readonly #seed: string;
  readonly #platform: Platform;
  readonly #speech: Speech;
  readonly #times = new Map<string, AnswerTimes>();

  constructor(spec: ServerSpec, seed: string, wallStartMs: number) {
    this.#spec = spec;
    this.#seed = seed;
    const limitOf = (model: string): LimitSource => spec.limits?.[model] ?? spec.limit;
    this.#platform = createPlatform({ ...spec, limitOf, seed });
    this.#speech = createSpeech(spec.headers, {
      seed,
      wallStartMs,
      quotasOf: ({ nowMs, model, arrival }) => this.#platform.limitOf(model).quotas(nowMs, arrival.key),
    });
  }

  arrive(nowMs: number, model: string, arrival: Arrival, retry = 0): Answer {
    const { admission, fault } = this.#platform.decide(nowMs, model, arrival);
    const times = this.#timesOf(model);
    if (admission === undefined) return this.#failed(times, fault);
    const at = { nowMs, model, arrival, admission, fault, leavesInMs: 0 };
    return admission.outcome === "accepted" ? this.#accepted(times, at) : this.#refused(times, at, retry);
  }

  waitMs(nowMs: number, model: string, arrival: Arrival): number {
    return this.#platform.waitMs(nowMs, model, arrival);
  }

  allowed(nowMs: number, model: string, organisation: string): Allowance {
    return this.#platform.allowed(nowMs, model, organisation);
  }

  move(nowMs: number, move: Move): void {
    this.#platform.schedule(nowMs, [{ ...move, atMs: 0 }]);
  }

  uplinkMs(nowMs: number, model: string): number {
    return this.#timesOf(model).uplinkMs(nowMs);
  }

  #accepted(times: AnswerTimes, at: Moment): Answer {
    const { admission, fault } = at;
    const answer = new AcceptedAnswer(this.#platform, times, at);
    if (admission.isTimedOut === true) {
      answer.outcome = "failed";
      answer.headersAfterMs = admission.queuedMs ?? 0;
      answer.facts = this.#speech.failure("status-504");
      return answer;
    }
    answer.headersAfterMs = (admission.queuedMs ?? 0) + times.headersMs();
    at.leavesInMs = answer.headersAfterMs;
    answer.facts = this.#speech.facts(at);
    if (fault !== undefined) this.#spoil(answer, fault);
    return answer;
  }

  #spoil(answer: AcceptedAnswer, { kind, waitMs = Number.POSITIVE_INFINITY }: Fault): void {
    if (kind === "close-early") {
      answer.outcome = "failed";
      answer.facts = undefined;
    } else if (kind === "never-answer") {
      answer.outcome = "silent";
      answer.facts = undefined;
      answer.headersAfterMs = waitMs;
    } else if (kind === "close-mid-body") {
      answer.breaks = true;
    } else if (kind === "error-in-stream" && answer.facts !== undefined) {
      answer.outcome = "overloaded";
      answer.facts = this.#speech.errorInStream(answer.facts);
    }
  }

  #refused(times: AnswerTimes, at: Moment, retry: number): Answer {
    const { outcome } = at.admission;
    const headersAfterMs = outcome === "overloaded" ? times.overloadMs() : times.refusalMs();
    const downlinkMs = times.downlinkMs();
    const again = proxyWaitMs(this.#spec.proxy, retry);
    if (again !== undefined) {
      return {
        outcome,
        facts: undefined,
        headersAfterMs,
        bodyMs: WHOLE,
        breaks: false,
        downlinkMs,
        retryAfterMs: again,
      };
    }
    at.leavesInMs = headersAfterMs;
    const facts = this.#speech.facts(at);
    return { outcome, facts, headersAfterMs, bodyMs: WHOLE, breaks: false, downlinkMs };
  }

  #failed(times: AnswerTimes, fault: Fault | undefined): Answer {
    const kind = fault?.kind === "status-502" || fault?.kind === "exhausted" ? fault.kind : "status-500";
    const facts = this.#speech.failure(kind);
    const headersAfterMs = times.refusalMs();
    return { outcome: "failed", facts, headersAfterMs, bodyMs: WHOLE, breaks: false, downlinkMs: times.downlinkMs() };
  }

  #timesOf(model: string): AnswerTimes {
    const known = this.#times.get(model);
    if (known !== undefined) return known;
    const spec = { ...this.#spec.answers, ...this.#spec.answersOf?.[model] };
    const times = createAnswerTimes(spec, seededRandom(`${this.#seed}/answers/${model}`));
    this.#times.set(model, times);
    return times;
  }
}
