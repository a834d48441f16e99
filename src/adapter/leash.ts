import type { RequestView } from "./request.js";

type Fetch = typeof globalThis.fetch;
type Abort = (reason: unknown) => void;

/** What undici's fetch, which is Node's, asks of the dispatcher that it hands a request to. */
interface Dispatcher {
  readonly isMockActive?: unknown;
  dispatch(options: Dispatched, handler: Handler): unknown;
}

interface Dispatched {
  readonly origin?: unknown;
  readonly path?: unknown;
}

/** What it hands over with a request. It is told, before all else, how to end it. */
interface Handler {
  onConnect?: (abort: Abort, ...rest: unknown[]) => unknown;
}

/** Where every copy of undici in a process finds the dispatcher of the requests that name none. */
const DISPATCHER = Symbol.for("undici.globalDispatcher.1");
const common = globalThis as { [DISPATCHER]?: Dispatcher };

/** Fetches whose last request went to that dispatcher while they were called: they need no signal. */
const direct = new WeakSet<Fetch>();

/** Whether a request is being handed over just now: one that is sent meanwhile takes the usual way. */
let isSending = false;

/**
 * Holds one request that was sent by a fetch, and can pull it back until the last byte of its answer.
 *
 * The platform's means is an AbortSignal, and undici ties each to its request with a WeakRef and a FinalizationRegistry,
 * which keep all of the request until a full collection: a request to loopback costs a seventh more CPU for it. Where a
 * fetch is seen to go straight to undici's dispatcher, the way to end the request is had from there, and it gets no signal.
 */
export class Leash {
  #controller: AbortController | undefined = undefined;
  #abort: Abort | undefined = undefined;
  #isPulled = false;

  send(view: RequestView, fetch: Fetch): Promise<Response> {
    const beneath = isSending ? undefined : common[DISPATCHER];
    if (beneath === undefined) return view.send(fetch, this.#signal());
    const tap = new Tap(beneath, this, view.url);
    const isDirect = direct.has(fetch);
    // The tap stands in the common place while fetch is called, and isn't handed to it: a fetch that brings a dispatcher
    // of its own, for a proxy say, must keep that.
    isSending = true;
    common[DISPATCHER] = tap;
    try {
      return view.send(fetch, isDirect ? null : this.#signal());
    } finally {
      isSending = false;
      if (common[DISPATCHER] === tap) common[DISPATCHER] = beneath;
      if (tap.isUsed && !isDirect) direct.add(fetch);
      else if (isDirect && !tap.isUsed) direct.delete(fetch);
    }
  }

  /** Ends the request and the reading of its answer. Whoever waits for them is told why by the caller of this. */
  pull(reason: unknown): void {
    this.#isPulled = true;
    this.#controller?.abort(reason);
    this.#abort?.(new DOMException("The request was aborted", "AbortError"));
  }

  /** The request has got a connection: its first or, where it was redirected, the next. */
  hold(abort: Abort): void {
    this.#abort = abort;
    if (this.#isPulled) this.pull(undefined);
  }

  #signal(): AbortSignal {
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}

/** Stands before a dispatcher for one request, and learns how to end it. */
class Tap implements Dispatcher {
  readonly #beneath: Dispatcher;
  readonly #leash: Leash;
  readonly #url: string;
  /** Whether the request has come by. */
  isUsed = false;

  constructor(beneath: Dispatcher, leash: Leash, url: string) {
    this.#beneath = beneath;
    this.#leash = leash;
    this.#url = url;
  }

  get isMockActive(): unknown {
    return this.#beneath.isMockActive;
  }

  dispatch(options: Dispatched, handler: Handler): unknown {
    const { onConnect } = handler;
    // A fetch of the user's own may send another request first, for a token say.
    if (typeof onConnect === "function" && (this.isUsed || isAddressedTo(this.#url, options))) {
      this.isUsed = true;
      const leash = this.#leash;
      // The handler was made for this request alone, and a decorator would have to know every call that is still to be invented.
      handler.onConnect = function (abort, ...rest) {
        const result = onConnect.call(this, abort, ...rest);
        leash.hold(abort);
        return result;
      };
    }
    return this.#beneath.dispatch(options, handler);
  }
}

function isAddressedTo(url: string, { origin, path }: Dispatched): boolean {
  if (typeof origin !== "string" || typeof path !== "string") return false;
  const end = origin.length + path.length;
  return url.startsWith(origin) && url.startsWith(path, origin.length) && (url.length === end || url[end] === "#");
}
