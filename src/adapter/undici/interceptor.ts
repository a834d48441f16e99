import type { Dispatcher } from "undici";
import { SluiceError } from "../../errors.js";
import type { RequestOptions } from "../../options.js";
import type { Sluice } from "../../sluice.js";
import type { Ambient, Witness } from "../context.js";
import { type HttpHouse, houseOf } from "../http-house.js";
import { type EdgeParts, partsOf } from "../parts.js";
import { carryPassages, currentPassage, type Passage } from "../passage.js";
import { keepContext } from "../within.js";
import { isReadableAhead, type ReadAhead, readAhead } from "./ahead.js";
import { Arrival } from "./arrival.js";
import { Asker } from "./asker.js";
import { type Governed, PASSAGE } from "./dispatch-flight.js";
import { DispatchJob } from "./dispatch-job.js";
import { DispatchView } from "./dispatch-view.js";
import { Onlooker } from "./onlooker.js";

type Dispatch = Dispatcher.Dispatch;
type Options = Dispatcher.DispatchOptions;
type Handler = Dispatcher.DispatchHandler;

/**
 * An interceptor for `compose()` of undici 7 and 8: every request through the composed dispatcher waits for its moment, is
 * tried again where that helps, and holds its slot until its body is over, just as through `sluice.fetch`. Neither
 * `headersTimeout` nor `bodyTimeout` ticks while it waits. An abort takes it out of the queue at once.
 *
 * Keys, costs, what is tried again and how it ends are those of `fetch`: a refusal of our own is a 429 (413 if it can never
 * fit) with `x-should-retry: false`, or with `onReject: "throw"` an error. What `sluice.with` gave reaches it. A body that
 * is a stream, or an iterable that doesn't state its length, is never read ahead: its model isn't known and it is sent once.
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

/** Who asks for a request, through which dispatcher, and with what options of ours around the call. */
interface Asked {
  readonly asker: Asker;
  readonly dispatch: Dispatch;
  readonly own: RequestOptions | undefined;
}

/** The edge, over all dispatchers that it is composed with. */
class DispatchGate {
  readonly #ambient: Ambient;
  readonly #house: HttpHouse;

  constructor(parts: EdgeParts) {
    this.#ambient = parts.ambient;
    this.#house = houseOf(parts);
    parts.ambient.turnOn();
    carryPassages(false);
  }

  dispatch(dispatch: Dispatch, origin: string | undefined, options: Options, handler: Handler): boolean {
    const view = isGovernable(options, handler) ? DispatchView.of(options, origin) : undefined;
    if (view === undefined) return dispatch(options, handler);
    const outer = outerOf(options);
    if (outer !== undefined) {
      outer.meetGate(this.#house.submitter, view.url);
      return dispatch(options, handler);
    }
    checkHandler(handler);
    const { options: own, witness } = this.#ambient.current();
    const asker = new Asker(handler);
    asker.begin();
    if (asker.isOver) return true;
    if (witness !== undefined) this.#lookOn(witness, asker, dispatch, options, view);
    else if (isReadableAhead(options, view)) void this.#governAhead({ asker, dispatch, own }, options, view);
    else this.#appraise({ asker, dispatch, own }, { options, discard: nothing }, view);
    return true;
  }

  async #governAhead(asked: Asked, options: Options, view: DispatchView): Promise<void> {
    const request = await readAhead(options, this.#house.clock);
    this.#appraise(asked, request, view.withOptions(request.options));
  }

  /** What nothing has to be awaited for is in the queue when this returns. */
  #appraise(asked: Asked, request: ReadAhead, view: DispatchView): void {
    try {
      const key = this.#house.appraiser.keyOf(view, asked.own);
      if (typeof key === "string") this.#govern(asked, request, view, key);
      else void key.then((known) => this.#govern(asked, request, view, known));
    } catch (error) {
      // The user's own function for keys gave none.
      request.discard();
      asked.asker.fail(error);
    }
  }

  #govern({ asker, dispatch, own }: Asked, request: ReadAhead, view: DispatchView, key: string): void {
    if (asker.isOver) return request.discard();
    try {
      const { appraiser } = this.#house;
      new DispatchJob({
        house: this.#house,
        view,
        within: keepContext(),
        key,
        place: appraiser.placeOf(view, key, own),
        cost: appraiser.costOf(view, own),
        priority: own?.priority ?? 0,
        terms: appraiser.termsOf(own, undefined),
        asker,
        dispatch,
        request,
      }).submit();
    } catch (error) {
      // Nor did that for costs.
      request.discard();
      asker.fail(error);
    }
  }

  #lookOn(witness: Witness, asker: Asker, dispatch: Dispatch, options: Options, view: DispatchView): void {
    const { clock, waits } = this.#house;
    const onlooker = new Onlooker(witness, asker, waits);
    try {
      dispatch(options, new Arrival(asker, onlooker, clock, view.address.hostname));
    } catch (error) {
      onlooker.fail(error);
    }
  }
}

const nothing = (): void => {};

/** A tunnel has no answer, and what is asked wrongly is for undici to say. */
function isGovernable(options: Options, handler: Handler): boolean {
  if (typeof options !== "object" || options === null || typeof options.path !== "string") return false;
  if (typeof handler !== "object" || handler === null) return false;
  return options.method !== "CONNECT" && !options.upgrade;
}

/** The gate that it has come through already. */
function outerOf(options: Options & Governed): Passage | undefined {
  const branded = options[PASSAGE];
  if (branded?.isOver === false) return branded;
  // Sockets carry on what was current when they were opened: what would be branded, and isn't, is not sent within it.
  const carried = currentPassage();
  return carried?.isBranded === true ? undefined : carried;
}

/** @throws SluiceError `ERR_SLUICE_OPTION` for one that would never hear of its request */
function checkHandler({ onRequestStart, onResponseError }: Handler): void {
  if (typeof onRequestStart === "function" && typeof onResponseError === "function") return;
  throw new SluiceError(
    "ERR_SLUICE_OPTION",
    "sluiceInterceptor can't serve this request's handler: it lacks onRequestStart or onResponseError, as those of undici " +
      "before version 7 do. Node's own fetch has such a one: over a dispatcher of undici 8 use its setGlobalDispatcher(), " +
      "its Dispatcher1Wrapper, or undici's own fetch",
  );
}
