import type { Dispatcher } from "undici";
import { type HeaderView, viewOf } from "../../signal/headers.js";
import { addressAt, addressOf } from "../address.js";
import { headersToAsk } from "../ask.js";
import type { HttpView } from "../http-view.js";
import { modelInPath, modelOf, withModel } from "../model.js";
import { IDEMPOTENCY_KEY, isRepeatable, valueIn } from "../request.js";
import { withHeader, withoutHeader } from "./raw-headers.js";

type Options = Dispatcher.DispatchOptions;

/** A longer body isn't made text of: whoever sends it has better things to do. In bytes. */
const TEXT_BYTES_MAX = 4 * 1024 * 1024;

/** What is asked of a dispatcher, in the view that the loop's side takes of any request over HTTP. */
export class DispatchView implements HttpView {
  readonly address: URL;
  readonly options: Options;
  /** Whoever asks a dispatcher aborts by what its handler was given. */
  readonly signal = undefined;
  readonly #body: unknown;
  readonly #head: Uint8Array | undefined;
  #headers: HeaderView | undefined;
  #text: string | undefined;

  private constructor(address: URL, options: Options, head?: Uint8Array) {
    this.address = address;
    this.options = options;
    this.#body = options.body ?? undefined;
    this.#head = head;
  }

  /**
   * The view of a request, or undefined where its address can't be read: undici itself says best what is wrong with it.
   *
   * @param origin of the dispatcher, for requests that don't name one
   * @param head the beginning of a body that is a stream
   */
  static of(options: Options, origin: string | undefined, head?: Uint8Array): DispatchView | undefined {
    try {
      return new DispatchView(addressIn(options, origin), options, head);
    } catch {
      return undefined;
    }
  }

  /** The same request with another body. */
  withBody(body: NonNullable<Options["body"]>): DispatchView {
    return new DispatchView(this.address, { ...this.options, body });
  }

  withModel(model: string): DispatchView | undefined {
    const body = this.isModelInBody && this.canRepeat ? withModel(this.#body, model) : undefined;
    if (body === undefined) return undefined;
    const key = this.header(IDEMPOTENCY_KEY);
    const unmeasured = withoutHeader(objectOf(this.options.headers), "content-length");
    const headers = key === undefined ? unmeasured : withHeader(unmeasured, IDEMPOTENCY_KEY, `${key}-${model}`);
    return new DispatchView(this.address, { ...this.options, headers, body: body as string });
  }

  /** A question at another address of the same server, with this one's credentials. */
  toAsk(address: string): DispatchView {
    const { origin, path } = this.options;
    const there = addressOf(address);
    return new DispatchView(there, {
      ...(origin === undefined ? {} : { origin }),
      path: isWhole(path) ? address : there.pathname + there.search,
      method: "GET",
      headers: Object.fromEntries(headersToAsk(this)),
    });
  }

  get url(): string {
    return this.address.href;
  }

  get method(): string {
    return String(this.options.method).toUpperCase();
  }

  header(name: string): string | undefined {
    const { headers } = this.options;
    if (headers === undefined || headers === null) return undefined;
    if (this.#headers === undefined && isPlain(headers)) {
      const value = valueIn(headers, name);
      return value === undefined || typeof value === "string" ? value : String(value);
    }
    this.#headers ??= viewOf(headers);
    return this.#headers.get(name);
  }

  get headers(): Headers {
    const headers = new Headers();
    for (const [name, value] of viewOf(this.options.headers)) {
      try {
        headers.set(name, value);
      } catch {
        // undici will refuse what can't be read here, in its own words.
      }
    }
    return headers;
  }

  get model(): string | undefined {
    return modelOf(this.address.pathname, this.#head ?? this.#body);
  }

  get isModelInBody(): boolean {
    return modelInPath(this.address.pathname) === undefined;
  }

  get text(): string | undefined {
    if (typeof this.#body === "string") return this.#body;
    if (!(this.#body instanceof Uint8Array) || this.#body.byteLength > TEXT_BYTES_MAX) return undefined;
    this.#text ??= new TextDecoder().decode(this.#body);
    return this.#text;
  }

  get canRepeat(): boolean {
    return isRepeatable(this.#body);
  }
}

/** Most headers are members of an object made for them, which can be looked into as it is. */
function isPlain(headers: object): headers is Readonly<Record<string, unknown>> {
  return !Array.isArray(headers) && !(Symbol.iterator in headers);
}

function addressIn({ origin, path, query }: Options, dispatcherOrigin: string | undefined): URL {
  if (isWhole(path)) return addressOf(path);
  const base = origin === undefined || origin === null ? (dispatcherOrigin ?? NOWHERE) : String(origin);
  return query === undefined || query === null ? addressAt(base, path) : addressOf(base + path + searchOf(query));
}

/** Headers in a form that can be changed: an object as it is, or a list of names and values in turn. */
function objectOf(headers: Options["headers"]): Extract<Options["headers"], object> {
  if (headers === undefined || headers === null) return {};
  return isPlain(headers) || Array.isArray(headers) ? headers : ([...headers].flat() as string[]);
}

/** Through a proxy the path is the whole address. */
function isWhole(path: string): boolean {
  return !path.startsWith("/") && /^https?:/i.test(path);
}

/** A client of undici 7 doesn't say where it goes: what goes through it is told apart by credential and model alone. */
const NOWHERE = "http://unknown.invalid";

function searchOf(query: NonNullable<Options["query"]>): string {
  const pairs = Object.entries(query as Record<string, unknown>).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => [name, String(each)]),
  );
  return `?${new URLSearchParams(pairs)}`;
}
