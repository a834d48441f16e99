import type { Clock } from "../clock.js";
import type { Submitter } from "../flow/job.js";
import type { SluiceOptions } from "../options.js";
import { Appraiser } from "./appraiser.js";
import { Comebacks } from "./comebacks.js";
import { JobWatch } from "./job-watch.js";
import type { EdgeParts } from "./parts.js";
import { Silence } from "./silence.js";
import { UnknownModels } from "./unknown-model.js";
import { Waits } from "./waits.js";

/** What all requests over HTTP of one sluice share, whichever edge they come through. */
export interface HttpHouse {
  readonly submitter: Submitter;
  readonly clock: Clock;
  readonly onReject: "response" | "throw";
  readonly appraiser: Appraiser;
  readonly waits: Waits;
  readonly silence: Silence;
  readonly comebacks: Comebacks;
  readonly jobs: JobWatch;
  readonly models: UnknownModels;
  readonly fallback: SluiceOptions["fallback"];
}

const houses = new WeakMap<Submitter, HttpHouse>();

/** The house of a sluice: one for all of its edges, since who waits at one gains by an idle body of another. */
export function houseOf({ submitter, options }: EdgeParts): HttpHouse {
  let house = houses.get(submitter);
  if (house === undefined) {
    const { clock, onReject, fallback } = options;
    const appraiser = new Appraiser(options);
    house = {
      submitter,
      clock,
      onReject,
      appraiser,
      waits: new Waits(clock),
      silence: new Silence(),
      comebacks: new Comebacks(clock),
      jobs: new JobWatch(clock),
      models: new UnknownModels(submitter),
      fallback,
    };
    houses.set(submitter, house);
  }
  return house;
}
