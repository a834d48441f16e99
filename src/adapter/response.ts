import type { Clock } from "../clock.js";
import type { ResponseFacts } from "../signal/signal.js";
import { type Peeked, peekBody } from "./peek.js";
import type { RequestView } from "./request.js";

/** Answers below this are on the way: nothing is decided at them. */
export const STATUS_FINAL_MIN = 200;
/** From this status on a response is a refusal, or a failure, and its body says more. */
export const STATUS_REFUSED_MIN = 400;
/** Of a refusal's body this much is read before the verdict, in bytes. Error bodies are short, and say which limit it was. */
export const REFUSAL_BYTES_MAX = 65_536;
/** And for no longer than this, in milliseconds. */
export const REFUSAL_WAIT_MAX_MS = 2_000;

/** What a response says at its headers. */
export function factsAt(clock: Clock, view: RequestView, response: Response): ResponseFacts {
  const { status, headers } = response;
  return { status, headers, receivedAtMs: clock.wallNow(), host: view.address.hostname };
}

/** Reads the beginning of a refusal's body. */
export function peekRefusal(response: Response, clock: Clock): Promise<Peeked> {
  return peekBody(response, { bytesMax: REFUSAL_BYTES_MAX, waitMaxMs: REFUSAL_WAIT_MAX_MS, clock });
}
