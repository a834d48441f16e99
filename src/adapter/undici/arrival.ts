import type { Dispatcher } from "undici";
import type { Clock } from "../../clock.js";
import { factsOf } from "../../signal/facts.js";
import type { ResponseFacts } from "../../signal/signal.js";
import { STATUS_FINAL_MIN, STATUS_REFUSED_MIN } from "../response.js";
import type { Asker, Controller, Head } from "./asker.js";
import { textOf } from "./byte-scan.js";
import type { Court } from "./court.js";
import { Gathering } from "./gathering.js";
import type { Reading } from "./reading.js";

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];
type Handler = Required<Pick<Dispatcher.DispatchHandler, Told>>;
type Told =
  | "onRequestStart"
  | "onRequestUpgrade"
  | "onResponseStart"
  | "onResponseData"
  | "onResponseEnd"
  | "onResponseError";

/** A refusal, as far as it has come. */
interface Refusal {
  readonly head: Head;
  readonly facts: ResponseFacts;
  readonly body: Gathering;
  /** The trailers, once it is whole. */
  trailers?: Headers;
  /** Why no more of it will come. */
  failure?: { readonly error: unknown };
}

/** What arrives of one try, on its way to whoever asked: held back while it may be a refusal, and passed on once it isn't. */
export class Arrival implements Handler {
  readonly #asker: Asker;
  readonly #court: Court;
  readonly #clock: Clock;
  readonly #host: string;
  #controller: Controller | undefined = undefined;
  /** Why it was ended, where it was: then nothing that comes is passed on. */
  #ended: { readonly reason: unknown } | undefined = undefined;
  #isPassing = false;
  #refusal: Refusal | undefined = undefined;
  #reading: Reading | undefined = undefined;

  constructor(asker: Asker, court: Court, clock: Clock, host: string) {
    this.#asker = asker;
    this.#court = court;
    this.#clock = clock;
    this.#host = host;
  }

  /** Ends it. What is passed on already goes on to its error; of anything else the caller tells whoever asked. */
  abort(reason: unknown): void {
    if (!this.#isPassing) {
      this.#ended = { reason };
      this.#refusal?.body.close();
    }
    this.#controller?.abort(reason as Error);
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#controller = controller;
    // It was ended while there was no connection yet that could be ended.
    if (this.#ended !== undefined) controller.abort(this.#ended.reason as Error);
    else if (this.#asker.isOver) controller.abort(this.#asker.reins.reason ?? LET_GO);
    else this.#asker.attach(controller, context);
  }

  onRequestUpgrade(
    _controller: Controller,
    status: number,
    headers: Headers,
    socket: Parameters<Handler["onRequestUpgrade"]>[3],
  ): void {
    this.#isPassing = true;
    this.#court.receive(this.#factsOf(status, headers), headers)?.end();
    this.#asker.handler.onRequestUpgrade?.(this.#asker.reins, status, headers, socket);
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers, statusText?: string): void {
    if (this.#ended !== undefined) return;
    const head = { status, headers, statusText };
    if (status < STATUS_FINAL_MIN) return this.#asker.respond(head);
    const facts = this.#factsOf(status, headers);
    if (status < STATUS_REFUSED_MIN) return this.#accept(head, facts);
    this.#refusal = { head, facts, body: new Gathering(this.#clock, () => this.#judge()) };
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    if (this.#ended !== undefined) return;
    if (this.#refusal !== undefined) return this.#refusal.body.add(chunk);
    this.#reading?.feed(chunk);
    this.#asker.chunk(chunk);
  }

  onResponseEnd(_controller: Controller, trailers: Headers): void {
    if (this.#ended !== undefined) return;
    if (this.#refusal !== undefined) {
      this.#refusal.trailers = trailers;
      return this.#judge();
    }
    this.#reading?.end();
    this.#asker.end(trailers);
  }

  onResponseError(_controller: Controller | undefined, error: unknown): void {
    if (this.#ended !== undefined) return;
    if (this.#isPassing) {
      this.#reading?.end();
      return this.#asker.fail(error);
    }
    if (this.#refusal === undefined) return this.#fail(error);
    this.#refusal.failure = { error };
    this.#judge();
  }

  // undici 8 tells these too, and Node's own fetch asks for them.

  onBodySent(chunk: number, total: number): void {
    this.#asker.handler.onBodySent?.(chunk, total);
  }

  onRequestSent(): void {
    (this.#asker.handler as { onRequestSent?(): void }).onRequestSent?.();
  }

  onResponseStarted(): void {
    this.#asker.handler.onResponseStarted?.();
  }

  #factsOf(status: number, headers: Headers): ResponseFacts {
    return { status, headers, receivedAtMs: this.#clock.wallNow(), host: this.#host };
  }

  #accept(head: Head, facts: ResponseFacts): void {
    this.#reading = this.#court.receive(facts, head.headers);
    if (this.#reading === undefined) return this.#letGo();
    this.#isPassing = true;
    this.#asker.respond(head);
  }

  /** As much of a refusal is there as there will be, or as is waited for. */
  #judge(): void {
    const refusal = this.#refusal;
    if (refusal === undefined || this.#ended !== undefined) return;
    this.#refusal = undefined;
    const { head, facts, body, trailers, failure } = refusal;
    body.close();
    const bytes = body.bytes();
    if (!this.#court.refuse({ ...facts, body: textOf(bytes, head.headers) })) return this.#letGo();
    this.#isPassing = true;
    this.#asker.replay(() => {
      this.#asker.respondLast(head);
      if (bytes.byteLength > 0) this.#asker.chunk(bytes);
      if (trailers !== undefined) this.#asker.end(trailers);
    });
    if (failure !== undefined) this.#asker.fail(failure.error);
    this.#court.land();
  }

  /** An interceptor within may have made an error of a refusal: `retry` and `responseError` do. */
  #fail(error: unknown): void {
    this.#ended = { reason: error };
    const facts = factsOf(error);
    if (facts === undefined || facts.status < STATUS_REFUSED_MIN) return this.#court.fail(error);
    if (this.#court.refuse({ ...facts, receivedAtMs: this.#clock.wallNow(), host: this.#host }))
      this.#asker.fail(error);
    this.#court.land();
  }

  /** Nobody hears of it any more. What is still to come of it would hold its connection. */
  #letGo(): void {
    this.#ended = { reason: LET_GO };
    this.#asker.detach();
    this.#controller?.abort(LET_GO);
    this.#court.land();
  }
}

const LET_GO = Object.assign(new Error("the request is sent again, or has ended otherwise"), { name: "AbortError" });
