import type { Cost } from "../cost.js";
import { isRecord } from "../record.js";
import { streamErrorOf } from "../signal/body.js";
import { usageOf } from "../signal/usage.js";
import { Branch, leaveWhenForgotten } from "./branch.js";
import { type Bytes, type Consumer, coverOver, type Reading, Underneath } from "./cover.js";
import { newMarks } from "./mark.js";
import { type BodyScan, scanOf } from "./scan.js";
import type { Slot } from "./slot.js";
import { watchedStream } from "./stream.js";

/** Bytes of a body read at once that are looked at for its usage. */
const TAIL_BYTES_MAX = 65_536;

/** By the prototype that the platform gave: its own, undici's, or that of another sluice underneath. */
const watches = new WeakMap<object, Watch>();

/**
 * Makes the reading of a response tell its slot what happens. Only its ways of being read are covered by ones that read
 * and tell: `json()` and its kin keep the platform's own fast path, and no body is held back or copied.
 */
export function watchBody(response: Response, slot: Slot): Response {
  if (typeof response.body?.getReader !== "function" || !Object.isExtensible(response)) {
    slot.end();
    return response;
  }
  const prototype = Object.getPrototypeOf(response) as object;
  let watch = watches.get(prototype);
  if (watch === undefined) {
    watch = new Watch(prototype);
    watches.set(prototype, watch);
  }
  return watch.begin(response, slot);
}

/** All responses of one kind that are watched. */
class Watch implements Reading {
  readonly #underneath: Underneath;
  readonly #cover: object;
  readonly #marks = newMarks();

  constructor(prototype: object) {
    this.#underneath = new Underneath(prototype);
    this.#cover = coverOver(prototype, this);
  }

  begin(response: Response, slot: Slot): Response {
    const branch = new Branch(slot);
    // In this order: a field that comes after the prototype was changed costs ten times as much.
    this.#marks.put(response, branch);
    Object.setPrototypeOf(response, this.#cover);
    void leaveWhenForgotten(response, branch);
    return response;
  }

  consume(response: Response, name: Consumer): Promise<unknown> {
    const reading = this.#underneath.read(response, name);
    const branch = this.#marks.branchOf(response);
    if (branch === undefined) return reading;
    const { slot } = branch;
    branch.isRead = true;
    slot.touch();
    return reading.then(
      (value) => {
        // It names the response so that it isn't forgotten while it is being read.
        slot.end(spentIn(name, value, response, slot));
        return slot.checked(value);
      },
      (error: unknown) => {
        slot.end();
        throw slot.reasonOr(error);
      },
    );
  }

  stream(response: Response): ReadableStream<Bytes> | null {
    const bodyNow = () => this.#underneath.body(response);
    const branch = this.#marks.branchOf(response);
    if (branch === undefined) return bodyNow();
    return this.#marks.streamOf(response, () => watchedStream(bodyNow, branch, scanFor(response, branch.slot)));
  }

  clone(response: Response): Response {
    const copy = this.#underneath.clone(response);
    const branch = this.#marks.branchOf(response);
    return branch === undefined ? copy : watchBody(copy, branch.slot);
  }
}

function spentIn(name: Consumer, value: unknown, response: Response, slot: Slot): Cost | undefined {
  if (name === "json") {
    if (isRecord(value) && "error" in value && streamErrorOf(value) !== undefined) slot.correct(value);
    return slot.wantsActual ? usageOf(value) : undefined;
  }
  const scan = scanFor(response, slot);
  if (scan === undefined) return undefined;
  if (typeof value === "string") scan.feed(value);
  else if (ArrayBuffer.isView(value)) scan.feed(endOf(value as Bytes));
  // A buffer of another realm is no instance of ours.
  else if (name === "arrayBuffer") scan.feed(endOf(new Uint8Array(value as ArrayBuffer)));
  return scan.spent();
}

function endOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(-TAIL_BYTES_MAX));
}

function scanFor(response: Response, slot: Slot): BodyScan | undefined {
  return scanOf(response.headers.get("content-type"), slot);
}
