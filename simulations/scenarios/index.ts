import type { Scenario } from "../world/scenario.js";

/** Every built-in scenario, in the order in which lists and tables show them. Names are unique. */
export const SCENARIOS: readonly Scenario[] = [];
