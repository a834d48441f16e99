import { judge } from "../measure/judge.js";
import type { Bound, Scenario } from "../world/scenario.js";

/** What a bound came to over the seeds. */
export interface Judgement {
  readonly scenario: string;
  readonly contestant: string;
  readonly bound: Bound;
  /** One for each seed that was run, in their order. NaN: there was nothing to measure. */
  readonly values: readonly SeedValue[];
  /** Their mean, or the worst of them, as the bound says. NaN where a seed had nothing to measure. */
  readonly value: number;
  /** False too where a seed had nothing to measure: a bound that can't fail says nothing. */
  readonly holds: boolean;
  /** The seed that is furthest on the wrong side, or nearest to it. */
  readonly worstSeed: number;
}

/** What one seed gave. */
export interface SeedValue {
  readonly seed: number;
  readonly value: number;
}

/** Whose metric a bound is about. */
export function contestantOfBound({ of = "sluice" }: Bound): string {
  return of;
}

/** Holds a scenario's bounds against what was measured; those of whom nobody ran aren't judged. */
export function judgeScenario(
  scenario: Scenario,
  valuesOf: (bound: Bound, index: number) => readonly SeedValue[],
): readonly Judgement[] {
  return scenario.bounds.flatMap((bound, index) => {
    const values = valuesOf(bound, index);
    const [verdict] = judge([bound], () => values.map(({ value }) => value));
    const worst = values[verdict?.worst ?? 0];
    if (verdict === undefined || worst === undefined) return [];
    const { value, holds } = verdict;
    return [
      {
        scenario: scenario.name,
        contestant: contestantOfBound(bound),
        ...{ bound, values, value, holds, worstSeed: worst.seed },
      },
    ];
  });
}
