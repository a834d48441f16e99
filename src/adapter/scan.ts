import type { Cost } from "../cost.js";
import { eventsOf, streamErrorOf } from "../signal/body.js";
import { mergedUsage, usageOf } from "../signal/usage.js";

/** Characters kept of a JSON text's end, where providers put the usage. */
const TAIL_LENGTH_MAX = 16_384;
/** Characters kept of one event that hasn't ended. A longer one (a whole answer, repeated at the end) is read by its end. */
const EVENT_LENGTH_MAX = 262_144;

const OPENING = "{".charCodeAt(0);
const CLOSING = "}".charCodeAt(0);

/** How the name of a usage begins: Google's goes on with "Metadata". */
const USAGE = '"usage';
const USAGE_HINT = /"(?:usage|usageMetadata)"/;
const ERROR_HINT = /error|failed/i;

/** The type that was asked for last, and what it is: nearly all of one server's answers are of the same. */
let lastType = "";
let lastKind: "stream" | "json" | undefined;

/** What a body is read for as it passes through. */
export interface BodyScan {
  feed(text: string): void;
  /** Whether an error event has come: nothing that counts stands behind it. */
  readonly hasFailed: boolean;
  /** What was spent, as far as the body has said so, and somebody asks. */
  spent(): Cost | undefined;
}

/** Who is told where a body says that the request failed after all. */
export interface ScanHolder {
  /** Whether anybody asks what was spent. */
  readonly wantsActual: boolean;
  correct(text: string): void;
}

/** The scan for a body of this type; undefined where nothing could be found in it. */
export function scanOf(contentType: string | null, holder: ScanHolder): BodyScan | undefined {
  if (contentType === null) return undefined;
  if (contentType !== lastType) {
    lastType = contentType;
    lastKind = /event-stream/i.test(contentType) ? "stream" : /json/i.test(contentType) ? "json" : undefined;
  }
  if (lastKind === undefined) return undefined;
  return lastKind === "stream" ? new StreamScan(holder) : new JsonScan(holder);
}
/**
 * Reads server-sent events as they pass: for the usage, which comes in the last of them, or in the first and the last
 * (Anthropic), and for an error event. Keeps one unfinished event and two small ones, however long the stream.
 */
class StreamScan implements BodyScan {
  readonly #holder: ScanHolder;
  #unfinished = "";
  #first: string | undefined;
  #last: string | undefined;
  hasFailed = false;

  constructor(holder: ScanHolder) {
    this.#holder = holder;
  }

  feed(text: string): void {
    const all = this.#unfinished + text;
    const end = Math.max(all.lastIndexOf("\n\n"), all.lastIndexOf("\r\n\r\n"));
    this.#unfinished = end === -1 ? all : all.slice(end);
    if (this.#unfinished.length > EVENT_LENGTH_MAX) this.#unfinished = this.#unfinished.slice(-EVENT_LENGTH_MAX / 2);
    if (end !== -1) this.#read(all.slice(0, end));
  }

  spent(): Cost | undefined {
    // Some servers don't end their last event.
    this.#read(this.#unfinished);
    this.#unfinished = "";
    if (!this.#holder.wantsActual) return undefined;
    const first = usageInEvent(this.#first);
    const last = this.#last === this.#first ? undefined : usageInEvent(this.#last);
    return mergedUsage(first, last);
  }

  #read(events: string): void {
    if (USAGE_HINT.test(events)) {
      for (const block of events.split(/\r?\n\r?\n/)) {
        if (!USAGE_HINT.test(block)) continue;
        this.#first ??= block;
        this.#last = block;
      }
    }
    if (this.hasFailed || !ERROR_HINT.test(events) || streamErrorOf(events.trimStart()) === undefined) return;
    this.hasFailed = true;
    this.#holder.correct(events.trimStart());
  }
}

/** Keeps the end of a JSON text: all of it where it is as short as an error's. */
class JsonScan implements BodyScan {
  readonly #holder: ScanHolder;
  /** What is one JSON text has no events. */
  readonly hasFailed = false;
  #text = "";
  #isWhole = true;

  constructor(holder: ScanHolder) {
    this.#holder = holder;
  }

  feed(text: string): void {
    this.#text += text;
    // Cut now and then, and not for each piece, or a long text in small pieces would be copied once for each of them.
    if (this.#text.length <= 2 * TAIL_LENGTH_MAX) return;
    this.#text = this.#text.slice(-TAIL_LENGTH_MAX);
    this.#isWhole = false;
  }

  spent(): Cost | undefined {
    const text = this.#text;
    if (this.#isWhole && text.includes('"error"') && streamErrorOf(text) !== undefined) this.#holder.correct(text);
    return this.#holder.wantsActual ? usageInJson(text) : undefined;
  }
}

function usageInEvent(block: string | undefined): Cost | undefined {
  if (block === undefined) return undefined;
  const [event] = eventsOf(block.trimStart());
  const whole = typeof event?.data === "object" ? usageOf(event.data) : undefined;
  return whole ?? usageInJson(block);
}

/** The last usage in a JSON text, or in the end of one: only its own few members are parsed. */
function usageInJson(text: string): Cost | undefined {
  const at = lastUsageIn(text);
  const start = at === -1 ? -1 : text.indexOf("{", at);
  if (start === -1) return undefined;
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === OPENING) depth += 1;
    else if (code === CLOSING) depth -= 1;
    if (depth > 0) continue;
    try {
      return usageOf({ usage: JSON.parse(text.slice(start, index + 1)) as unknown });
    } catch {
      return undefined;
    }
  }
  return undefined;
}

function lastUsageIn(text: string): number {
  for (let at = text.lastIndexOf(USAGE); at !== -1; at = at === 0 ? -1 : text.lastIndexOf(USAGE, at - 1)) {
    const end = at + USAGE.length;
    if (text.startsWith('"', end) || text.startsWith('Metadata"', end)) return at;
  }
  return -1;
}
