import type { CompleteOptions } from "../complete.js";
import { checkPaceOptions } from "../complete.js";
import type { Submitter } from "../flow/job.js";
import type { PaceOptions } from "../options.js";
import type { Ambient } from "./context.js";
import { type Inputs, inputsOf } from "./inputs.js";
import { GovernedIterator, type MapProject } from "./map-iterator.js";
import { ScheduleEdge } from "./schedule.js";

/** What the edge needs of the house. */
export interface MapParts {
  readonly submitter: Submitter;
  readonly options: CompleteOptions;
  readonly ambient: Ambient;
}

/** Sends one governed request for each input, and yields the results. */
export type GovernedMap = <In, Out>(
  inputs: Inputs<In>,
  project: MapProject<In, Out>,
  options?: PaceOptions<In, Out>,
) => AsyncIterableIterator<Out>;

/**
 * Makes `map`: a stream of inputs of any length in, their results out, in constant memory. It throws a TypeError at what can't
 * be iterated over or called, and a SluiceError `ERR_SLUICE_OPTION` at a wrong option.
 */
export function createMap(parts: MapParts): GovernedMap {
  // Its own look-ahead bounds what waits.
  const edge = new ScheduleEdge({ ...parts, isQueueBounded: false });
  const { concurrencyMax } = parts.options;
  return (inputs, project, options = {}) => {
    if (typeof project !== "function") throw new TypeError("map needs a function that makes a promise for an input");
    return new GovernedIterator(inputsOf(inputs), project, checkPaceOptions(options), { edge, concurrencyMax });
  };
}
