import type { Clock } from "../../src/clock.js";
import type { Wire, WireListener } from "./contestant.js";
import { LiveRequest } from "./live.js";
import { type LoggedOutcome, OUTCOMES, type TryLog } from "./log.js";
import type { Answer, Plant } from "./plant.js";

/** What the way from one client to the server is made of. */
export interface WireOptions {
  readonly clock: Clock;
  readonly plant: Plant;
  readonly tries: TryLog;
  readonly organisation: string;
  /** Whether tries arrive the moment they are sent. */
  readonly isDirect: boolean;
}

/** Makes the way from one client to the server. */
export function createWire(options: WireOptions): Wire {
  return {
    send(request, listener) {
      if (!(request instanceof LiveRequest)) throw new TypeError("only a request that was submitted can be sent");
      const flight = new Flight(options, request, listener);
      return () => flight.giveUp();
    },
  };
}

/** One try under way. */
class Flight {
  readonly #options: WireOptions;
  readonly #request: LiveRequest;
  readonly #listener: WireListener;
  readonly #row: number;
  /** Takes back what comes next to the client, and what comes next at the server where that isn't the same. */
  #cancel: (() => void) | undefined;
  #cancelSettling: (() => void) | undefined;
  #answer: Answer | undefined;
  #hasEnded = false;
  #isSettled = false;

  constructor(options: WireOptions, request: LiveRequest, listener: WireListener) {
    const { clock, plant, tries } = options;
    const nowMs = clock.now();
    this.#options = options;
    this.#request = request;
    this.#listener = listener;
    request.attempts++;
    this.#row = tries.open(request.client, request.id, request.attempts, nowMs, nowMs - request.freeAtMs);
    const uplinkMs = options.isDirect ? 0 : plant.uplinkMs(nowMs, request.model);
    if (uplinkMs > 0) this.#cancel = clock.after(uplinkMs, () => this.#arrive(0));
    else this.#arrive(0);
  }

  giveUp(): void {
    if (this.#hasEnded) return;
    this.#cancel?.();
    if (this.#answer === undefined || this.#answer.facts === undefined) this.#log("abandoned");
    this.#end();
  }

  #arrive(retry: number): void {
    const { clock, plant, organisation } = this.#options;
    const { model, charged } = this.#request;
    const answer = plant.arrive(clock.now(), model, { key: organisation, cost: charged }, retry);
    if (answer.retryAfterMs !== undefined) {
      this.#cancel = clock.after(answer.headersAfterMs + answer.retryAfterMs, () => this.#arrive(retry + 1));
      return;
    }
    this.#answer = answer;
    // What the server decided is known from here on, whether or not the client hears of it.
    this.#log(answer.outcome);
    if (answer.headersAfterMs === Number.POSITIVE_INFINITY) return;
    const bodyMs = answer.facts === undefined ? 0 : answer.bodyMs(this.#request.settled.tokens ?? 0);
    const downlinkMs = this.#options.isDirect ? 0 : (answer.downlinkMs ?? 0);
    if (downlinkMs > 0) {
      this.#cancelSettling = clock.after(answer.headersAfterMs + bodyMs, () => this.#settle());
    }
    this.#cancel = clock.after(answer.headersAfterMs + downlinkMs, () => this.#respond(answer, bodyMs));
  }

  #respond(answer: Answer, bodyMs: number): void {
    const { clock, tries } = this.#options;
    this.#request.freeAtMs = clock.now();
    tries.answeredAtMs.set(this.#row, clock.now());
    if (answer.facts === undefined) {
      this.#end();
      this.#listener.onError(new TypeError("fetch failed", { cause: new Error("other side closed") }));
      return;
    }
    if (bodyMs > 0) this.#cancel = clock.after(bodyMs, () => this.#finish(answer));
    this.#listener.onResponse(answer.facts);
    if (bodyMs <= 0) this.#finish(answer);
  }

  #finish(answer: Answer): void {
    if (this.#hasEnded) return;
    this.#end();
    if (answer.breaks) {
      this.#listener.onError(new TypeError("terminated", { cause: new Error("other side closed") }));
    } else this.#listener.onEnd();
  }

  #end(): void {
    const { clock, tries } = this.#options;
    this.#hasEnded = true;
    tries.endedAtMs.set(this.#row, clock.now());
    this.#settle();
  }

  /** The server is through with it. */
  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#cancelSettling?.();
    this.#answer?.end?.(this.#options.clock.now(), this.#request.settled);
  }

  #log(outcome: LoggedOutcome): void {
    this.#options.tries.outcome.set(this.#row, OUTCOMES.indexOf(outcome));
  }
}
