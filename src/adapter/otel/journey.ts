import type { Context } from "@opentelemetry/api";
import type { RequestTarget } from "../../flow/job.js";
import type { Ending } from "./convention.js";

/** One request on its way from its call to its end, as far as its events have told of it. */
export interface Journey {
  readonly number: number;
  readonly key: string;
  readonly target: RequestTarget | undefined;
  /** Where it was called. */
  readonly context: Context;
  /** Wall time at the sluice's own instant 0, in milliseconds since 1970. */
  readonly originMs: number;
  readonly calledAtMs: number;
  /** When its present wait began; undefined while it doesn't wait. */
  waitsSinceMs: number | undefined;
  /** When its try in flight was sent; undefined while there is none. */
  sentAtMs: number | undefined;
  /** The number of its last try, 0 before the first. */
  attempt: number;
  /** The response to its last try is known. */
  isAnswered: boolean;
  /** What became of its last try. */
  last: Ending;
  /** The dialect in which it was answered. */
  provider: string | undefined;
  /** The time that its tries took, in milliseconds. */
  inFlightMs: number;
}

/** Wall time of an instant of its story, in milliseconds since 1970. */
export function wallMs({ originMs }: Journey, atMs: number): number {
  return originMs + atMs;
}
