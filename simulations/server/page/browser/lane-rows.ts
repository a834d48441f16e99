import type { LaneState } from "../../lane.js";
import type { LivePage } from "./kit.js";
import type { Cell } from "./table-rows.js";

/** The table of what became of everybody's requests. */
export function laneRows(page: LivePage, lanes: readonly LaneState[]): readonly (readonly Cell[])[] {
  return lanes.map((lane) => [
    lane.model,
    lane.organisation,
    lane.limitPerSecond === null ? "none" : page.rateText(lane.limitPerSecond),
    lane.tokensPerSecond === null ? "none" : page.rateText(lane.tokensPerSecond),
    lane.inFlight,
    lane.accepted,
    lane.throttled,
    lane.overloaded,
    lane.saturated,
  ]);
}
