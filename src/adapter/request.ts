import type { Clock } from "../clock.js";
import { addressOf } from "./address.js";
import type { HttpView } from "./http-view.js";
import { modelInPath, modelOf, withModel } from "./model.js";
import { type Peeked, peekBody } from "./peek.js";

/** Of a body that doesn't say what it was made from this much is read ahead, in bytes: enough to send it again, and to find its model. */
export const REQUEST_BYTES_MAX = 4 * 1024 * 1024;
/** A body that isn't there by then, in milliseconds, is a live stream and can't be sent again. */
export const REQUEST_PEEK_MS = 50;

export const IDEMPOTENCY_KEY = "idempotency-key";

type Fetch = typeof globalThis.fetch;
type Input = string | URL | Request;

/** What is asked of `fetch`, whichever way it was said, in one view. Nothing of it is read before somebody asks. */
export class RequestView implements HttpView {
  readonly address: URL;
  readonly init: RequestInit | undefined;
  readonly signal: AbortSignal | undefined;
  readonly #input: string | URL | Request;
  #body: unknown;
  #canRepeat: boolean;
  #headers: Headers | undefined;

  /**
   * The same request to another model; undefined where its body doesn't name one. What made a repeat safe is another's: two
   * requests of one Idempotency-Key would be one to the server.
   */
  withModel(model: string): RequestView | undefined {
    const body = this.isModelInBody ? withModel(this.#body, model) : undefined;
    if (body === undefined || !this.#canRepeat) return undefined;
    const headers = new Headers(this.headers);
    headers.delete("content-length");
    const idempotencyKey = headers.get(IDEMPOTENCY_KEY);
    if (idempotencyKey !== null) headers.set(IDEMPOTENCY_KEY, `${idempotencyKey}-${model}`);
    return new RequestView(this.#input, { ...this.init, headers, body }, this.address);
  }

  private constructor(input: Input, init: RequestInit | undefined, address: URL) {
    this.address = address;
    this.#input = input;
    this.init = init;
    const request = typeof input === "object" && !(input instanceof URL) ? input : undefined;
    this.signal = init?.signal ?? (init?.signal === null ? undefined : request?.signal);
    this.#body = init?.body ?? undefined;
    this.#canRepeat = isRepeatable(this.#body);
  }

  /** The view of a request, or undefined where its address can't be read: fetch itself says best what is wrong with it. */
  static of(input: Input, init: RequestInit | undefined): RequestView | undefined {
    try {
      // A Request given as the second argument keeps its members on its prototype, where no spread finds them.
      if (init !== undefined && isRequest(init)) return RequestView.of(new Request(textOf(input), init), undefined);
      return new RequestView(input, init, addressOf(textOf(input)));
    } catch {
      return undefined;
    }
  }

  get url(): string {
    return this.address.href;
  }

  get method(): string {
    return (this.init?.method ?? this.#request?.method ?? "GET").toUpperCase();
  }

  /** Looks one header up by its name in lower case, without making `Headers` of a plain object. */
  header(name: string): string | undefined {
    const given = this.init?.headers;
    if (given === undefined || Array.isArray(given) || typeof (given as Headers).get === "function") {
      return this.headers.get(name) ?? undefined;
    }
    const value = valueIn(given as Record<string, unknown>, name);
    return value === undefined ? undefined : String(value);
  }

  get headers(): Headers {
    if (this.#headers === undefined) {
      const given = this.init?.headers ?? this.#request?.headers;
      try {
        this.#headers = given instanceof Headers ? given : new Headers(given);
      } catch {
        // fetch will refuse what can't be read here, in its own words.
        this.#headers = new Headers();
      }
    }
    return this.#headers;
  }

  get model(): string | undefined {
    return modelOf(this.address.pathname, this.#body);
  }

  /** Whether it is the body that names the model, and not the address. */
  get isModelInBody(): boolean {
    return modelInPath(this.address.pathname) === undefined;
  }

  get text(): string | undefined {
    return typeof this.#body === "string" ? this.#body : undefined;
  }

  /** Whether its body can be sent again. */
  get canRepeat(): boolean {
    return this.#canRepeat;
  }

  get #request(): Request | undefined {
    return isRequest(this.#input) ? this.#input : undefined;
  }

  /** Whether {@link readAhead} has something to do. */
  get hasUnreadBody(): boolean {
    return this.#body === undefined && this.#request?.body != null;
  }

  /** Reads the body of a Request ahead from a copy, as far as that is cheap. A Request doesn't say what its body was made from. */
  async readAhead(clock: Clock): Promise<void> {
    const request = this.#request;
    if (request === undefined) return;
    let peeked: Peeked;
    try {
      peeked = await peekBody(request.clone(), { bytesMax: REQUEST_BYTES_MAX, waitMaxMs: REQUEST_PEEK_MS, clock });
    } catch {
      // Already used, or it fails as it is read: it can't be sent twice, if at all.
      this.#canRepeat = false;
      return;
    }
    this.#canRepeat = peeked.isWhole;
    if (peeked.isWhole) this.#body = peeked.text();
    else peeked.discard();
  }

  /** Sends it, by the fetch underneath. `null` takes the caller's own signal off: somebody else heeds it. */
  send(fetch: Fetch, signal: AbortSignal | null): Promise<Response> {
    const request = this.#request;
    // What there is nothing to change in goes as it is: a copy of so many shapes costs a microsecond.
    const isPlain = request === undefined && signal === null && this.signal === undefined;
    const init = isPlain ? this.init : { ...this.init, signal };
    if (request === undefined) return fetch(this.#input, init);
    return fetch(this.#canRepeat ? request.clone() : request, init);
  }
}

/** What a plain object of headers has under a name in lower case. */
export function valueIn(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  for (const each in headers) if (each.length === name.length && each.toLowerCase() === name) return headers[each];
  return undefined;
}

function isRequest(value: unknown): value is Request {
  return typeof value === "object" && value !== null && "clone" in value && "url" in value && "headers" in value;
}

function textOf(input: Input): string {
  return typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
}

/** Streams and iterators are spent by the first sending; all else can be sent again. */
export function isRepeatable(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return true;
  return !("getReader" in body || "pipe" in body || "next" in body || Symbol.asyncIterator in body);
}
