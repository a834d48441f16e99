import { type AbortListener, listen, unlisten } from "../abort.js";
import type { Cost } from "../cost.js";
import { SluiceError, type SluiceErrorCode } from "../errors.js";
import type { Try, TryHolder, Verdict } from "../flow/job.js";
import type { ResponseFacts, Signal } from "../signal/signal.js";
import { isTransportFailure } from "../signal/transport.js";
import { isOk } from "./ask.js";
import type { HttpJob } from "./http-job.js";
import { Passage } from "./passage.js";
import { withCause } from "./schedule-flight.js";
import { Slot, type SlotHolder } from "./slot.js";

const STATUS_NOT_FOUND = 404;

/**
 * One try of a request over HTTP: what is sent, and how its answer is handed on, is its edge's affair; what becomes of it
 * is decided here. While the body of an accepted answer is read it is what holds the slot.
 */
export abstract class HttpFlight implements SlotHolder, TryHolder, AbortListener {
  readonly #job: HttpJob;
  readonly #attempt: Try;
  readonly #number: number;
  /** What it is sent within. */
  protected readonly passage: Passage;
  #slot: Slot | undefined = undefined;

  /** `isBranded`: whether what it sends says itself that it is governed. */
  constructor(job: HttpJob, attempt: Try, number: number, isBranded: boolean) {
    this.passage = new Passage(job, isBranded);
    this.#number = number;
    this.#job = job;
    this.#attempt = attempt;
  }

  /** Sends it. Must not throw, nor end the try before it returns where a stranger's code failed. */
  protected abstract send(): void;

  /** Ends what was sent, and the reading of its answer. */
  protected abstract pull(reason: unknown): void;

  /** Whether what comes of it is known: an answer that comes after that is nobody's. */
  get isOver(): boolean {
    return this.passage.isOver;
  }

  get wantsActual(): boolean {
    return this.#attempt.wantsActual;
  }

  takeOff(): void {
    // Whoever sends it may not listen to a signal, so we don't wait for it.
    this.#attempt.holder = this;
    this.send();
  }

  onTryAbort(reason: unknown): void {
    this.pull(reason);
    if (this.isOver) return this.#slot?.break(reason);
    this.passage.end();
    this.#endWithout(this.#attempt.fail(reason), reason);
  }

  /** There is no answer. */
  fail(error: unknown): void {
    if (this.isOver) return;
    this.passage.end();
    this.#endWithout(this.#attempt.fail(error, { isOwn: !isTransportFailure(error) }), error);
  }

  /** An answer that is no refusal. Returns the slot that its body holds; without one, it is to be let go of, and then {@link land}. */
  accept(facts: ResponseFacts): Slot | undefined {
    this.passage.end();
    const { clock, silence } = this.#job.house;
    const verdict = isOk(facts) ? silence.respond(this.#attempt, facts, clock.now()) : this.#attempt.respond(facts);
    if (verdict.next === "deliver") return this.#holdSlot(facts);
    this.#job.waitFrom(this.#number);
    return undefined;
  }

  /** A refusal, with its body. Returns whether it is to be handed on, else let go of; and then {@link land}. */
  refuse(facts: ResponseFacts): boolean {
    this.passage.end();
    const verdict = this.#attempt.respond(facts);
    if (facts.status === STATUS_NOT_FOUND) this.#job.house.models.meet(this.#job);
    if (verdict.next === "retry") {
      this.#job.waitFrom(this.#number);
      return false;
    }
    if (verdict.signal.outcome === "overloaded" && this.#job.fallBack()) return false;
    if (this.#job.house.onReject === "response" || !isRefusal(verdict.signal)) return true;
    this.#job.reject(thrownRefusal(verdict, facts, this.#attempt));
    return false;
  }

  /** Whether an accepted answer is one to the order of a job, or says how jobs stand that were ordered. */
  protected isOfJobs(facts: { readonly status: number }): boolean {
    return isOk(facts) && (this.#job.isOrder || this.#job.house.jobs.isAbout(this.#job.view));
  }

  /** Reads such an answer, of which this is the JSON. */
  protected learnOfJobs(answer: Promise<unknown>): void {
    if (this.#job.isOrder) this.#keepPlace(answer);
    else void this.#job.house.jobs.overhear(this.#job.view, answer);
  }

  /** What it ordered takes its place until it has ended: the answer says how it is called. */
  #keepPlace(answer: Promise<unknown>): void {
    const { house, key, view, place } = this.#job;
    const { ended = [] } = place?.endpoint.jobs ?? {};
    const { address } = view;
    void house.jobs.watch(key, { answer, address, ended, ask: this.#job.ask, release: this.#attempt.outlast() });
  }

  /** Its answer is dealt with, and holds no slot. */
  land(): void {
    this.#attempt.finish();
  }

  #endWithout(verdict: Verdict, error: unknown): void {
    if (verdict.next === "retry") this.#job.waitFrom(this.#number);
    else if (verdict.error === undefined) this.#job.reject(error);
    else this.#job.endOwn(withCause(verdict.error, error));
    this.#attempt.finish();
  }

  /** The slot that the body holds; meanwhile the caller's abort still ends it. */
  #holdSlot(facts: ResponseFacts): Slot {
    const { abort, house } = this.#job;
    if (abort !== undefined) listen(abort, this);
    this.#slot = new Slot(facts, this, house.waits.idle);
    return this.#slot;
  }

  /** The caller has aborted while the body was read. */
  handleEvent(): void {
    this.onTryAbort(this.#job.abort?.reason);
  }

  correct(worse: ResponseFacts): void {
    this.#attempt.correct(worse);
  }

  finish(actual?: Cost): void {
    const { abort } = this.#job;
    if (abort !== undefined) unlisten(abort, this);
    this.#attempt.finish(actual);
  }
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
