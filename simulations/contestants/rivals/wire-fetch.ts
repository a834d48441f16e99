import { viewOf } from "../../../src/signal/headers.js";
import type { ResponseFacts } from "../../../src/signal/signal.js";
import type { Wire } from "../../world/contestant.js";
import type { SimulatedRequest } from "../../world/request.js";

/** The answer that stands for all: clients parse it, and nobody reads it. */
const COMPLETION = '{"id":"1","object":"chat.completion","created":0,"model":"model","choices":[]}';
const REFUSAL = '{"error":{"message":"Too many requests","type":"rate_limit_error","code":null}}';

/** Tells `fetch` which of a world's requests a call is about. */
const REQUEST_HEADER = "x-simulated-request";

/** One `fetch` for all requests of a client. */
export interface Sends {
  readonly fetch: typeof globalThis.fetch;
  /** Does something with a request, in whose course calls of `fetch` that carry these headers send it. */
  of<Result>(
    request: SimulatedRequest,
    act: (headers: Readonly<Record<string, string>>) => Promise<Result>,
  ): Promise<Result>;
}

/** Makes a `fetch` over a world's wire. */
export function createSends(wire: Wire): Sends {
  const requests = new Map<string, SimulatedRequest>();
  return {
    fetch(input, init) {
      const id = new Headers(init?.headers).get(REQUEST_HEADER) ?? "";
      const request = requests.get(id);
      if (request === undefined) throw new Error(`BUG: fetch is asked for a request that nobody made: '${id}'`);
      return wireFetch(wire, request)(input, init);
    },
    async of(request, act) {
      const id = `${request.id}`;
      requests.set(id, request);
      try {
        return await act({ [REQUEST_HEADER]: id });
      } finally {
        requests.delete(id);
      }
    },
  };
}

/**
 * `fetch` over a world's wire, for one request: it resolves at the headers, the body ends when the answer does, and an
 * abort gives the try up.
 */
function wireFetch(wire: Wire, request: SimulatedRequest): typeof globalThis.fetch {
  return (_input, init) =>
    new Promise((resolve, reject) => {
      const signal = init?.signal ?? undefined;
      signal?.throwIfAborted();
      let body: ReadableStreamDefaultController<Uint8Array> | undefined;
      let hasEnded = false;
      const close = (facts: ResponseFacts): void => {
        body?.enqueue(new TextEncoder().encode(textOf(facts)));
        body?.close();
      };
      let facts: ResponseFacts | undefined;
      const giveUp = wire.send(request, {
        onResponse(response) {
          facts = response;
          // What isn't streamed has ended by the time that a promise is heard of.
          queueMicrotask(() => {
            const stream = hasEnded
              ? textOf(response)
              : new ReadableStream<Uint8Array>({
                  start: (controller) => {
                    body = controller;
                  },
                  cancel: () => giveUp(),
                });
            resolve(new Response(stream, { status: response.status, headers: headersOf(response) }));
          });
        },
        onEnd() {
          hasEnded = true;
          signal?.removeEventListener("abort", onAbort);
          if (facts !== undefined) close(facts);
        },
        onError(error) {
          signal?.removeEventListener("abort", onAbort);
          body?.error(error);
          reject(error);
        },
      });
      const onAbort = (): void => {
        giveUp();
        body?.error(signal?.reason);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
}

function headersOf({ headers }: ResponseFacts): [string, string][] {
  return [...viewOf(headers), ["content-type", "application/json"]];
}

function textOf({ status, body }: ResponseFacts): string {
  if (typeof body === "string") return body;
  if (body !== undefined) return JSON.stringify(body);
  return status < 400 ? COMPLETION : REFUSAL;
}
