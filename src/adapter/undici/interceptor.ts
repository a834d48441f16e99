import type { Dispatcher } from "undici";
import { SluiceError } from "../../errors.js";
import type { Sluice } from "../../sluice.js";
import { partsOf } from "../parts.js";
import { DispatchGate } from "./gate.js";

type Dispatch = Dispatcher.Dispatch;
type Options = Dispatcher.DispatchOptions;
type Handler = Dispatcher.DispatchHandler;

/**
 * An interceptor for `compose()` of undici 7 and 8: every request through the composed dispatcher waits for its moment, is
 * tried again where that helps, and holds its slot until its body is over, just as through `sluice.fetch`. Neither
 * `headersTimeout` nor `bodyTimeout` ticks while it waits. An abort takes it out of the queue at once.
 *
 * Keys, costs, what is tried again and how it ends are those of `fetch`: a refusal of our own is a 429 (413 if it can never
 * fit) with `x-should-retry: false`, or with `onReject: "throw"` an error. What `sluice.with` gave reaches it. Jobs that are
 * ordered keep their places, a model that isn't known is looked for, and where one is overloaded those of `fallback` are asked.
 * A body that is a stream, or an iterable that doesn't state its length, is never read ahead: its model isn't known and it is
 * sent once, to no other model.
 *
 * The order of interceptors matters; the last one of `compose()` is the outermost.
 * - `compose(sluice, cache)`: what the cache answers spends no permit. The other way round every request waits for one.
 * - `compose(sluice, retry)`: each of its retries is a paced send. The other way round they leave unpaced on one permit. It
 *   is not needed for what sluice tries again by itself, and multiplies those tries.
 * - `compose(sluice, redirect)`: each hop is a request of its own, on the budget of its origin. The other way round all
 *   hops go on one permit.
 *
 * CONNECT and upgrades pass ungoverned. undici 7 doesn't say the origin of a bare `Client` or `Pool`: there only the
 * credential and the model make the key, so use an `Agent`, or name the `origin` in the request.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` where `sluice` isn't one, and on Bun, whose undici ignores interceptors
 */
export function sluiceInterceptor(sluice: Sluice): Dispatcher.DispatcherComposeInterceptor {
  const gate = new DispatchGate(partsOf(sluice));
  if ("Bun" in globalThis) {
    throw new SluiceError(
      "ERR_SLUICE_OPTION",
      "sluiceInterceptor needs undici's dispatchers, which do nothing on Bun: use sluice.fetch instead",
    );
  }
  // undici 8 says where a client goes; compose() counts the arguments of what it gets back.
  return (dispatch: Dispatch, origin?: string | null) => (options: Options, handler: Handler) =>
    gate.dispatch(dispatch, origin ?? undefined, options, handler);
}
