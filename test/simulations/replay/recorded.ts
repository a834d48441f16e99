import { sluiceContestant } from "../../../simulations/contestants/sluice.js";
import { type EventLog, readLog } from "../../../simulations/replay/read-log.js";
import { recordLog } from "../../../simulations/replay/record-log.js";
import type { Scenario, ScenarioOptions } from "../../../simulations/world/scenario.js";
import { runWorld } from "../../../simulations/world/world.js";

/** The log that a sluice would have written in a world. */
export function linesOf(scenario: Scenario, options: ScenarioOptions = {}, seed = 1): readonly string[] {
  const lines: string[] = [];
  const contestant = sluiceContestant("sluice", options, (sluice, clock) =>
    recordLog(sluice, (line) => lines.push(line), { clock, options }),
  );
  runWorld({ scenario, contestant, seed });
  return lines;
}

export function recorded(scenario: Scenario, options?: ScenarioOptions, seed?: number): Promise<EventLog> {
  return readLog(linesOf(scenario, options, seed));
}
