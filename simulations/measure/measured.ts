import type { Recording } from "../world/log.js";
import type { Scenario } from "../world/scenario.js";
import type { Span } from "../world/span.js";
import { limitWithin } from "./limit.js";
import { tallyOf } from "./tally.js";

/** What a metric looks at. */
export interface Measured {
  readonly scenario: Scenario;
  readonly recording: Recording;
  /** The clairvoyant's run of the same world, without its neighbours. */
  readonly optimum: Recording;
}

/** What a clairvoyant gets through in a span that takes nothing of what neighbours ask for. */
export function optimumWithin({ scenario, optimum }: Measured, span: Span): number {
  const { neighbours = [] } = scenario.server;
  let offered = 0;
  for (const { requestsPerSecond, fromMs = 0, untilMs = Number.POSITIVE_INFINITY, model } of neighbours) {
    const hereMs = Math.max(0, Math.min(untilMs, span.untilMs) - Math.max(fromMs, span.fromMs));
    // Who doesn't say which model asks each of them.
    offered += ((requestsPerSecond * hereMs) / 1_000) * (model === undefined ? optimum.models.length : 1);
  }
  return Math.max(0, tallyOf(optimum).count("accepted", span) - offered);
}

/**
 * What could have been accepted in a span, for what converges towards it: all that the true limit lets through. Where no
 * rate is the limit, {@link optimumWithin}.
 */
export function possibleWithin(measured: Measured, span: Span): number {
  const byLimit = limitWithin(measured.recording, span);
  return Number.isNaN(byLimit) ? optimumWithin(measured, span) : byLimit;
}
