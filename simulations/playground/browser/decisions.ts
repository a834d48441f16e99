import { element } from "../../../src/page/browser/element.js";
import { rateText } from "../../../src/page/browser/numbers.js";
import { clockText } from "../../report/units.js";
import type { LoggedDecision } from "../../world/log.js";

const ARROWS = { increase: "▲ raised", hold: "● held", decrease: "▼ lowered" } as const;
const SHOWN = 100;

/** The last decisions, the latest first. */
export function decisionRows(decisions: readonly LoggedDecision[]): readonly HTMLElement[] {
  return decisions
    .slice(-SHOWN)
    .reverse()
    .map(({ atMs, move, because, ratePerSecond, dimension, model }) =>
      element(
        "tr",
        {},
        element("td", {
          class: "number",
          text: `${clockText(Math.floor(atMs / 1_000) * 1_000)}.${String(Math.floor(atMs % 1_000)).padStart(3, "0")}`,
        }),
        element("td", { class: move, text: ARROWS[move] }),
        element("td", { text: because.replaceAll("-", " ") }),
        element("td", { class: "number", text: rateText(ratePerSecond) }),
        element("td", { text: `${dimension} of ${model}` }),
      ),
    );
}
