/** What the script of a page finds in it. Times are seconds from the start, rates per second; null: there was none. */
export interface PageData {
  readonly scenes: readonly Scene[];
}

/** One scenario. */
export interface Scene {
  readonly durationS: number;
  readonly tracks: readonly Track[];
  readonly standings: readonly Standing[];
  /** What the line of limits is called. Default: `true limit`, which only a simulation knows. */
  readonly limitName?: string;
}

export type Numbers = readonly number[];
export type Gaps = readonly (number | null)[];

/** One run, in bins of equal width. Entry `i` of a list is of the bin that begins at `i * binS`. */
export interface Track {
  readonly title: string;
  readonly binS: number;
  /** When the first bin begins, in seconds. Default 0; those of `goodput` always begin there. */
  readonly fromS?: number;
  /** The busiest models, the busiest first. */
  readonly models: readonly ModelTrack[];
  readonly waiting: WaitingTrack;
  readonly goodput: GoodputTrack;
  readonly decisions: DecisionTrack;
}

/** What one model allowed, and what was asked of it. */
export interface ModelTrack {
  readonly name: string;
  readonly limit: Gaps;
  /** What all clients allow themselves: the highest in each bin, so that no peak of the sawtooth is lost. */
  readonly rate: Gaps;
  /** The same for each client, where there are several but not many. */
  readonly clientRates: readonly Gaps[];
  readonly accepted: Numbers;
  /** Tries sent in each bin that met such an end: `throttled` is a 429, `overloaded` and `saturated` a 503. */
  readonly refusals: Readonly<Record<RefusalKind, Numbers>>;
  /** All tries sent, per second. */
  readonly sent: Numbers;
}

/** `429`: too many. `503`: the server can't. `lost`: an error of another kind, or no answer. */
export const REFUSAL_KINDS = ["429", "503", "lost"] as const;
export type RefusalKind = (typeof REFUSAL_KINDS)[number];

/** What stands in the local queue, and for how long. */
export interface WaitingTrack {
  /** Requests that could be sent and aren't, at the end of each bin. */
  readonly queued: Numbers;
  /** Tries that wait for their headers, at the end of each bin. */
  readonly inFlight: Numbers;
  /** Seconds before a first try, over those sent in each bin. */
  readonly p50: Gaps;
  readonly p99: Gaps;
}

/** Accepted per second, in bins of their own: wider, since both sides come in bursts. */
export interface GoodputTrack {
  readonly binS: number;
  readonly own: Numbers;
  readonly optimum: Numbers;
}

/** The controller's steps. */
export interface DecisionTrack {
  /** A lane for each reason: increases first, decreases last, and the most frequent of each first. */
  readonly lanes: readonly DecisionLane[];
  /** Where there were any, in the order of time: `[bin, index in lanes, how many, rate after the last]`. */
  readonly rows: readonly (readonly [bin: number, lane: number, many: number, rate: number])[];
}

export interface DecisionLane {
  readonly because: string;
  /** Index in {@link MOVES}. */
  readonly move: number;
  readonly many: number;
}

export const MOVES = ["increase", "hold", "decrease"] as const;

/** Where a contestant ended. */
export interface Standing {
  readonly name: string;
  /** Means over its seeds, as shares. */
  readonly goodput: number;
  readonly refused: number;
  /** Whether nobody is better on one axis without being worse on the other; the clairvoyant, who knows all, is left out. */
  readonly isOnFront: boolean;
  /** The same for each seed. */
  readonly seeds: readonly { readonly goodput: number; readonly refused: number }[];
}
