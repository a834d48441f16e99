import { SCENARIOS } from "../scenarios/index.js";
import type { Scenario } from "../world/scenario.js";

/** Where another thread finds a scenario: functions in it can't be sent, so it is loaded there anew. */
export type ScenarioReference =
  | { readonly kind: "built-in"; readonly name: string }
  | { readonly kind: "module"; readonly file: string; readonly name: string }
  | { readonly kind: "data"; readonly scenario: Scenario };

const files = new WeakMap<Scenario, string>();

/** Remembers which module a scenario came from. `file` is an absolute path. */
export function rememberModule(scenario: Scenario, file: string): void {
  files.set(scenario, file);
}

/** How to name a scenario to another thread; undefined where it has functions and nobody knows where they came from. */
export function referenceTo(scenario: Scenario): ScenarioReference | undefined {
  const { name } = scenario;
  if (SCENARIOS.includes(scenario)) return { kind: "built-in", name };
  const file = files.get(scenario);
  if (file !== undefined) return { kind: "module", file, name };
  return hasFunction(scenario) ? undefined : { kind: "data", scenario };
}

/** Whether a function stands anywhere in it, which no thread can be sent. */
export function hasFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasFunction);
}
