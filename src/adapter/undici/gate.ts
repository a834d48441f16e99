import type { Dispatcher } from "undici";
import { SluiceError } from "../../errors.js";
import type { RequestOptions } from "../../options.js";
import type { Answer } from "../ask.js";
import type { Ambient, Witness } from "../context.js";
import { type HttpHouse, houseOf } from "../http-house.js";
import type { EdgeParts } from "../parts.js";
import { carryPassages, currentPassage, type Passage } from "../passage.js";
import { keepContext } from "../within.js";
import { isReadableAhead, type ReadAhead, readAhead } from "./ahead.js";
import { Arrival } from "./arrival.js";
import { Asker } from "./asker.js";
import { type Governed, PASSAGE } from "./dispatch-flight.js";
import { DispatchJob } from "./dispatch-job.js";
import { DispatchView } from "./dispatch-view.js";
import { DispatchOnlooker } from "./onlooker.js";
import { Reply } from "./reply.js";

type Dispatch = Dispatcher.Dispatch;
type Options = Dispatcher.DispatchOptions;
type Handler = Dispatcher.DispatchHandler;

/** What is known of a request beside what undici is told of it. */
export interface DispatchAside {
  /** Options of ours. Default: those around the call. */
  readonly own?: RequestOptions | undefined;
  /** The beginning of a body that is a stream, to find its model in. */
  readonly head?: Uint8Array | undefined;
}

/** Who asks for a request, through which dispatcher, and with what options of ours around the call. */
interface Asked {
  readonly asker: Asker;
  readonly dispatch: Dispatch;
  readonly own: RequestOptions | undefined;
}

/** The edge at which requests to a dispatcher come in, over all dispatchers that it is composed with. */
export class DispatchGate {
  readonly #ambient: Ambient;
  readonly #house: HttpHouse;

  constructor(parts: EdgeParts) {
    this.#ambient = parts.ambient;
    this.#house = houseOf(parts);
    parts.ambient.turnOn();
    carryPassages(false);
  }

  /** @param origin of the dispatcher, for requests that don't name one */
  dispatch(
    dispatch: Dispatch,
    origin: string | undefined,
    options: Options,
    handler: Handler,
    aside: DispatchAside = {},
  ): boolean {
    const view = isGovernable(options, handler) ? DispatchView.of(options, origin, aside.head) : undefined;
    if (view === undefined) return dispatch(options, handler);
    const outer = outerOf(options);
    if (outer !== undefined) {
      outer.meetGate(this.#house.submitter, view.url);
      return dispatch(options, handler);
    }
    checkHandler(handler);
    const { options: around, witness } = this.#ambient.current();
    const own = aside.own ?? around;
    const asker = new Asker(handler);
    asker.begin();
    if (asker.isOver) return true;
    if (witness !== undefined) this.#lookOn(witness, asker, dispatch, view);
    else if (isReadableAhead(view)) void this.#governAhead({ asker, dispatch, own }, view);
    else this.#appraise({ asker, dispatch, own }, { view });
    return true;
  }

  /** Asks an address in the way of a request: governed, and outside of what surrounds the caller. */
  ask(like: DispatchView, dispatch: Dispatch, address: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asker = new Asker(new Reply(resolve, reject));
      asker.begin();
      this.#appraise({ asker, dispatch, own: undefined }, { view: like.toAsk(address) });
    });
  }

  async #governAhead(asked: Asked, view: DispatchView): Promise<void> {
    this.#appraise(asked, await readAhead(view, this.#house.clock));
  }

  /** What nothing has to be awaited for is in the queue when this returns. */
  #appraise(asked: Asked, request: Request): void {
    try {
      const key = this.#house.appraiser.keyOf(request.view, asked.own);
      if (typeof key === "string") this.#govern(asked, request, key);
      else void key.then((known) => this.#govern(asked, request, known));
    } catch (error) {
      // The user's own function for keys gave none.
      request.discard?.();
      asked.asker.fail(error);
    }
  }

  #govern({ asker, dispatch, own }: Asked, { view, discard }: Request, key: string): void {
    try {
      new DispatchJob({
        house: this.#house,
        edge: this,
        view,
        within: keepContext(),
        key,
        own,
        asker,
        dispatch,
        discard,
      }).submit();
    } catch (error) {
      // Nor did that for costs.
      discard?.();
      asker.fail(error);
    }
  }

  #lookOn(witness: Witness, asker: Asker, dispatch: Dispatch, view: DispatchView): void {
    const { clock, waits } = this.#house;
    const onlooker = new DispatchOnlooker(witness, waits, asker);
    try {
      dispatch(view.options, new Arrival(asker, onlooker, clock, view.address.hostname));
    } catch (error) {
      onlooker.fail(error);
    }
  }
}

/** What is asked, and lets go of a body that was read ahead where it isn't sent after all. */
type Request = Pick<ReadAhead, "view"> & Partial<ReadAhead>;

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
