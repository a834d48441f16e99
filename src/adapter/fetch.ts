import type { Submitter } from "../flow/job.js";
import type { RequestOptions, SluiceOptions } from "../options.js";
import { watchBody } from "./body.js";
import type { Ambient, Witness } from "./context.js";
import { othersFor, remainingOf } from "./fallback.js";
import { type Ends, FetchJob } from "./fetch-job.js";
import { type HttpHouse, houseOf } from "./http-house.js";
import type { HttpView } from "./http-view.js";
import { holderFor } from "./inside.js";
import { type Ask, JobWatch } from "./job-watch.js";
import type { EdgeParts } from "./parts.js";
import { currentPassage, type Passage } from "./passage.js";
import { lastRefusal } from "./refusal.js";
import { RequestView } from "./request.js";
import { factsAt, peekRefusal, STATUS_REFUSED_MIN } from "./response.js";
import { Slot } from "./slot.js";
import { UnknownModels } from "./unknown-model.js";
import { keepContext, type Within } from "./within.js";

type Fetch = typeof globalThis.fetch;

/** Where `retry` is left to us, an SDK must not give up first: a day, in milliseconds. */
const SDK_TIMEOUT_MS = 86_400_000;

/**
 * Makes the governed `fetch`: what is sent through it waits for its moment, is tried again where that helps, and holds
 * its slot until its body is over. Make it when it is first asked for: from then on what surrounds a call is carried
 * along, so that it knows the task that it is called in.
 */
export function createFetch(parts: EdgeParts): Fetch {
  const platform = globalThis.fetch;
  const edge = new FetchEdge(parts);
  /** Whoever puts our fetch in the place of the platform's, or of the one underneath, doesn't mean it to call itself. */
  const below = (): Fetch => {
    const given = parts.options.fetch ?? globalThis.fetch;
    return given === governed || edge.isSending ? platform : given;
  };
  // Bun's fetch has one more function, which some SDKs' types ask for.
  const { preconnect } = platform as { preconnect?: unknown };
  const governed = Object.assign(
    (input: string | URL | Request, init?: RequestInit): Promise<Response> => edge.fetch(input, init, below()),
    preconnect === undefined ? {} : { preconnect },
  ) as Fetch;
  return governed;
}

/** What to spread into an SDK's options: our `fetch`, and neither its own retries nor its own clock. */
export function sdkOptionsFor(fetch: Fetch): { fetch: Fetch; maxRetries: 0; timeout: number } {
  return { fetch, maxRetries: 0, timeout: SDK_TIMEOUT_MS };
}

/** A request on its way in. */
interface Asked {
  readonly view: RequestView;
  readonly key: string;
  readonly below: Fetch;
  readonly own: RequestOptions | undefined;
  /** The caller's asynchronous context. */
  readonly within: Within;
  /** Models to ask where its own is overloaded. */
  readonly others: readonly string[];
}

/** Headers that speak of a body, or of what was asked with it. */
const OF_A_BODY = ["content-type", "content-length", "content-encoding", "idempotency-key"] as const;

/** The edge at which requests in the form of `fetch` come in, whoever sends them on. */
export class FetchEdge {
  readonly #submitter: Submitter;
  readonly #ambient: Ambient;
  readonly #house: HttpHouse;
  readonly #fallback: SluiceOptions["fallback"];

  constructor(parts: EdgeParts) {
    parts.ambient.turnOn();
    this.#submitter = parts.submitter;
    this.#ambient = parts.ambient;
    this.#fallback = parts.options.fallback;
    const ask: Ask = (...question) => this.#ask(...question);
    const jobs = new JobWatch(parts.options.clock, ask);
    this.#house = { ...houseOf(parts), jobs, models: new UnknownModels(parts.submitter, ask) };
  }

  /** Whether the caller runs within what was sent through here. */
  get isSending(): boolean {
    return currentPassage()?.isIn(this.#house) === true;
  }

  /**
   * Sends a request by the fetch `below`, at its moment. What nothing has to be awaited for is in the queue when this
   * returns: calls keep their order, and promises are saved.
   */
  fetch(input: string | URL | Request, init: RequestInit | undefined, below: Fetch): Promise<Response> {
    const { options, witness } = this.#ambient.current();
    const outer = currentPassage();
    try {
      const view = RequestView.of(input, init);
      if (view === undefined) return Promise.resolve(below(input, init));
      if (view.signal?.aborted === true) return Promise.reject(view.signal.reason);
      if (outer !== undefined) return this.#pass(outer, view, below(input, init));
      if (witness !== undefined) return this.#inside(witness, view, below(input, init));
      if (view.hasUnreadBody) return this.#governAhead(view, below, options);
      const key = this.#house.appraiser.keyOf(view, options);
      return typeof key === "string"
        ? this.#govern(view, key, below, options)
        : this.#governSoon(view, key, below, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** It is a part of a send that is governed already. */
  #pass(outer: Passage, view: RequestView, sent: Promise<Response>): Promise<Response> {
    outer.meetGate(this.#submitter, view.url);
    return sent;
  }

  async #governAhead(view: RequestView, below: Fetch, own: RequestOptions | undefined): Promise<Response> {
    await view.readAhead(this.#house.clock);
    return this.#govern(view, await this.#house.appraiser.keyOf(view, own), below, own);
  }

  async #governSoon(
    view: RequestView,
    key: Promise<string>,
    below: Fetch,
    own: RequestOptions | undefined,
  ): Promise<Response> {
    return this.#govern(view, await key, below, own);
  }

  /** Asks an address on behalf of a request, with its credentials: governed, and outside of what surrounds the caller. */
  async #ask(like: HttpView, below: Fetch, address: string): Promise<Response> {
    const headers = new Headers(like.headers);
    for (const name of OF_A_BODY) headers.delete(name);
    const view = RequestView.of(address, { headers });
    if (view === undefined) throw new TypeError(`no address: ${address}`);
    const key = await this.#house.appraiser.keyOf(view, undefined);
    return this.#govern(view, key, below, undefined);
  }

  #govern(view: RequestView, key: string, below: Fetch, own: RequestOptions | undefined): Promise<Response> {
    const within = keepContext();
    const others = othersFor(view, this.#fallback);
    return new Promise<Response>((resolve, reject) =>
      this.#submit({ view, key, below, own, within, others }, { resolve, reject }),
    );
  }

  #submit(asked: Asked, ends: Ends): void {
    const { view, key, below, own, within, others } = asked;
    const terms = this.#house.appraiser.termsOf(own, view.signal);
    const [next, ...later] = others;
    const job = new FetchJob({
      house: this.#house,
      view,
      below,
      within,
      key,
      place: this.#house.appraiser.placeOf(view, key, own),
      cost: this.#house.appraiser.costOf(view, own),
      priority: own?.priority ?? 0,
      terms,
      ends,
      detour: next === undefined ? undefined : this.#detourOf(asked, next, later, terms.deadlineMs),
    });
    job.ticket = this.#submitter.submit(job);
    job.waitFrom(0);
  }

  /** Asks another model in the place of one that is overloaded, with what is left of the deadline. */
  #detourOf(asked: Asked, model: string, others: readonly string[], deadlineMs: number): (ends: Ends) => void {
    const startedAtMs = this.#house.clock.now();
    const go = async (ends: Ends): Promise<void> => {
      const view = asked.view.withModel(model);
      if (view === undefined) throw new Error("BUG: the model that a body names has no place in it");
      const own = remainingOf(asked.own, deadlineMs, this.#house.clock.now() - startedAtMs);
      const key = await this.#house.appraiser.keyOf(view, own);
      const message = `${asked.view.model} is overloaded: the request goes to ${model}, by the option fallback`;
      this.#submitter.advise({ code: "fallback", key, message });
      this.#submit({ ...asked, view, key, own, others }, ends);
    };
    return (ends) => void go(ends).catch(ends.reject);
  }

  /** Inside a task that has a permit already: it takes none of its own, and the task's try hears what came of it. */
  async #inside(witness: Witness, view: RequestView, sent: Promise<Response>): Promise<Response> {
    witness.seen = undefined;
    const response = await sent;
    const facts = factsAt(this.#house.clock, view, response);
    if (response.status < STATUS_REFUSED_MIN) {
      witness.seen = facts;
      return watchBody(response, new Slot(facts, holderFor(witness), this.#house.waits.idle));
    }
    const body = await peekRefusal(response, this.#house.clock);
    witness.seen = { ...facts, body: body.text() };
    return lastRefusal(response, body);
  }
}
