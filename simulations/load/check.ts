import { completeOptions } from "../../src/complete.js";
import { isSluiceError, SluiceError } from "../../src/errors.js";
import { problemsOfServer } from "../server/check-server.js";
import { problemsOfWorkload } from "../world/check-workload.js";
import type { Scenario, ScenarioOptions } from "../world/scenario.js";
import { boundProblems } from "./check-bounds.js";
import { timeProblems } from "./check-times.js";
import { problemsIn } from "./fields.js";
import { type Problem, pathText, problemsBehind } from "./problem.js";
import { scenarioSchema } from "./schema.js";

/** Everything that is wrong with what should be a scenario. */
export function problemsOf(value: unknown): readonly Problem[] {
  const problems = problemsIn(scenarioSchema, value);
  return problems.length > 0 ? problems : relationsOf(value as Scenario);
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
  const { clients = [], options } = scenario;
  const shape = [
    ...problemsBehind(["server"], problemsOfServer(scenario.server)),
    ...clients.flatMap(({ workload }, index) =>
      problemsBehind(["clients", index, "workload"], problemsOfWorkload(workload)),
    ),
  ];
  return [
    ...shape,
    ...optionProblems(options, ["options"]),
    ...clients.flatMap((client, index) => optionProblems(client.options, ["clients", index, "options"])),
    // What isn't what it must be has no instants that could be too late.
    ...(shape.length > 0 ? [] : [...timeProblems(scenario), ...boundProblems(scenario)]),
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
