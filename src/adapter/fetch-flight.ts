import { discard } from "../flow/discard.js";
import type { Try } from "../flow/job.js";
import type { ResponseFacts } from "../signal/signal.js";
import { watchBody } from "./body.js";
import type { FetchJob } from "./fetch-job.js";
import { HttpFlight } from "./http-flight.js";
import { Leash } from "./leash.js";
import { sendWithin } from "./passage.js";
import { lastRefusal } from "./refusal.js";
import { factsAt, peekRefusal, STATUS_REFUSED_MIN } from "./response.js";

/** One try of a request through `fetch`. */
export class FetchFlight extends HttpFlight {
  readonly #job: FetchJob;
  readonly #leash = new Leash();

  constructor(job: FetchJob, attempt: Try, number: number) {
    super(job, attempt, number, false);
    this.#job = job;
  }

  protected send(): void {
    const { within, view, below } = this.#job;
    let sent: Promise<Response>;
    try {
      sent = within(() => sendWithin(this.passage, () => this.#leash.send(view, below)));
    } catch (error) {
      // A fetch of the user's own threw where it should reject: that mustn't reach the loop, nor end the try before its hands are free.
      sent = Promise.reject(error);
    }
    Promise.resolve(sent).then(
      (response) => this.#onResponse(response),
      (error: unknown) => this.fail(error),
    );
  }

  protected pull(reason: unknown): void {
    this.#leash.pull(reason);
  }

  #onResponse(response: Response): void {
    if (this.isOver) return discard(response);
    const { clock } = this.#job.house;
    const facts = factsAt(clock, this.#job.view, response);
    if (response.status < STATUS_REFUSED_MIN) return this.#onAccepted(response, facts);
    peekRefusal(response, clock).then((body) => {
      if (this.isOver) return body.discard();
      if (this.refuse({ ...facts, body: body.text() })) this.#job.resolve(lastRefusal(response, body));
      else body.discard();
      this.land();
    });
  }

  #onAccepted(response: Response, facts: ResponseFacts): void {
    const slot = this.accept(facts);
    if (slot === undefined) {
      discard(response);
      return this.land();
    }
    if (this.isOfJobs(facts)) this.learnOfJobs(response.clone().json().catch(nothing));
    this.#job.resolve(watchBody(response, slot));
  }
}

const nothing = (): void => {};
