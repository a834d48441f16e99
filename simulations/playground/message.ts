import type { Metrics } from "../measure/measure.js";
import type { Change, Settings } from "./settings.js";
import type { TrackNews } from "./track-log.js";

/** What the page asks of its worker. */
export type Order =
  /** Begins a run in the place of the last one. Every answer bears its number. */
  | { readonly type: "run"; readonly run: number; readonly settings: Settings; readonly isPlaying: boolean }
  /** Goes on, at a multiple of real time; Infinity: as fast as it goes. */
  | { readonly type: "play"; readonly speed: number }
  | { readonly type: "pause" }
  | { readonly type: "step"; readonly to: StepEnd }
  | { readonly type: "change"; readonly name: string; readonly value: Change["value"] }
  /** The last news were taken in: the page can bear more. */
  | { readonly type: "ready" }
  /** Is anybody here? It is answered at once, whatever goes on. */
  | { readonly type: "hello" };

export type StepEnd = "decision" | "second";

/** What the worker tells its page. */
export type Word =
  | { readonly type: "here" }
  | ({ readonly type: "began"; readonly run: number } & RunFacts)
  | ({ readonly type: "news"; readonly run: number } & News)
  | { readonly type: "ended"; readonly run: number; readonly metrics: readonly Metrics[] }
  | { readonly type: "failed"; readonly run: number; readonly message: string };

/** What stays so all through a run. */
export interface RunFacts {
  readonly name: string;
  readonly story: string;
  readonly durationMs: number;
  readonly sampleMs: number;
  readonly models: readonly string[];
  /** The clairvoyant first. */
  readonly contestants: readonly string[];
  /** Whether its requests have any. */
  readonly hasTokens: boolean;
  /** What the server lets in at first, where it is a number. */
  readonly limit: number | undefined;
}

/** What has become of a run since the last news. */
export interface News {
  readonly nowMs: number;
  readonly isOver: boolean;
  readonly isPlaying: boolean;
  /** How many times faster than real time it went lately. */
  readonly timesReal: number;
  /** How many tries it simulated in a real second lately, all contestants together. */
  readonly triesPerSecond: number;
  readonly changes: readonly Change[];
  /** At the place of each contestant. */
  readonly tracks: readonly TrackNews[];
}
