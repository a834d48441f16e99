import type { ContestantChoice } from "./contestants.js";
import type { Outcome } from "./job.js";
import type { ScenarioReference } from "./origin.js";

/** What a worker is asked. */
export interface Request {
  readonly scenario: ScenarioReference;
  readonly seed: number;
  readonly contestants: readonly ContestantChoice[];
}

/** What a worker says. */
export type Report =
  | { readonly type: "share"; readonly share: number }
  | { readonly type: "done"; readonly outcomes: readonly Outcome[] };
