import { type AbortListener, listen, unlisten } from "../abort.js";
import type { Cost } from "../cost.js";
import { SluiceError, type SluiceErrorCode } from "../errors.js";
import { discard } from "../flow/discard.js";
import type { Try, TryHolder, Verdict } from "../flow/job.js";
import { NO_HEADERS } from "../signal/headers.js";
import type { ResponseFacts, Signal } from "../signal/signal.js";
import { isTransportFailure } from "../signal/transport.js";
import { watchBody } from "./body.js";
import type { FetchJob } from "./fetch-job.js";
import { Leash } from "./leash.js";
import type { Peeked } from "./peek.js";
import { lastRefusal } from "./refusal.js";
import { factsAt, peekRefusal, STATUS_REFUSED_MIN } from "./response.js";
import { withCause } from "./schedule-flight.js";
import { Slot, type SlotHolder } from "./slot.js";

/** One try of a request through `fetch`. While the body of its answer is read it is what holds the slot. */
export class FetchFlight implements SlotHolder, TryHolder, AbortListener {
  readonly #job: FetchJob;
  readonly #attempt: Try;
  readonly #number: number;
  readonly #leash = new Leash();
  #slot: Slot | undefined = undefined;
  #isOver = false;

  constructor(job: FetchJob, attempt: Try, number: number) {
    this.#number = number;
    this.#job = job;
    this.#attempt = attempt;
  }

  takeOff(): void {
    // A fetch of the user's own may not listen to its signal, so we don't wait for it.
    this.#attempt.holder = this;
    const { within, view, below } = this.#job;
    let sent: Promise<Response>;
    try {
      sent = within(() => this.#leash.send(view, below));
    } catch (error) {
      // A fetch of the user's own threw where it should reject: that mustn't reach the loop, nor end the try before its hands are free.
      sent = Promise.reject(error);
    }
    Promise.resolve(sent).then(
      (response) => this.#onResponse(response),
      (error: unknown) => this.#onError(error),
    );
  }

  onTryAbort(reason: unknown): void {
    this.#leash.pull(reason);
    if (this.#isOver) return this.#slot?.break(reason);
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
    const verdict = response.ok ? this.#respondAccepted(facts) : this.#attempt.respond(facts);
    if (verdict.next === "retry") {
      discard(response);
      this.#job.waitFrom(this.#number);
      return this.#attempt.finish();
    }
    this.#job.resolve(watchBody(response, this.#holdSlot(facts)));
  }

  /** What an accepted answer says in its headers, unless it is known to be nothing. */
  #respondAccepted(facts: ResponseFacts): Verdict {
    const { clock, silence } = this.#job.house;
    const nowMs = clock.now();
    if (silence.isKept(this.#job.key, nowMs)) return this.#attempt.respond({ ...facts, headers: NO_HEADERS });
    const verdict = this.#attempt.respond(facts);
    silence.note(this.#job.key, verdict.signal, nowMs);
    return verdict;
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
