import type { Recording } from "../world/log.js";
import type { Scenario } from "../world/scenario.js";
import type { Span } from "../world/span.js";
import { limitWithin } from "./limit.js";
import { tallyOf } from "./tally.js";

/** What a metric looks at. */
export interface Measured {
  readonly scenario: Scenario;
  readonly recording: Recording;
  /** The clairvoyant's run of the same world. */
  readonly optimum: Recording;
}

/**
 * What could have been accepted in a span, for what converges towards it: all that the true limit lets through. Where no
 * rate is the limit, what the clairvoyant got through.
 */
export function possibleWithin({ recording, optimum }: Measured, span: Span): number {
  const byLimit = limitWithin(recording, span);
  return Number.isNaN(byLimit) ? tallyOf(optimum).count("accepted", span) : byLimit;
}
