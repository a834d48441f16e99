import { lackOf } from "../measure/lack.js";
import { METRICS, type Metric } from "../measure/metrics.js";
import type { Bound, Scenario } from "../world/scenario.js";
import { type Problem, problemIf, problemsBehind } from "./problem.js";

/** What a share that can be above 1 never comes to: who writes so much means per cent. */
const TOO_MUCH = 2;

/** Bounds that nothing could keep, or nothing could miss, or that look at what isn't there. */
export function boundProblems(scenario: Scenario): readonly Problem[] {
  return scenario.bounds.flatMap((bound, index) => problemsBehind(["bounds", index], problemsOfBound(bound, scenario)));
}

function problemsOfBound(bound: Bound, scenario: Scenario): readonly Problem[] {
  const { metric, atLeast, atMost, within } = bound;
  const { durationMs } = scenario;
  const isSpan = within === undefined || (within.fromMs < within.untilMs && within.untilMs <= durationMs);
  const lack = isSpan ? lackOf(metric, scenario, within) : undefined;
  return [
    ...problemIf(atLeast === undefined && atMost === undefined, [], "needs atLeast, atMost, or both"),
    ...problemIf(
      (atLeast ?? Number.NEGATIVE_INFINITY) > (atMost ?? Number.POSITIVE_INFINITY),
      ["atLeast"],
      `is ${atLeast}, above atMost ${atMost}: nothing can be both`,
    ),
    ...valueProblems("atLeast", bound),
    ...valueProblems("atMost", bound),
    ...problemIf(!isSpan, ["within"], `must begin before it ends, and end by ${durationMs}`),
    ...(lack === undefined ? [] : [{ path: ["metric"], message: `${metric} ${lack}` }]),
  ];
}

function valueProblems(field: "atLeast" | "atMost", { metric, [field]: value = 0 }: Bound): readonly Problem[] {
  const { unit, canExceedOne = false }: Metric = METRICS[metric];
  const isShare = unit === "share";
  return [
    ...problemIf(value < 0, [field], `is ${value}, but ${metric} is never below 0`),
    ...problemIf(isShare && !canExceedOne && value > 1, [field], `is ${value}, but ${metric} is a share, from 0 to 1`),
    ...problemIf(
      isShare && canExceedOne && value >= TOO_MUCH,
      [field],
      `is ${value}, but ${metric} is a share, near 1`,
    ),
  ];
}
