import type { Cost } from "../../cost.js";
import type { Job, Place, Try, TryHolder } from "../../flow/job.js";
import type { RequestOptions } from "../../options.js";
import type { ResponseFacts } from "../../signal/signal.js";
import { isTransportFailure } from "../../signal/transport.js";
import { isOk } from "../ask.js";
import type { HttpHouse } from "../http-house.js";
import type { HttpView } from "../http-view.js";
import { STATUS_REFUSED_MIN } from "../response.js";
import { Slot, type SlotHolder } from "../slot.js";
import { textOf } from "./byte-scan.js";
import { Gathering } from "./gathering.js";
import { Reading } from "./reading.js";

type Headers = Readonly<Record<string, string>>;

/** A request of somebody else's that undici tells of, step by step. */
export class Observed implements Job, TryHolder, SlotHolder {
  readonly key: string;
  readonly cost: Cost;
  readonly priority = 0;
  readonly tenant = undefined;
  readonly deadlineMs = Number.POSITIVE_INFINITY;
  readonly waitMaxMs = Number.POSITIVE_INFINITY;
  readonly attemptTimeoutMs = Number.POSITIVE_INFINITY;
  readonly abort = undefined;
  readonly host: string;
  readonly place: Place | undefined;
  readonly isQueueBounded = false;
  readonly canRepeat = false;
  readonly #house: HttpHouse;
  #attempt: Try | undefined = undefined;
  #refusal: { readonly facts: ResponseFacts; readonly headers: Headers; readonly body: Gathering } | undefined;
  #reading: Reading | undefined = undefined;

  constructor(house: HttpHouse, view: HttpView, key: string, own: RequestOptions | undefined) {
    this.#house = house;
    this.place = house.appraiser.placeOf(view, key, own);
    this.key = key;
    this.cost = house.appraiser.costOf(view, own);
    this.host = view.address.hostname;
  }

  get wantsActual(): boolean {
    return this.#attempt?.wantsActual === true;
  }

  start(attempt: Try): void {
    this.#attempt = attempt;
    attempt.holder = this;
  }

  /** Nobody refuses what is sent already. */
  refuse(): void {}

  onHead(status: number, headers: Headers): void {
    if (this.#attempt === undefined) return;
    const { clock, silence, waits } = this.#house;
    const facts = { status, headers, receivedAtMs: clock.wallNow(), host: this.host };
    if (status >= STATUS_REFUSED_MIN) {
      this.#refusal = { facts, headers, body: new Gathering(clock, () => this.#judge()) };
      return;
    }
    if (isOk(facts)) silence.respond(this.#attempt, facts, clock.now());
    else this.#attempt.respond(facts);
    this.#reading = new Reading(new Slot(facts, this, waits.idle), headers);
  }

  onChunk(chunk: Uint8Array): void {
    if (this.#refusal !== undefined) return this.#refusal.body.add(chunk);
    this.#reading?.feed(chunk);
  }

  onEnd(): void {
    this.#judge();
    this.drop();
  }

  onError(error: unknown): void {
    if (this.#refusal === undefined && this.#reading === undefined) {
      this.#attempt?.fail(error, { isOwn: !isTransportFailure(error) });
    }
    this.onEnd();
  }

  /** The sluice was closed: the request goes on without it. */
  onTryAbort(reason: unknown): void {
    this.#attempt?.fail(reason);
    this.drop();
  }

  /** Nothing more is heard of it. */
  drop(): void {
    this.#refusal?.body.close();
    this.#refusal = undefined;
    this.#reading?.end();
    this.#attempt?.finish();
    this.#attempt = undefined;
  }

  correct(worse: ResponseFacts): void {
    this.#attempt?.correct(worse);
  }

  finish(actual?: Cost): void {
    this.#attempt?.finish(actual);
  }

  #judge(): void {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (refusal === undefined) return;
    const { facts, headers, body } = refusal;
    body.close();
    this.#attempt?.respond({ ...facts, body: textOf(body.bytes(), headers) });
    this.#attempt?.finish();
  }
}
