import type { ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import { Reins } from "../../adapter/undici/reins.js";
import { systemClock } from "../../clock.js";
import { refusalOf } from "./failure.js";
import { answerHeaders } from "./headers.js";
import { endSoftly, isUnfinished } from "./linger.js";
import type { RateHeaders } from "./rate-headers.js";
import { sendRefusal } from "./refusal.js";
import type { Upload } from "./upload.js";

type Controller = Dispatcher.DispatchController;
type Told = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];

/** What a relay needs to know of the proxy. */
export interface RelayHouse {
  readonly rateHeaders: RateHeaders;
  /** The target's, for people. */
  readonly host: string;
  readonly isStopping: boolean;
}

const STATUS_FINAL_MIN = 200;
const TOO_MANY_REQUESTS = 429;
/** A client that reads nothing for so long holds a slot for nobody, in milliseconds. */
const STALL_MS = 300_000;

/** Hands an answer on to the client as it comes, and no faster than the client takes it. */
export class Relay implements Dispatcher.DispatchHandler {
  readonly #house: RelayHouse;
  readonly #response: ServerResponse;
  readonly #upload: Pick<Upload, "release">;
  #controller: Controller | undefined = undefined;
  #cancelTimer: (() => void) | undefined = undefined;
  #hasLeft = false;
  #isBroken = false;

  constructor(house: RelayHouse, response: ServerResponse, upload: Pick<Upload, "release">) {
    this.#house = house;
    this.#response = response;
    this.#upload = upload;
  }

  /** What the sluice says of the request; undefined where it hasn't come to it. */
  get reins(): Reins | undefined {
    return this.#controller instanceof Reins ? this.#controller : undefined;
  }

  /** Whether the answer was broken off in its midst by the target. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The client has gone: what was asked for is nobody's. */
  leave(): void {
    this.#hasLeft = true;
    this.#waitNoMore();
    this.#controller?.abort(LEFT);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#hasLeft) controller.abort(LEFT);
  }

  onResponseStart(_: Controller, status: number, told: Told, statusText?: string): void {
    if (status < STATUS_FINAL_MIN) return;
    const response = this.#response;
    const headers = answerHeaders(told);
    if (status === TOO_MANY_REQUESTS) Object.assign(headers, this.#house.rateHeaders.for(this.reins?.key, headers));
    if (this.#house.isStopping || isUnfinished(response.req)) response.shouldKeepAlive = false;
    if (statusText !== undefined && /^[\t\x20-\x7e]+$/.test(statusText))
      response.writeHead(status, statusText, headers);
    else response.writeHead(status, headers);
    // What comes with the head goes with it; a head that comes alone mustn't wait for a body that takes its time.
    process.nextTick(flush, response);
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    if (this.#response.write(chunk) || this.#cancelTimer !== undefined) return;
    controller.pause();
    this.#response.once("drain", () => this.#goOn());
    this.#cancelTimer = systemClock.after(STALL_MS, () => this.#response.destroy());
  }

  onResponseEnd(): void {
    this.#upload.release();
    endSoftly(this.#response);
  }

  onResponseError(_: Controller, error: Error): void {
    if (this.#hasLeft) return;
    if (!this.#response.headersSent) return this.#refuse(error);
    // What was begun can't be taken back: the client must see that it isn't whole.
    this.#isBroken = true;
    this.#response.destroy();
  }

  #refuse(error: Error): void {
    this.#upload.release();
    sendRefusal(this.#response, refusalOf(error, this.#house.host));
  }

  #goOn(): void {
    this.#waitNoMore();
    if (!this.#hasLeft) this.#controller?.resume();
  }

  #waitNoMore(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

function flush(response: ServerResponse): void {
  if (!response.writableEnded) response.flushHeaders();
}

const LEFT = Object.assign(new Error("the client has left"), { name: "AbortError" });
