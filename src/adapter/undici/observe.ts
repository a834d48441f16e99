import type { Dispatcher } from "undici";
import { builtinModule } from "../../builtin.js";
import { SluiceError } from "../../errors.js";
import type { RequestOptions } from "../../options.js";
import { viewOf } from "../../signal/headers.js";
import type { Sluice } from "../../sluice.js";
import type { Ambient } from "../context.js";
import { type HttpHouse, houseOf } from "../http-house.js";
import { type EdgeParts, partsOf } from "../parts.js";
import { carryPassages, currentPassage } from "../passage.js";
import { STATUS_FINAL_MIN } from "../response.js";
import { DispatchView } from "./dispatch-view.js";
import { Observed } from "./observed.js";

/** undici's own request, as far as its channels show it. */
interface Request extends Dispatcher.DispatchOptions {
  readonly origin: string;
}

/** What undici publishes; each channel has some of it. */
interface Message {
  readonly request: Request;
  readonly chunk?: unknown;
  readonly error?: unknown;
  readonly response?: { readonly statusCode: number; readonly headers: unknown };
}

type Listener = (message: unknown) => void;

/** What is used of `node:diagnostics_channel`. */
interface DiagnosticsChannels {
  subscribe(name: string, listener: Listener): void;
  unsubscribe(name: string, listener: Listener): void;
}

/**
 * Learns from the requests that this process sends through undici, Node's own `fetch` among them, without touching them:
 * they wait for nothing, and are sent once. Their answers teach the same budgets as those that are governed: quotas in
 * headers, what is spent, a stated wait that is everybody's, an exhausted account; they are counted, in flight and
 * refused. No rate is learnt from them, since they kept to none. What this sluice governs isn't counted twice.
 *
 * `fetch` hands its body on in pieces: their model is in the key where undici shows them as they are sent, and in the key of
 * Node's own `fetch` before Node 24 there is none.
 *
 * @returns a function that stops it; a closed sluice stops it too
 * @throws SluiceError `ERR_SLUICE_OPTION` where `sluice` isn't one, and off Node
 */
export function observe(sluice: Sluice): () => void {
  const parts = partsOf(sluice);
  const channels = builtinModule<DiagnosticsChannels>("node:diagnostics_channel");
  if (channels === undefined || "Bun" in globalThis) {
    throw new SluiceError(
      "ERR_SLUICE_OPTION",
      "observe needs the diagnostics channels of undici, which this platform does not have: use sluice.fetch instead",
    );
  }
  return new Observer(parts, channels).start();
}

/** A request that is known, and is taken note of as soon as it is sent and its key is found. */
interface Known {
  readonly own: RequestOptions | undefined;
  isSent: boolean;
  observed: Observed | undefined;
  /** What was told of it before its key was known. */
  early: ((observed: Observed) => void)[];
}

class Observer {
  readonly #ambient: Ambient;
  readonly #house: HttpHouse;
  readonly #channels: DiagnosticsChannels;
  readonly #known = new Map<Request, Known>();
  #isStopped = false;
  readonly #listeners: readonly (readonly [name: string, listener: Listener])[] = [
    on("undici:request:create", ({ request }) => this.#onCreate(request)),
    on("undici:client:sendHeaders", ({ request }) => this.#onSendHeaders(request)),
    on("undici:request:bodyChunkSent", ({ request, chunk }) => this.#onSent(request, chunk)),
    on("undici:request:bodySent", ({ request }) => this.#onSent(request, undefined)),
    on("undici:request:headers", (message) => this.#onHeaders(message)),
    on("undici:request:bodyChunkReceived", ({ request, chunk }) => this.#onChunk(request, chunk)),
    on("undici:request:trailers", ({ request }) => this.#onEnd(request, (observed) => observed.onEnd())),
    on("undici:request:error", ({ request, error }) => this.#onEnd(request, (observed) => observed.onError(error))),
  ];

  constructor(parts: EdgeParts, channels: DiagnosticsChannels) {
    this.#ambient = parts.ambient;
    this.#house = houseOf(parts);
    this.#channels = channels;
    parts.ambient.turnOn();
    carryPassages(true);
  }

  start(): () => void {
    for (const [name, listener] of this.#listeners) this.#channels.subscribe(name, listener);
    return () => this.#stop();
  }

  #stop(): void {
    this.#isStopped = true;
    for (const [name, listener] of this.#listeners) this.#channels.unsubscribe(name, listener);
    for (const { observed } of this.#known.values()) observed?.drop();
    this.#known.clear();
  }

  #onCreate(request: Request): void {
    if (request.method === "CONNECT" || request.upgrade) return;
    const { options: own, witness } = this.#ambient.current();
    // Governed already: by an edge of this sluice, or by the task that it is sent in.
    if (witness !== undefined || currentPassage()?.isOf(this.#house.submitter) === true) return;
    this.#known.set(request, { own, isSent: false, observed: undefined, early: [] });
  }

  /** What is in pieces shows its model in the first of them. */
  #onSendHeaders(request: Request): void {
    const { body } = request;
    if (body === null || body === undefined || body instanceof Uint8Array) this.#onSent(request, undefined);
  }

  #onSent(request: Request, chunk: unknown): void {
    const known = this.#known.get(request);
    if (known === undefined || known.isSent) return;
    known.isSent = true;
    const { origin, path, method, headers } = request;
    const body = request.body instanceof Uint8Array ? request.body : chunk instanceof Uint8Array ? chunk : null;
    const view = DispatchView.of({ origin, path, method, headers: headers ?? null, body }, undefined);
    if (view === undefined) return void this.#known.delete(request);
    try {
      const key = this.#house.appraiser.keyOf(view, known.own);
      if (typeof key === "string") this.#note(known, new Observed(this.#house, view, key, known.own));
      else key.then((found) => this.#note(known, new Observed(this.#house, view, found, known.own))).catch(ignore);
    } catch {
      // The user's own function for keys or costs has failed: a request of somebody else's mustn't hear of that.
      this.#known.delete(request);
    }
  }

  #note(known: Known, observed: Observed): void {
    if (this.#isStopped) return;
    if (!this.#house.submitter.note(observed)) return this.#stop();
    known.observed = observed;
    for (const tell of known.early.splice(0)) tell(observed);
  }

  #onHeaders({ request, response }: Message): void {
    if (response === undefined || response.statusCode < STATUS_FINAL_MIN) return;
    const known = this.#known.get(request);
    if (known === undefined) return;
    this.#onSent(request, undefined);
    const headers = Object.fromEntries(viewOf(response.headers));
    this.#tell(known, (observed) => observed.onHead(response.statusCode, headers));
  }

  #onChunk(request: Request, chunk: unknown): void {
    const known = this.#known.get(request);
    if (known !== undefined && chunk instanceof Uint8Array) this.#tell(known, (observed) => observed.onChunk(chunk));
  }

  #onEnd(request: Request, tell: (observed: Observed) => void): void {
    const known = this.#known.get(request);
    if (known === undefined) return;
    this.#known.delete(request);
    // One that was never sent is nobody's affair.
    if (known.isSent) this.#tell(known, tell);
  }

  #tell(known: Known, tell: (observed: Observed) => void): void {
    if (known.observed !== undefined) tell(known.observed);
    else known.early.push(tell);
  }
}

/** A function of the user's for costs has failed where nobody waits to hear of it. */
const ignore = (): void => {};

function on(name: string, listener: (message: Message) => void): readonly [string, Listener] {
  return [name, (message) => listener(message as Message)];
}
