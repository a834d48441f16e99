import type { ControlOptions } from "../../src/options.js";
import { isEvent } from "./event-shape.js";
import { LOG_VERSION, LogError, type LoggedEvent, type LogHead } from "./log.js";

/** A log as it was read: instants are milliseconds from its start, and no two requests have one number. */
export interface EventLog {
  readonly events: readonly LoggedEvent[];
  /** Wall time of the start, in milliseconds since 1970. */
  readonly wallStartMs: number;
  /** The version of sluice that wrote the first line. */
  readonly sluice: string;
  /** What was asked of the control, where the log says so. */
  readonly control: ControlOptions | undefined;
  /** Where a new process went on, as positions in `events`: what was learnt before was forgotten there. */
  readonly restarts: readonly number[];
  /** What a reader should know of it: a torn line, a clock that slipped. */
  readonly notes: readonly string[];
}

/** Events of one moment may be told a little out of order; a clock that goes back further is another log. */
const BACK_MAX_MS = 5_000;

/**
 * Reads a log line by line. A line that was torn by the end of its process is left out.
 *
 * @throws LogError that names the line
 */
export async function readLog(lines: Iterable<string> | AsyncIterable<string>, name = "the log"): Promise<EventLog> {
  const reading = new Reading(name);
  for await (const line of lines) reading.take(line);
  return reading.end();
}

class Reading {
  readonly #name: string;
  readonly #events: LoggedEvent[] = [];
  readonly #restarts: number[] = [];
  readonly #notes: string[] = [];
  #first: LogHead | undefined;
  #line = 0;
  /** A line that can't be read: forgiven if it is the last of its process. */
  #torn: number | undefined;
  /** Taken off each instant. */
  #originMs = 0;
  #lastMs = 0;
  #requestBase = 0;
  #requestMax = 0;

  constructor(name: string) {
    this.#name = name;
  }

  take(line: string): void {
    this.#line += 1;
    if (line.trim() === "") return;
    const value = parsed(line);
    const isHead = isObject(value) && value["type"] === "log";
    if (this.#first === undefined && !isHead) this.#fail("is not the first line of a log that sluice has written");
    if (this.#torn !== undefined && !isHead) this.#fail("can't be read: it is no JSON", this.#torn);
    if (value === undefined) {
      this.#torn = this.#line;
      return;
    }
    if (isHead) this.#begin(value);
    else if (isEvent(value)) this.#add(value);
    else if (isObject(value) && value["type"] === "queued") return;
    else this.#fail("is no event of sluice, or has a field of the wrong kind");
  }

  end(): EventLog {
    if (this.#first === undefined) throw new LogError(`${this.#name} is empty: it has no log in it`);
    this.#noteTorn();
    const { wallStartMs, sluice, control } = this.#first;
    const notes = this.#notes;
    return { events: this.#events, wallStartMs, sluice, control, restarts: this.#restarts, notes };
  }

  #begin(value: Readonly<Record<string, unknown>>): void {
    this.#noteTorn();
    const { version, wallStartMs, startMs } = value;
    if (version !== LOG_VERSION) {
      this.#fail(`is of version ${shown(version)} of the format; this sluice reads version ${LOG_VERSION}`);
    }
    if (!isNumber(wallStartMs) || !isNumber(startMs)) this.#fail("doesn't say when the log began");
    const control = isObject(value["control"]) ? (value["control"] as ControlOptions) : undefined;
    const sluice = typeof value["sluice"] === "string" ? value["sluice"] : "unknown";
    const head: LogHead = { type: "log", version, sluice, wallStartMs, startMs, ...(control && { control }) };
    if (this.#first === undefined) {
      this.#first = head;
      this.#originMs = startMs;
      return;
    }
    // A later process has a clock and numbers of its own: the wall clock tells how long after the first it began.
    const beganMs = wallStartMs - this.#first.wallStartMs;
    if (beganMs < this.#lastMs - BACK_MAX_MS) {
      this.#note("the wall clock went back before this run; it is taken to follow the last");
    }
    this.#originMs = startMs - Math.max(this.#lastMs, beganMs);
    this.#requestBase = this.#requestMax;
    this.#restarts.push(this.#events.length);
  }

  #add(event: LoggedEvent): void {
    const atMs = event.atMs - this.#originMs;
    if (atMs < this.#lastMs - BACK_MAX_MS) {
      const backS = ((this.#lastMs - atMs) / 1_000).toFixed(1);
      this.#fail(`is ${backS} s before the line above it: a log is written by one clock, in order`);
    }
    this.#lastMs = Math.max(this.#lastMs, atMs);
    const moved = { ...event, atMs: this.#lastMs };
    if ("request" in moved) {
      const request = moved.request + this.#requestBase;
      this.#requestMax = Math.max(this.#requestMax, request);
      this.#events.push({ ...moved, request });
    } else this.#events.push(moved);
  }

  #noteTorn(): void {
    if (this.#torn !== undefined) this.#note("is torn, and left out", this.#torn);
    this.#torn = undefined;
  }

  #note(message: string, line = this.#line): void {
    this.#notes.push(`${this.#name}:${line}: ${message}`);
  }

  #fail(message: string, line = this.#line): never {
    throw new LogError(`${this.#name}:${line}: ${message}`);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function shown(value: unknown): string {
  return typeof value === "number" || typeof value === "string" ? `${value}` : "none";
}
