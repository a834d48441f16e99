import { rateText } from "../../../../src/page/browser/numbers.js";
import type { Cell } from "../../../../src/page/browser/table-rows.js";
import type { ShownLane } from "./picture.js";

/** The table of what became of everybody's requests. */
export function laneRows(lanes: readonly ShownLane[]): readonly (readonly Cell[])[] {
  return lanes.map((lane) => [
    lane.model,
    lane.organisation,
    lane.limitPerSecond === null ? "none" : rateText(lane.limitPerSecond),
    lane.tokensPerSecond === null ? "none" : rateText(lane.tokensPerSecond),
    lane.inFlight,
    lane.accepted,
    lane.throttled,
    lane.overloaded,
    lane.saturated,
  ]);
}
