import { SluiceError } from "../../src/errors.js";
import type { Scenario } from "../world/scenario.js";
import type { ServiceOptions } from "./service-options.js";

/** Whose server is to be had over a wire. */
export interface StoryOptions {
  /** A scenario, or its name, or a file of one's own with one in it: what it says of its server is what there is. */
  readonly scenario?: string | Scenario;
  /** How many times faster its story goes, from 0.01 to 10,000. Default 1. Rates and answers are as they are. */
  readonly speed?: number;
}

/** What of the scenario is to be known while it runs. */
export interface Story {
  readonly name: string;
  readonly story: string;
  /** How long it is, at the speed at which it goes. Afterwards the server stays as it then is. */
  readonly durationMs: number;
}

/** What a scenario's server says, and nobody else may say too. */
export const STORY_SAYS = [
  "headers",
  "rounding",
  "lies",
  "limit",
  "limits",
  "shared",
  "isSharedUnsaid",
  "organisations",
  "organisationDefault",
  "isKeyRequired",
  "answers",
  "answersOf",
  "schedule",
  "waves",
  "faults",
  "neighbours",
  "proxy",
] as const satisfies readonly (keyof ServiceOptions)[];

/**
 * A service's options with a scenario's server in them, if there is one. Its clients are whoever asks; their workload is theirs.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` for a scenario that there isn't, and for an option that the scenario says itself
 */
export async function withStory({
  scenario,
  speed,
  ...options
}: ServiceOptions & StoryOptions): Promise<{ readonly options: ServiceOptions; readonly story?: Story }> {
  if (scenario === undefined) {
    if (speed === undefined) return { options };
    throw optionError(`speed is that of a scenario's story, and there is no scenario; got ${speed}`);
  }
  // Most servers play no scenario, and needn't load all that there are.
  const { findScenario, serverOf } = await import("./scenario-server.js");
  const found = await findScenario(scenario);
  const { name, story, durationMs } = found;
  const taken = STORY_SAYS.find((option) => options[option] !== undefined);
  if (taken !== undefined) throw optionError(`${taken} is what the scenario '${name}' says itself`);
  const service = serverOf(found, speed ?? 1, options);
  return { options: service, story: { name, story, durationMs: durationMs / (speed ?? 1) } };
}

function optionError(message: string): Error {
  return new SluiceError("ERR_SLUICE_OPTION", message);
}
