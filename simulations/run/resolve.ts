import { loadScenarioFile } from "../load/file.js";
import { SCENARIOS } from "../scenarios/index.js";
import type { Scenario } from "../world/scenario.js";
import type { ScenarioReference } from "./origin.js";

/** Finds, in another thread, the scenario that was meant. @throws Error where it isn't there any more */
export async function resolveReference(reference: ScenarioReference): Promise<Scenario> {
  if (reference.kind === "data") return reference.scenario;
  const { name } = reference;
  const scenarios = reference.kind === "built-in" ? SCENARIOS : await loadScenarioFile(reference.file);
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`scenario '${name}' is gone from ${whereOf(reference)}`);
  return scenario;
}

function whereOf(reference: Exclude<ScenarioReference, { kind: "data" }>): string {
  return reference.kind === "module" ? reference.file : "the built-in ones";
}
