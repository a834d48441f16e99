import type { Dispatcher } from "undici";
import { type OwnRefusal, SHOULD_RETRY } from "../refusal.js";
import { rawOf, withHeader } from "./raw-headers.js";
import { Reins, type ReinsHolder } from "./reins.js";

export type Handler = Dispatcher.DispatchHandler;
export type Controller = Dispatcher.DispatchController;
/** The headers of an answer, as undici tells them. */
export type HeadersIn = Record<string, string | string[] | undefined>;

/** The head of an answer, as undici tells it. */
export interface Head {
  readonly status: number;
  readonly headers: HeadersIn;
  readonly statusText: string | undefined;
}

/** Whoever has put the request in a queue. */
export interface Governor {
  onAskerAbort(reason: unknown): void;
}

/** What a try is told along with its connection: the redirects that it has followed. */
interface Context {
  history: unknown[];
  [name: string]: unknown;
}

/**
 * Whoever has asked for a request, through a handler of undici's. It is told of one request, however long it waits and
 * however often it is sent: once that it has begun, and once how it ended. Its methods are called one by one, since a
 * handler is an object of some class, and one of undici's or of another interceptor mostly.
 */
export class Asker implements ReinsHolder {
  /** What it holds the request by. */
  readonly reins = new Reins(this);
  /**
   * Who is told where it aborts; without one the try that is under way is. It is no function on purpose: V8 then carried all
   * of a request through two collections into its old space, which doubled what a request costs.
   */
  governor: Governor | undefined = undefined;
  readonly handler: Handler;
  /** Handed out before there is a connection, and filled in when there is one: a cache outside looks there for redirects within. */
  readonly #context: Context = { history: [] };
  #inner: Context | null = null;
  #heldEnd: (() => void) | undefined = undefined;
  #isOver = false;
  #hasFailed = false;

  constructor(handler: Handler) {
    this.handler = handler;
  }

  /** Whether it was told the end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The request has begun: from now on it can be aborted. */
  begin(): void {
    this.handler.onRequestStart?.(this.reins, this.#context);
  }

  /** A try has got a connection. */
  attach(controller: Controller, context: unknown): void {
    this.reins.target = controller;
    this.#inner = (context ?? null) as Context | null;
  }

  /** A try is let go of: another one follows, or an end of ours. */
  detach(): void {
    this.reins.target = undefined;
    this.#inner = null;
  }

  /** The head of the answer, or of one that is on the way (1xx). */
  respond({ status, headers, statusText }: Head): void {
    if (this.#isOver) return;
    this.#bringContext();
    this.handler.onResponseStart?.(this.reins, status, headers, statusText);
  }

  chunk(bytes: Uint8Array): void {
    if (!this.#isOver) this.handler.onResponseData?.(this.reins, bytes as Buffer);
  }

  /** What came before it could be handed on may leave it with as much as it can take: then its end waits. */
  end(trailers: HeadersIn): void {
    if (this.#isOver) return;
    if (this.reins.paused) {
      this.#heldEnd = () => this.#end(trailers);
    } else this.#end(trailers);
  }

  /** It has failed. That may be after the end, where the handler threw as it was told of that. */
  fail(error: unknown): void {
    this.#heldEnd = undefined;
    if (this.#hasFailed) return;
    this.#isOver = true;
    this.#hasFailed = true;
    this.handler.onResponseError?.(this.reins, error as Error);
  }

  /** Tells what there is at once, outside of undici's own calls: what the handler throws is its own error, as it is there. */
  replay(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.fail(error);
    }
  }

  /** The head of a server's last refusal. */
  respondLast({ status, headers, statusText }: Head): void {
    const raw = this.reins.target?.rawHeaders ?? null;
    this.reins.rawHeaders = raw && withHeader(raw, SHOULD_RETRY, "false");
    this.respond({ status, headers: { ...headers, [SHOULD_RETRY]: "false" }, statusText });
  }

  /** A refusal of our own, all of it. */
  answerOwn({ status, statusText, headers, body }: OwnRefusal): void {
    const bytes = Buffer.from(JSON.stringify(body));
    const all = { ...headers, "content-length": String(bytes.byteLength) };
    this.reins.rawHeaders = rawOf(all);
    this.reins.isOwnAnswer = true;
    this.replay(() => {
      this.respond({ status, headers: all, statusText });
      this.chunk(bytes);
      this.end({});
    });
  }

  onAbort(reason: unknown): void {
    if (this.#isOver) return;
    this.governor?.onAskerAbort(reason);
    if (this.#isOver) return;
    // What is left is a body that holds no slot any more, or a request that nobody governs.
    const { target } = this.reins;
    if (target === undefined || this.#heldEnd !== undefined) this.fail(reason);
    else target.abort(reason as Error);
  }

  onResume(): void {
    const end = this.#heldEnd;
    this.#heldEnd = undefined;
    if (end !== undefined) this.replay(end);
  }

  #end(trailers: HeadersIn): void {
    this.#isOver = true;
    this.handler.onResponseEnd?.(this.reins, trailers);
  }

  #bringContext(): void {
    if (this.#inner === null) return;
    const { history, ...rest } = this.#inner;
    Object.assign(this.#context, rest);
    if (!Array.isArray(history)) return;
    this.#context.history.splice(0, Infinity, ...history);
    // undici hangs what its cache has to know of each redirect on the list itself.
    for (const name of Object.getOwnPropertySymbols(history)) {
      const property = Object.getOwnPropertyDescriptor(history, name);
      if (property !== undefined)
        Object.defineProperty(this.#context.history, name, { ...property, configurable: true });
    }
  }
}
