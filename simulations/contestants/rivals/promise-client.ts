import type { HeaderView } from "../../../src/signal/headers.js";
import { viewOf } from "../../../src/signal/headers.js";
import type { ResponseFacts } from "../../../src/signal/signal.js";
import type { Client, ClientContext, Wire } from "../../world/contestant.js";
import type { SimulatedRequest } from "../../world/request.js";

/** A try that the server refused, as HTTP clients throw it. */
export class RefusedError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, headers }: ResponseFacts) {
    super(`Request failed with status code ${status}`);
    this.status = status;
    this.headers = Object.fromEntries(viewOf(headers));
  }
}

/** Sends a try of a request; rejects with a {@link RefusedError}, with a lost connection, or because its user has gone. */
export type SendTry = () => Promise<ResponseFacts>;

/** What is done with a request: it settles as the request ends. */
export type Take = (request: SimulatedRequest, send: SendTry, signal: AbortSignal) => Promise<unknown>;

/** A client that is code with promises, as users write it around a package. */
export function promiseClient({ clock, wire }: ClientContext, take: Take): Client {
  return {
    submit(request, onEnd) {
      const user = new AbortController();
      const forget = request.deadlineMs === undefined ? () => {} : clock.after(request.deadlineMs, () => user.abort());
      let isGone = false;
      take(request, () => sendTry(wire, request, user.signal), user.signal).then(
        () => {
          forget();
          if (!isGone) onEnd("succeeded");
        },
        () => {
          forget();
          if (!isGone) onEnd(user.signal.aborted ? "dropped" : "failed");
        },
      );
      return () => {
        isGone = true;
        forget();
        user.abort();
      };
    },
  };
}

/** One try on the wire, as a promise. */
function sendTry(wire: Wire, request: SimulatedRequest, signal: AbortSignal): Promise<ResponseFacts> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let facts: ResponseFacts | undefined;
    const settle = (how: () => void): void => {
      signal.removeEventListener("abort", onAbort);
      how();
    };
    const giveUp = wire.send(request, {
      onResponse: (response) => {
        facts = response;
      },
      onEnd: () => {
        const answer = facts;
        settle(() => (isFine(answer) ? resolve(answer) : reject(new RefusedError(answer ?? NOTHING))));
      },
      onError: (error) => settle(() => reject(error)),
    });
    const onAbort = (): void => {
      giveUp();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

const NOTHING: ResponseFacts = { status: 0, headers: {} };

function isFine(facts: ResponseFacts | undefined): facts is ResponseFacts {
  return facts !== undefined && facts.status < 400;
}

/** The wait that a response asks for in `Retry-After`, in milliseconds, if it does so in seconds. */
export function retryAfterMs(headers: HeaderView | Readonly<Record<string, string>>): number | undefined {
  const text = headers instanceof Map ? headers.get("retry-after") : Reflect.get(headers, "retry-after");
  const seconds = text === undefined ? Number.NaN : Number(text);
  return seconds >= 0 ? seconds * 1_000 : undefined;
}
