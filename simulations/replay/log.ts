import type { SluiceEvent } from "../../src/flow/event.js";
import type { ControlOptions } from "../../src/options.js";

/** Of the format: a reader refuses a log that it wouldn't understand. */
export const LOG_VERSION = 1;

/** The first line of a log, and of each run that is added to it later. */
export interface LogHead {
  readonly type: "log";
  readonly version: number;
  /** The version of sluice that wrote it. */
  readonly sluice: string;
  /** Wall time of the start, in milliseconds since 1970. */
  readonly wallStartMs: number;
  /** The same instant by the clock of the events, in milliseconds. */
  readonly startMs: number;
  /** What was asked of the control, where the writer was told. */
  readonly control?: ControlOptions;
}

/** What a log keeps. Who waits is told by each send: `queued` would only make it longer. */
export type LoggedEvent = Exclude<SluiceEvent, { readonly type: "queued" }>;

/** A log that can't be used: the message names the line. */
export class LogError extends Error {
  override readonly name = "LogError";
}
