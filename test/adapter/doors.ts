import { Dispatcher } from "undici";
import { sluiceInterceptor } from "../../src/adapter/undici.js";
import type { Sluice } from "../../src/index.js";

type Fetch = typeof globalThis.fetch;
type Options = Dispatcher.DispatchOptions;
type Handler = Dispatcher.DispatchHandler;

/** The ways in for a request over HTTP, which must all do the same with it. */
export const DOORS = ["sluice.fetch", "a dispatcher of undici"] as const;
export type Door = (typeof DOORS)[number];

/** Asks an address through a door, before which stands a server in the form of `fetch`: in virtual time, perhaps. */
export function askThrough(door: Door, sluice: Sluice, below: Fetch): Fetch {
  if (door === "sluice.fetch") return sluice.fetch;
  const dispatcher = new FetchDispatcher(below).compose(sluiceInterceptor(sluice));
  return async (input, init = {}) => {
    const { origin, pathname: path } = new URL(String(input));
    const { method = "GET", body = null, headers, signal = null } = init;
    const answer = await dispatcher.request({
      origin,
      path,
      method: method as Dispatcher.HttpMethod,
      body: body as string,
      headers: headers as Record<string, string>,
      signal,
    });
    const answered = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    return new Response(await answer.body.text(), { status: answer.statusCode, headers: answered });
  };
}

/** A dispatcher that sends by a function in the form of `fetch`. */
class FetchDispatcher extends Dispatcher {
  readonly #below: Fetch;

  constructor(below: Fetch) {
    super();
    this.#below = below;
  }

  override dispatch({ origin, path, method, headers, body }: Options, handler: Handler): boolean {
    const reins = new Reins();
    handler.onRequestStart?.(reins, {});
    this.#below(`${origin}${path}`, {
      method,
      headers: pairsOf(headers),
      body: body as string,
      signal: reins.signal,
      duplex: "half",
    } as RequestInit)
      .then((response) => answer(response, reins, handler))
      .catch((error: Error) => handler.onResponseError?.(reins, reins.reason ?? error));
    return true;
  }
}

function pairsOf(headers: Options["headers"]): Headers {
  const pairs = new Headers();
  const list = Array.isArray(headers) ? headers : [];
  for (let at = 0; at < list.length; at += 2) pairs.append(String(list[at]), String(list[at + 1]));
  if (list.length > 0 || headers === null || headers === undefined) return pairs;
  const entries = Symbol.iterator in headers ? headers : Object.entries(headers);
  for (const [name, value] of entries) pairs.append(String(name), String(value));
  return pairs;
}

async function answer(response: Response, reins: Reins, handler: Handler): Promise<void> {
  handler.onResponseStart?.(reins, response.status, Object.fromEntries(response.headers), response.statusText);
  for await (const chunk of response.body ?? []) {
    reins.signal.throwIfAborted();
    handler.onResponseData?.(reins, Buffer.from(chunk));
  }
  reins.signal.throwIfAborted();
  handler.onResponseEnd?.(reins, {});
}

class Reins implements Dispatcher.DispatchController {
  readonly #controller = new AbortController();
  readonly paused = false;
  readonly rawHeaders = null;
  readonly rawTrailers = null;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get aborted(): boolean {
    return this.signal.aborted;
  }

  get reason(): Error | null {
    return this.aborted ? this.signal.reason : null;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  pause(): void {}

  resume(): void {}
}
