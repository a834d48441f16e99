import { completeOptions } from "../../src/complete.js";
import { isSluiceError, SluiceError } from "../../src/errors.js";
import { METRICS, type Metric } from "../measure/metrics.js";
import { problemsOfServer } from "../server/check-server.js";
import { problemsOfWorkload } from "../world/check-workload.js";
import type { Bound, Scenario, ScenarioOptions } from "../world/scenario.js";
import { type Problem, pathText, problemsOfIssue } from "./problem.js";
import { scenarioSchema, unknownField } from "./schema.js";

/** Everything that is wrong with what should be a scenario. */
export function problemsOf(value: unknown): readonly Problem[] {
  const { error } = scenarioSchema.safeParse(value);
  if (error === undefined) return relationsOf(value as Scenario);
  return error.issues.flatMap((issue) => problemsOfIssue(issue, { unknown: unknownField }));
}

/**
 * Checks a scenario that a program made.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION`, a line for each problem
 */
export function checkScenario(scenario: Scenario): void {
  const problems = problemsOf(scenario);
  if (problems.length === 0) return;
  const name = typeof scenario?.name === "string" ? ` '${scenario.name}'` : "";
  const lines = problems.map(
    ({ path, message }) => `scenario${name}: ${[pathText(path), message].filter(Boolean).join(" ")}`,
  );
  throw new SluiceError("ERR_SLUICE_OPTION", lines.join("\n"));
}

/**
 * Checks scenarios that run side by side.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` where one is wrong, or two have the same name
 */
export function checkScenarios(scenarios: readonly Scenario[]): void {
  const names = new Set<string>();
  for (const scenario of scenarios) {
    checkScenario(scenario);
    const { name } = scenario;
    if (names.has(name)) throw new SluiceError("ERR_SLUICE_OPTION", `two scenarios are called '${name}'`);
    names.add(name);
  }
}

/** What fields have to do with each other. */
function relationsOf(scenario: Scenario): readonly Problem[] {
  const { durationMs, warmUpMs = 0, changesMs = [], clockJumps = [], clients = [], options, bounds } = scenario;
  const late = `the run ends at ${durationMs}`;
  return [
    ...problem(warmUpMs >= durationMs, ["warmUpMs"], `is ${warmUpMs}, but ${late}`),
    ...changesMs.flatMap((atMs, index) => problem(atMs > durationMs, ["changesMs", index], `is ${atMs}, but ${late}`)),
    ...clockJumps.flatMap(({ atMs }, index) =>
      problem(atMs > durationMs, ["clockJumps", index, "atMs"], `is ${atMs}, but ${late}`),
    ),
    ...problemsOfServer(scenario.server).map(({ path, message }) => ({ path: ["server", ...path], message })),
    ...optionProblems(options, ["options"]),
    ...clients.flatMap(({ joinsAtMs = 0, leavesAtMs = Number.POSITIVE_INFINITY, options, workload }, index) => [
      ...problemsOfWorkload(workload).map(({ path, message }) => ({
        path: ["clients", index, "workload", ...path],
        message,
      })),
      ...problem(joinsAtMs >= durationMs, ["clients", index, "joinsAtMs"], `is ${joinsAtMs}, but ${late}`),
      ...problem(leavesAtMs <= joinsAtMs, ["clients", index, "leavesAtMs"], "must come after joinsAtMs"),
      ...optionProblems(options, ["clients", index, "options"]),
    ]),
    ...bounds.flatMap((bound, index) =>
      boundProblems(bound, durationMs).map(({ path, message }) => ({ path: ["bounds", index, ...path], message })),
    ),
  ];
}

function boundProblems(bound: Bound, durationMs: number): readonly Problem[] {
  const { metric, atLeast, atMost, within } = bound;
  const { unit }: Metric = METRICS[metric];
  const values = [
    ["atLeast", atLeast],
    ["atMost", atMost],
  ] as const;
  return [
    ...problem(atLeast === undefined && atMost === undefined, [], "needs atLeast, atMost, or both"),
    ...problem(
      (atLeast ?? Number.NEGATIVE_INFINITY) > (atMost ?? Number.POSITIVE_INFINITY),
      ["atLeast"],
      `is ${atLeast}, above atMost ${atMost}: nothing can be both`,
    ),
    ...values.flatMap(([field, value = 0]) => [
      ...problem(value < 0, [field], `is ${value}, but ${metric} is never below 0`),
      ...problem(unit === "share" && value > 1, [field], `is ${value}, but ${metric} is a share, from 0 to 1`),
    ]),
    ...(within === undefined
      ? []
      : problem(
          within.fromMs >= within.untilMs || within.untilMs > durationMs,
          ["within"],
          `must begin before it ends, and end by ${durationMs}`,
        )),
  ];
}

/** Time, dice and transport are the world's own. */
const WORLDS_OWN = ["clock", "random", "fetch"] as const;

function optionProblems(options: ScenarioOptions | undefined, path: Problem["path"]): readonly Problem[] {
  const taken = WORLDS_OWN.filter((name) => options !== undefined && name in options);
  if (taken.length > 0) return taken.map((name) => ({ path: [...path, name], message: "is the world's own" }));
  try {
    completeOptions(options);
    return [];
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    return [{ path, message: error.message }];
  }
}

function problem(isWrong: boolean, path: Problem["path"], message: string): readonly Problem[] {
  return isWrong ? [{ path, message }] : [];
}
