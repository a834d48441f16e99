import type { RequestOptions } from "../options.js";
import { type Answer, headersToAsk } from "./ask.js";
import { watchBody } from "./body.js";
import type { Ambient, Witness } from "./context.js";
import { FetchJob } from "./fetch-job.js";
import { type HttpHouse, houseOf } from "./http-house.js";
import { Onlooker } from "./inside.js";
import type { EdgeParts } from "./parts.js";
import { currentPassage, type Passage } from "./passage.js";
import { lastRefusal } from "./refusal.js";
import { RequestView } from "./request.js";
import { factsAt, peekRefusal, STATUS_REFUSED_MIN } from "./response.js";
import { keepContext } from "./within.js";

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

/** The edge at which requests in the form of `fetch` come in, whoever sends them on. */
export class FetchEdge {
  readonly #ambient: Ambient;
  readonly #house: HttpHouse;

  constructor(parts: EdgeParts) {
    parts.ambient.turnOn();
    this.#ambient = parts.ambient;
    this.#house = houseOf(parts);
  }

  /** Whether the caller runs within what was sent through here. */
  get isSending(): boolean {
    return currentPassage()?.isAt(this) === true;
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
    outer.meetGate(this.#house.submitter, view.url);
    return sent;
  }

  async #governAhead(view: RequestView, below: Fetch, own: RequestOptions | undefined): Promise<Response> {
    await view.readAhead(this.#house.clock);
    return this.#govern(view, await this.#house.appraiser.keyOf(view, own), below, own);
  }

  async #governSoon(
    view: RequestView,
    key: string | Promise<string>,
    below: Fetch,
    own: RequestOptions | undefined,
  ): Promise<Response> {
    return this.#govern(view, await key, below, own);
  }

  /** Asks an address in the way of a request: governed, and outside of what surrounds the caller. */
  async ask(like: RequestView, below: Fetch, address: string): Promise<Answer> {
    const view = RequestView.of(address, { headers: headersToAsk(like) });
    if (view === undefined) throw new TypeError(`no address: ${address}`);
    const response = await this.#governSoon(view, this.#house.appraiser.keyOf(view, undefined), below, undefined);
    return { status: response.status, value: await response.json().catch(() => undefined) };
  }

  #govern(view: RequestView, key: string, below: Fetch, own: RequestOptions | undefined): Promise<Response> {
    return new Promise<Response>((resolve, reject) =>
      new FetchJob({
        house: this.#house,
        edge: this,
        view,
        within: keepContext(),
        key,
        own,
        below,
        ends: { resolve, reject },
      }).submit(),
    );
  }

  /** Inside a task that has a permit already: it takes none of its own, and the task's try hears what came of it. */
  async #inside(witness: Witness, view: RequestView, sent: Promise<Response>): Promise<Response> {
    const onlooker = new Onlooker(witness, this.#house.waits);
    const response = await sent;
    const facts = factsAt(this.#house.clock, view, response);
    if (response.status < STATUS_REFUSED_MIN) return watchBody(response, onlooker.accept(facts));
    const body = await peekRefusal(response, this.#house.clock);
    onlooker.refuse({ ...facts, body: body.text() });
    return lastRefusal(response, body);
  }
}
