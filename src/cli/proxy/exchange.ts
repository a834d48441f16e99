import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import type { DispatchAside } from "../../adapter/undici/gate.js";
import type { RequestOptions } from "../../options.js";
import type { BodyRoom } from "./body-room.js";
import type { Books } from "./books.js";
import type { Headers } from "./headers.js";
import { type Refusal, sendRefusal } from "./refusal.js";
import { Relay, type RelayHouse } from "./relay.js";
import type { Stalls } from "./stalls.js";
import { type Body, Upload, type Uploader, type UploadLimits } from "./upload.js";

type Options = Dispatcher.DispatchOptions;

/** What all exchanges share. */
export interface ExchangeHouse extends RelayHouse {
  readonly books: Books;
  readonly room: BodyRoom;
  readonly limits: UploadLimits;
  /** Looks after bodies of which nothing comes. */
  readonly stalls: Stalls;
  readonly origin: string;
  /** Sends a request through the sluice. */
  dispatch(options: Options, relay: Relay, aside: DispatchAside): void;
}

/** What goes to the target. */
export interface Sent {
  readonly path: string;
  readonly headers: Headers;
  readonly wishes: RequestOptions | undefined;
}

/** One request of a client, from its head to the end of its answer. */
export class Exchange implements Uploader {
  readonly #house: ExchangeHouse;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #sent: Sent;
  readonly #upload: Upload;
  readonly #relay: Relay;
  readonly #expectsContinue: boolean;
  #isOver = false;

  constructor(
    house: ExchangeHouse,
    request: IncomingMessage,
    response: ServerResponse,
    { expectsContinue, ...sent }: Sent & { readonly expectsContinue: boolean },
  ) {
    this.#house = house;
    this.#request = request;
    this.#response = response;
    this.#sent = sent;
    this.#expectsContinue = expectsContinue;
    this.#upload = new Upload(request, house.limits, this, house.stalls);
    this.#relay = new Relay(house, response, this.#upload);
  }

  begin(): void {
    this.#house.books.open += 1;
    // What goes wrong with one client's connection is told by its close, and mustn't be the end of all others.
    this.#response.on("error", () => {}).once("close", this.#end);
    // Of the answers that a connection owes, Node tells the next one alone of its close.
    if (this.#response.socket === null) this.#request.socket.setMaxListeners(0).once("close", this.#end);
    this.#upload.begin(this.#house.room);
  }

  onReading(): void {
    if (this.#expectsContinue) this.#response.writeContinue();
  }

  onBody({ content, head, length }: Body): void {
    if (this.#isOver) return;
    const { path, headers, wishes } = this.#sent;
    if (length !== undefined) headers["content-length"] = String(length);
    const { origin } = this.#house;
    const method = this.#request.method as Dispatcher.HttpMethod;
    this.#house.dispatch({ origin, path, method, headers, body: content ?? null }, this.#relay, {
      own: wishes,
      head,
    });
  }

  onRefused(refusal: Refusal): void {
    if (!this.#isOver) sendRefusal(this.#response, refusal);
  }

  /** The answer is whole, or the connection is gone. */
  readonly #end = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.socket.off("close", this.#end);
    const { books } = this.#house;
    const { writableFinished: isWhole, headersSent, statusCode } = this.#response;
    if (!isWhole) this.#relay.leave();
    this.#upload.release();
    books.open -= 1;
    books.settle({
      reins: this.#relay.reins,
      status: headersSent ? statusCode : undefined,
      how: isWhole ? "whole" : this.#relay.isBroken ? "broken" : "left",
    });
  };
}
