import type { Decision } from "../../control/controller.js";
import type { BudgetSnapshot } from "../../flow/budgets.js";
import type { Ended as StreamEnded } from "../../page/broadcast.js";

/** What the stream of a live page tells, as JSON. Instants are milliseconds since 1970. */
export type Message = Snapshot | Increment | Ended;

/** All there is to know now: the first message, and the next one of a reader that was too slow for increments. */
export interface Snapshot extends Picture {
  readonly type: "snapshot";
  readonly about: About;
  /** The latest decisions, the oldest first. */
  readonly decisions: readonly ToldDecision[];
  readonly decisionsMax: number;
  readonly secondsMax: number;
}

/** What has changed since the last message. */
export interface Increment extends Picture {
  readonly type: "increment";
  /** New ones. */
  readonly decisions: readonly ToldDecision[];
  /** Rows that are there no more, as `idOf` names them. */
  readonly gone: readonly string[];
}

/** Nothing more comes: the sluice is closed, or its program ends. */
export interface Ended extends StreamEnded {
  readonly extra?: unknown;
}

/** Of both kinds. In an increment rows and points are those that have changed. */
export interface Picture {
  readonly atMs: number;
  readonly rows: readonly BudgetSnapshot[];
  /** Keys that have no row here, since there are too many. */
  readonly keysLeft: number;
  /** Points in time of the busiest keys, whole for those that weren't among them before. */
  readonly series: readonly Series[];
  /** The busiest keys, the busiest first. */
  readonly charted: readonly string[];
  readonly isAllPaused: boolean;
  /** What the program that shows the page has to tell beside its budgets. */
  readonly extra?: unknown;
}

/** What the page is of. */
export interface About {
  /** What kind of program it is. */
  readonly kind: "run" | "proxy" | "program";
  readonly title: string;
  readonly startedAtMs: number;
}

/** A key over time. */
export interface Series {
  readonly key: string;
  /** Whether these points are all there are, and not only the new ones. */
  readonly isWhole: boolean;
  readonly points: readonly Point[];
}

/** One second of a key: what was allowed at its end, and what happened in it. */
export type Point = readonly [
  second: number,
  rate: number | null,
  limit: number | null,
  queued: number,
  inFlight: number,
  sent: number,
  accepted: number,
  throttled: number,
  overloaded: number,
  failed: number,
];

/** A decision of the control. */
export interface ToldDecision extends Omit<Decision, "atMs"> {
  readonly atMs: number;
  readonly key: string;
  readonly dimension: string;
  readonly scope?: string;
  readonly ratePerSecond: number;
  readonly limitPerSecond?: number;
}

/** Names a row. */
export function idOf({ key, dimension, scope }: Pick<BudgetSnapshot, "key" | "dimension" | "scope">): string {
  return JSON.stringify(scope === undefined ? [key, dimension] : [key, dimension, scope]);
}
