import { isRecord } from "../record.js";

/** JSON text beyond this length isn't parsed: errors are short, and a reader must not stall on a megabyte. */
const JSON_LENGTH_MAX = 262_144;

/** Of a longer stream only its beginning and its end are scanned, this many characters each. */
const STREAM_SCAN_LENGTH = 65_536;

/** Of more events than this many that might be wanted, those at the beginning and at the end are read: half each. */
const EVENTS_MAX = 256;

/** One server-sent event: its name, where it has one, and its data, parsed where they are JSON. */
export interface StreamEvent {
  readonly event?: string;
  readonly data: unknown;
}

/** A body as text, where it is text: a string, bytes, or either under `raw`. Cut to what is ever scanned. */
export function textOfBody(body: unknown): string | undefined {
  try {
    if (typeof body === "string") return body;
    if (body instanceof Uint8Array) return new TextDecoder().decode(body.subarray(0, JSON_LENGTH_MAX));
    if (isRecord(body) && typeof body["raw"] === "string" && Object.keys(body).length === 1) return body["raw"];
  } catch {
    // A body that throws when it is looked at has nothing to say.
  }
  return undefined;
}

/** The value of a JSON text, or undefined where it is none, or too long to be worth it. */
export function parseJson(text: string): unknown {
  if (text.length > JSON_LENGTH_MAX) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a text looks like server-sent events. */
export function isStreamText(text: string): boolean {
  return /^\s*(?:event|data|id|retry|):/.test(text.slice(0, 256));
}

/**
 * The events in a text of server-sent events, in order. Of a long text the first and last 64 Ki characters are read;
 * an event that the cut goes through is left out. Only events for which `isWanted` says so of their text are parsed.
 */
export function eventsOf(text: string, isWanted: (block: string) => boolean = () => true): readonly StreamEvent[] {
  const blocks = scannedParts(text)
    .flatMap((part) => part.split(/\r?\n\r?\n/))
    .filter((block) => block !== "" && isWanted(block));
  if (blocks.length > EVENTS_MAX) blocks.splice(EVENTS_MAX / 2, blocks.length - EVENTS_MAX);
  const events: StreamEvent[] = [];
  for (const block of blocks) addEvent(events, block);
  return events;
}

function scannedParts(text: string): readonly string[] {
  if (text.length <= 2 * STREAM_SCAN_LENGTH) return [text];
  const head = text.slice(0, STREAM_SCAN_LENGTH);
  const tail = text.slice(-STREAM_SCAN_LENGTH);
  return [head.slice(0, Math.max(0, head.lastIndexOf("\n\n"))), tail.slice(tail.indexOf("\n\n") + 1)];
}

function addEvent(events: StreamEvent[], block: string): void {
  let event: string | undefined;
  let data = "";
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data += data === "" ? line.slice(5).trimStart() : `\n${line.slice(5)}`;
  }
  if (event === undefined && data === "") return;
  const parsed = data.startsWith("{") ? parseJson(data) : undefined;
  events.push({ ...(event !== undefined && { event }), data: parsed ?? data });
}

/**
 * The error that a stream carries, or undefined where it carries none. Takes the text of server-sent events so far, one
 * parsed event (`{ event, data }`), or the data of one. The error is the object with its type, code and message.
 */
export function streamErrorOf(textOrEvent: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = textOfBody(textOrEvent);
    if (text === undefined) return errorOfEvent(textOrEvent);
    if (!isStreamText(text)) return errorOfEvent(parseJson(text));
    for (const event of eventsOf(text, (block) => ERROR_HINT.test(block))) {
      const error = errorOfEvent(event);
      if (error !== undefined) return error;
    }
  } catch {
    // A hostile object is no error event.
  }
  return undefined;
}

/** Events without any of these words carry no error, and aren't parsed. */
const ERROR_HINT = /error|failed/i;

function errorOfEvent(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(value)) return undefined;
  if ("data" in value && (typeof value["event"] === "string" || Object.keys(value).length === 1)) {
    const name = value["event"];
    const data = value["data"];
    const error = errorOfData(data);
    if (error !== undefined) return error;
    if (name !== "error" && name !== "response.failed") return undefined;
    return isRecord(data) ? data : { message: String(data) };
  }
  return errorOfData(value);
}

function errorOfData(data: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(data)) return undefined;
  const error = data["error"];
  if (isRecord(error)) return data;
  if (typeof error === "string" && error !== "") return data;
  if (data["type"] === "error" || data["object"] === "error") return data;
  const delta = data["delta"];
  // Cohere says it in the end of a message.
  if (isRecord(delta) && delta["finish_reason"] === "ERROR") return { message: delta["error"] };
  const response = data["response"];
  if (isRecord(response) && (data["type"] === "response.failed" || response["status"] === "failed")) return response;
  return undefined;
}
