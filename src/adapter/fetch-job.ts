import { listen, unlisten } from "../abort.js";
import type { Clock } from "../clock.js";
import type { Cost } from "../cost.js";
import { isSluiceError, SluiceError, type SluiceErrorCode } from "../errors.js";
import type { Job, Try, Verdict } from "../flow/job.js";
import type { Terms } from "../flow/terms.js";
import type { ResponseFacts, Signal } from "../signal/signal.js";
import { isTransportFailure } from "../signal/transport.js";
import { watchBody } from "./body.js";
import type { Within } from "./context.js";
import { type Peeked, peekBody } from "./peek.js";
import { lastRefusal, ownRefusal } from "./refusal.js";
import type { RequestView } from "./request.js";
import { withCause } from "./schedule.js";
import { Slot } from "./slot.js";
import type { Waits } from "./waits.js";

type Fetch = typeof globalThis.fetch;

/** Of a refusal's body this much is read before the verdict, in bytes. Error bodies are short, and say which limit it was. */
const REFUSAL_BYTES_MAX = 65_536;
/** And for no longer than this, in milliseconds. */
const REFUSAL_WAIT_MAX_MS = 2_000;
const STATUS_REFUSED_MIN = 400;

/** Our own ends that an SDK should see as a refusal; the others reject, as a lost connection does. */
const ENDS_AS_RESPONSE: ReadonlySet<SluiceErrorCode> = new Set([
  "ERR_SLUICE_QUEUE_FULL",
  "ERR_SLUICE_WAIT",
  "ERR_SLUICE_DEADLINE",
  "ERR_SLUICE_EXHAUSTED",
  "ERR_SLUICE_TOO_LARGE",
]);

/** What all requests of one `fetch` share. */
export interface FetchHouse {
  readonly clock: Clock;
  readonly onReject: "response" | "throw";
  readonly waits: Waits;
}

/** What makes a job. */
export interface FetchJobParts {
  readonly house: FetchHouse;
  readonly view: RequestView;
  readonly below: Fetch;
  /** The caller's asynchronous context. */
  readonly within: Within;
  readonly key: string;
  readonly cost: Cost;
  readonly priority: number;
  readonly terms: Terms;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** One request through `fetch`, from its call to its Response. */
export class FetchJob implements Job {
  readonly key: string;
  readonly cost: Cost;
  readonly priority: number;
  readonly tenant: string | undefined;
  readonly deadlineMs: number;
  readonly waitMaxMs: number;
  readonly attemptTimeoutMs: number;
  readonly abort: AbortSignal | undefined;
  readonly host: string;
  readonly isQueueBounded = true;
  readonly house: FetchHouse;
  readonly view: RequestView;
  readonly below: Fetch;
  readonly within: Within;
  #starts = 0;
  #resolve: ((response: Response) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor({ house, view, below, within, key, cost, priority, terms, resolve, reject }: FetchJobParts) {
    this.key = key;
    this.cost = cost;
    this.priority = priority;
    this.tenant = terms.tenant;
    this.deadlineMs = terms.deadlineMs;
    this.waitMaxMs = terms.waitMaxMs;
    this.attemptTimeoutMs = terms.attemptTimeoutMs;
    this.abort = terms.abort;
    this.host = view.address.hostname;
    this.house = house;
    this.view = view;
    this.below = below;
    this.within = within;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get canRepeat(): boolean {
    return this.view.canRepeat;
  }

  start(attempt: Try): void {
    this.#starts += 1;
    this.house.waits.end(this);
    new FetchFlight(this, attempt, this.#starts).takeOff();
  }

  /** It waits from now on, unless it has been started again, or ended, since its start of this number. */
  waitFrom(start: number): void {
    if (this.#starts === start && this.#reject !== undefined) this.house.waits.begin(this);
  }

  refuse(error: unknown): void {
    this.house.waits.end(this);
    if (isSluiceError(error)) this.endOwn(error);
    else this.reject(error);
  }

  resolve(response: Response): void {
    const resolve = this.#resolve;
    this.#forget();
    resolve?.(response);
  }

  reject(error: unknown): void {
    const reject = this.#reject;
    this.#forget();
    reject?.(error);
  }

  /** It ends for a reason of ours, and there is no response that could say so. */
  endOwn(error: SluiceError): void {
    if (!ENDS_AS_RESPONSE.has(error.code)) return this.reject(error);
    const response = ownRefusal(error, this.view.url);
    if (this.house.onReject === "response") return this.resolve(response);
    const { status, headers } = response;
    response.json().then((body) => this.reject(Object.assign(error, { status, headers, body })));
  }

  /** Whoever holds the job would hold the Response too, which could then never be found forgotten. */
  #forget(): void {
    this.#resolve = undefined;
    this.#reject = undefined;
  }
}

/** One try of it. */
class FetchFlight {
  readonly #job: FetchJob;
  readonly #attempt: Try;
  readonly #number: number;
  readonly #controller = new AbortController();
  #isOver = false;

  constructor(job: FetchJob, attempt: Try, number: number) {
    this.#number = number;
    this.#job = job;
    this.#attempt = attempt;
  }

  takeOff(): void {
    // A fetch of the user's own may not listen to its signal, so we don't wait for it.
    this.#attempt.onAbort = (reason) => this.#giveUp(reason);
    this.#send().then(
      (response) => this.#onResponse(response),
      (error: unknown) => this.#onError(error),
    );
  }

  async #send(): Promise<Response> {
    const { within, view, below } = this.#job;
    return within(() => view.send(below, this.#controller.signal));
  }

  #giveUp(reason: unknown): void {
    this.#controller.abort(reason);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endWithout(this.#attempt.fail(reason), reason);
  }

  #onError(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endWithout(this.#attempt.fail(error, { isOwn: !isTransportFailure(error) }), error);
  }

  #endWithout(verdict: Verdict, error: unknown): void {
    if (verdict.next === "retry") this.#job.waitFrom(this.#number);
    else if (verdict.error === undefined) this.#job.reject(error);
    else this.#job.endOwn(withCause(verdict.error, error));
    this.#attempt.finish();
  }

  #onResponse(response: Response): void {
    if (this.#isOver) return discard(response);
    const { clock } = this.#job.house;
    const facts = factsAt(clock, this.#job.view, response);
    if (response.status < STATUS_REFUSED_MIN) return this.#onAccepted(response, facts);
    peekRefusal(response, clock).then((body) => {
      if (this.#isOver) return body.discard();
      this.#onRefused(response, { ...facts, body: body.text() }, body);
    });
  }

  #onAccepted(response: Response, facts: ResponseFacts): void {
    this.#isOver = true;
    const verdict = this.#attempt.respond(facts);
    if (verdict.next === "retry") {
      discard(response);
      this.#job.waitFrom(this.#number);
      return this.#attempt.finish();
    }
    this.#job.resolve(watchBody(response, this.#slot(facts)));
  }

  #onRefused(response: Response, facts: ResponseFacts, body: Peeked): void {
    this.#isOver = true;
    const verdict = this.#attempt.respond(facts);
    if (verdict.next === "retry") {
      body.discard();
      this.#job.waitFrom(this.#number);
    } else if (this.#job.house.onReject === "throw" && isRefusal(verdict.signal)) {
      body.discard();
      this.#job.reject(thrownRefusal(verdict, facts, this.#attempt));
    } else {
      this.#job.resolve(lastRefusal(response, body));
    }
    this.#attempt.finish();
  }

  /** The slot that the body holds; meanwhile the caller's abort still ends it. */
  #slot(facts: ResponseFacts): Slot {
    const attempt = this.#attempt;
    const controller = this.#controller;
    const { abort } = this.#job;
    const listener = { handleEvent: () => controller.abort(abort?.reason) };
    if (abort !== undefined) listen(abort, listener);
    return new Slot(
      facts,
      {
        correct: (worse) => attempt.correct(worse),
        finish: (actual) => {
          if (abort !== undefined) unlisten(abort, listener);
          attempt.finish(actual);
        },
      },
      this.#job.house.waits.idle,
    );
  }
}

/** What a response says at its headers. */
export function factsAt(clock: Clock, view: RequestView, response: Response): ResponseFacts {
  const { status, headers } = response;
  return { status, headers, receivedAtMs: clock.wallNow(), host: view.address.hostname };
}

/** Reads the beginning of a refusal's body. */
export function peekRefusal(response: Response, clock: Clock): Promise<Peeked> {
  return peekBody(response, { bytesMax: REFUSAL_BYTES_MAX, waitMaxMs: REFUSAL_WAIT_MAX_MS, clock });
}

function isRefusal({ outcome }: Signal): boolean {
  return outcome !== "accepted" && outcome !== "failed";
}

function thrownRefusal(
  verdict: Extract<Verdict, { next: "deliver" }>,
  { status, headers, body }: ResponseFacts,
  { key, number }: Try,
): SluiceError {
  const { signal, error } = verdict;
  if (error !== undefined) return error.status === undefined ? Object.assign(error, { status, headers, body }) : error;
  const [code, why] = ((): [SluiceErrorCode, string] => {
    if (signal.refused?.neverFits === true)
      return ["ERR_SLUICE_TOO_LARGE", "the request is larger than the limit itself"];
    if (signal.outcome === "exhausted")
      return ["ERR_SLUICE_EXHAUSTED", "the provider says that the quota is exhausted"];
    return ["ERR_SLUICE_RETRIES", "the request was refused, and no further try was left"];
  })();
  const { retryAfterMs } = signal;
  return new SluiceError(code, `${why} (status ${status})`, {
    key,
    attempts: number,
    status,
    headers,
    body,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Lets go of a response that nobody will read, so that its socket is free. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => {});
}
