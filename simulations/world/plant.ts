import type { ResponseFacts } from "../../src/signal/signal.js";
import { DEFAULT_WALL_START_MS } from "../clock.js";
import { seededRandom } from "../random.js";
import { type AnswerSpec, type AnswerTimes, createAnswerTimes } from "../server/answers.js";
import type { Fault } from "../server/fault.js";
import type { Admission, Allowance, Arrival } from "../server/limit.js";
import type { ScheduledMove } from "../server/move.js";
import type { Neighbour } from "../server/neighbour.js";
import { createPlatform, type Platform } from "../server/platform.js";
import type { LimitSource } from "../server/spec.js";
import { createSpeech, type HeaderSpec, type Speech } from "../server/speech.js";
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

/** A proxy that retries inside: its client sees the last answer alone. */
export interface ProxySpec {
  /** How often it tries again at most. */
  readonly retries: number;
  /** How long it waits before that, in milliseconds, and twice as long each further time. Default 500. */
  readonly backoffMs?: number;
}

/** A server in virtual time, as tries meet it. */
export interface Plant {
  /** A try arrives. `retry` counts how often a proxy sent it again. */
  arrive(nowMs: number, model: string, arrival: Arrival, retry?: number): Answer;
  /** Milliseconds until it would be let in if nothing else came; Infinity until something ends or moves. */
  waitMs(nowMs: number, model: string, arrival: Arrival): number;
  /** The true limit. */
  allowed(nowMs: number, model: string, organisation: string): Allowance;
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
    this.#speech = createSpeech(spec.headers, { seed, wallStartMs });
  }

  arrive(nowMs: number, model: string, arrival: Arrival, retry = 0): Answer {
    const { admission, fault } = this.#platform.decide(nowMs, model, arrival);
    const times = this.#timesOf(model);
    if (admission === undefined) return this.#failed(times, fault);
    if (admission.outcome === "accepted") return this.#accepted({ nowMs, model, arrival, admission, fault, times });
    const { outcome } = admission;
    const headersAfterMs = outcome === "overloaded" ? times.overloadMs() : times.refusalMs();
    const again = this.#proxyWaitMs(retry);
    if (again !== undefined) return { ...this.#answer(outcome, headersAfterMs, times), retryAfterMs: again };
    const said = { nowMs, model, arrival, admission, fault, leavesInMs: headersAfterMs };
    const facts = this.#speech.facts(said, () => this.#quotas(nowMs, model, arrival));
    return { ...this.#answer(outcome, headersAfterMs, times), facts };
  }

  waitMs(nowMs: number, model: string, arrival: Arrival): number {
    return this.#platform.waitMs(nowMs, model, arrival);
  }

  allowed(nowMs: number, model: string, organisation: string): Allowance {
    return this.#platform.allowed(nowMs, model, organisation);
  }

  uplinkMs(nowMs: number, model: string): number {
    return this.#timesOf(model).uplinkMs(nowMs);
  }

  #accepted(at: {
    nowMs: number;
    model: string;
    arrival: Arrival;
    admission: Admission;
    fault: Fault | undefined;
    times: AnswerTimes;
  }): Answer {
    const { nowMs, model, arrival, admission, fault, times } = at;
    const queuedMs = admission.queuedMs ?? 0;
    const end = (then: number, cost: Arrival["cost"]): void =>
      this.#platform.settle(then, model, { key: arrival.key, cost });
    if (admission.isTimedOut === true) {
      return { ...this.#answer("failed", queuedMs, times), facts: this.#speech.failure("status-504"), end };
    }
    const headersAfterMs = queuedMs + times.headersMs();
    const said = { nowMs, model, arrival, admission, fault, leavesInMs: headersAfterMs };
    const facts = this.#speech.facts(said, () => this.#quotas(nowMs, model, arrival));
    const downlinkMs = times.downlinkMs();
    const whole = { facts, headersAfterMs, bodyMs: times.bodyMs, breaks: false, downlinkMs, end };
    switch (fault?.kind) {
      case "close-early":
        return { ...whole, outcome: "failed", facts: undefined };
      case "never-answer":
        return {
          ...whole,
          outcome: "silent",
          facts: undefined,
          headersAfterMs: fault.waitMs ?? Number.POSITIVE_INFINITY,
        };
      case "close-mid-body":
        return { ...whole, outcome: "accepted", bodyMs: (tokens) => times.bodyMs(tokens) / 2, breaks: true };
      case "error-in-stream":
        return { ...whole, outcome: "overloaded", facts: this.#speech.errorInStream(facts) };
      default:
        return { ...whole, outcome: "accepted" };
    }
  }

  #failed(times: AnswerTimes, fault: Fault | undefined): Answer {
    const kind = fault?.kind === "status-502" || fault?.kind === "exhausted" ? fault.kind : "status-500";
    return { ...this.#answer("failed", times.refusalMs(), times), facts: this.#speech.failure(kind) };
  }

  #answer(outcome: TryOutcome, headersAfterMs: number, times: AnswerTimes): Answer {
    const downlinkMs = times.downlinkMs();
    return { outcome, facts: undefined, headersAfterMs, bodyMs: WHOLE, breaks: false, downlinkMs };
  }

  #proxyWaitMs(retry: number): number | undefined {
    const { proxy } = this.#spec;
    if (proxy === undefined || retry >= proxy.retries) return undefined;
    return (proxy.backoffMs ?? 500) * (1 << Math.min(retry, 20));
  }

  #quotas(nowMs: number, model: string, { key }: Arrival): ReturnType<ReturnType<Platform["limitOf"]>["quotas"]> {
    return this.#platform.limitOf(model).quotas(nowMs, key);
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
