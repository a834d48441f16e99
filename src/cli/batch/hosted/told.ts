import { isSluiceError } from "../../../errors.js";
import { messageOf } from "../failure.js";
import { messageIn } from "../live/send.js";

/**
 * What came of asking a server:
 * - `done`: it did it.
 * - `busy`: it didn't, and may later: too fast, or too many batches at once.
 * - `refused`: it didn't, and won't.
 * - `unknown`: it may have done it: there was no answer, or one that doesn't say.
 * - `futile`: nothing will be done any more, for anybody with this key.
 * - `stopped`: we are stopping.
 */
export type Told<T> =
  | { readonly kind: "done"; readonly value: T; readonly retryAfterMs?: number }
  | { readonly kind: "busy" | "unknown"; readonly message: string }
  | { readonly kind: "refused"; readonly status: number; readonly message: string }
  | { readonly kind: "futile"; readonly because: "exhausted" | "unauthorized"; readonly message: string }
  | { readonly kind: "stopped" };

/** Statuses that say that nothing was done, and may be later. */
const BUSY: ReadonlySet<number> = new Set([409, 429]);
const UNAUTHORIZED = 401;
const PAYMENT_REQUIRED = 402;
const REQUEST_TIMEOUT = 408;
const SERVER_ERROR_MIN = 500;

/** What a refusal comes to. */
export function toldBy(status: number, text: string): Exclude<Told<never>, { kind: "done" | "stopped" }> {
  const message = `${status} ${messageIn(text)}`.trim();
  if (status === UNAUTHORIZED) return { kind: "futile", because: "unauthorized", message: messageIn(text) };
  if (status === PAYMENT_REQUIRED) return { kind: "futile", because: "exhausted", message: messageIn(text) };
  if (BUSY.has(status)) return { kind: "busy", message };
  if (status === REQUEST_TIMEOUT || status >= SERVER_ERROR_MIN) return { kind: "unknown", message };
  return { kind: "refused", status, message };
}

/** What it comes to that there is no answer. */
export function toldByError(error: unknown, isStopping: boolean): Exclude<Told<never>, { kind: "done" }> {
  if (isStopping) return { kind: "stopped" };
  if (!isSluiceError(error)) return { kind: "unknown", message: messageOf(error) };
  const { code, status, body, message } = error;
  if (code === "ERR_SLUICE_CLOSED") return { kind: "stopped" };
  if (code === "ERR_SLUICE_EXHAUSTED") return { kind: "futile", because: "exhausted", message };
  // It waited for its moment, and wasn't sent.
  if (code === "ERR_SLUICE_WAIT") return { kind: "busy", message };
  if (status !== undefined) return toldBy(status, typeof body === "string" ? body : JSON.stringify(body ?? null));
  return { kind: "unknown", message };
}
