import type { HttpView } from "./http-view.js";

/** What an address answered: its status, and its JSON; undefined where that is none. */
export interface Answer {
  readonly status: number;
  readonly value: unknown;
}

/** Asks an address in the way of a request: with its credentials, through the same edge, and as a request of its own. */
export type Ask = (address: string) => Promise<Answer>;

/** Headers that speak of a body, or of what was asked with it. */
const OF_A_BODY = ["content-type", "content-length", "content-encoding", "idempotency-key"] as const;

/** What a request's headers say of whoever asks. */
export function headersToAsk(like: HttpView): Headers {
  const headers = new Headers(like.headers);
  for (const name of OF_A_BODY) headers.delete(name);
  return headers;
}

/** Whether an answer did what was asked. */
export function isOk({ status }: { readonly status: number }): boolean {
  return status >= 200 && status <= 299;
}
