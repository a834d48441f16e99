import type { SluiceOptions } from "../../src/options.js";
import type { MetricName } from "../measure/metrics.js";
import type { ClockJump } from "./jumps.js";
import type { ServerSpec } from "./plant.js";
import type { Span } from "./span.js";
import type { Workload } from "./workload.js";

/** A story as data: a server, who asks it for what, what goes wrong, and what must come of it. */
export interface Scenario {
  /** Unique, in kebab-case: what the command line calls it. */
  readonly name: string;
  /** What happens, in one sentence. */
  readonly story: string;
  readonly durationMs: number;
  /** Metrics of steady use begin here. Default: a fifth of the duration. */
  readonly warmUpMs?: number;
  readonly server: ServerSpec;
  /** Who sends. Default: one saturated client. */
  readonly clients?: readonly ClientSpec[];
  /** Instants at which the limit changes, for metrics that measure from them. */
  readonly changesMs?: readonly number[];
  /** What happens to the clocks of the clients. */
  readonly clockJumps?: readonly ClockJump[];
  /** Options of every sluice in it. */
  readonly options?: ScenarioOptions;
  /** What must hold. */
  readonly bounds: readonly Bound[];
}

/** Options that a world leaves to its scenario: time, dice and transport are the world's own. */
export type ScenarioOptions = Omit<SluiceOptions, "clock" | "random" | "fetch">;

/** One client. */
export interface ClientSpec {
  readonly workload: Workload;
  /** Whose budget it draws on at the server: clients of one organisation share a limit. Default `"one"`. */
  readonly organisation?: string;
  /** When it comes. Default 0. */
  readonly joinsAtMs?: number;
  /** When it goes. Default: never. */
  readonly leavesAtMs?: number;
  /** Options of its sluice, over those of the scenario. */
  readonly options?: ScenarioOptions;
}

/** What a metric must come to. */
export interface Bound {
  readonly metric: MetricName;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Whose metric: a contestant's name. Default `sluice`, which is the balanced preset. */
  readonly of?: string;
  /** Over the seeds. Default `mean`. */
  readonly over?: "mean" | "worst";
  /** Only this stretch of the run. Default: what the metric says of itself. */
  readonly within?: Span;
  /** Why it stands where it stands. */
  readonly because?: string;
}
