import { meaningOf } from "../../../src/control/reasons.js";
import { element } from "../../../src/page/browser/element.js";
import { rateText } from "../../../src/page/browser/numbers.js";
import { at } from "../../../src/page/browser/place.js";
import { clockText } from "../../report/units.js";
import type { LoggedDecision } from "../../world/log.js";
import type { RunFacts } from "../message.js";
import type { Stage } from "./stage.js";

const ARROWS = { increase: "▲ raised", hold: "● held", decrease: "▼ lowered" } as const;
const SHOWN = 60;

/** The table of what one of the contestants has decided, whom a list lets choose. */
export class Decisions {
  readonly #decider = at<HTMLSelectElement>("decider");
  #shown: readonly LoggedDecision[] | undefined;

  /** A run begins: those of its contestants that tell what they decide can be chosen. */
  begin({ contestants }: RunFacts): void {
    const before = this.#decider.value;
    const deciders = contestants.slice(1).filter((name) => name.startsWith("sluice") || name === "yours");
    this.#decider.replaceChildren(...deciders.map((name) => element("option", { text: name })));
    if (deciders.includes(before)) this.#decider.value = before;
  }

  show({ contestants }: RunFacts, { books }: Stage): void {
    const decisions = books[contestants.indexOf(this.#decider.value)]?.decisions ?? [];
    if (decisions === this.#shown) return;
    this.#shown = decisions;
    at("decisions").replaceChildren(...decisionRows(decisions));
  }
}

/** The last decisions, the latest first. */
function decisionRows(decisions: readonly LoggedDecision[]): readonly HTMLElement[] {
  return decisions
    .slice(-SHOWN)
    .reverse()
    .map((decision) => {
      const { atMs, move, because, ratePerSecond, dimension, model } = decision;
      const [meaning, code] = wordsOf(decision);
      return element(
        "tr",
        {},
        element("td", {
          class: "number",
          text: `${clockText(Math.floor(atMs / 1_000) * 1_000)}.${String(Math.floor(atMs % 1_000)).padStart(3, "0")}`,
        }),
        element("td", { class: move, text: ARROWS[move] }),
        element(
          "td",
          { class: "because", text: meaning, attributes: { "data-because": because } },
          element("small", { text: code }),
        ),
        element("td", { class: "number", text: rateText(ratePerSecond) }),
        element("td", { text: `${dimension} of ${model}` }),
      );
    });
}

/** A decision's reason in words, and beside them its code, which charts and logs have, with what it says of this case. */
export function wordsOf({ because, detail }: Pick<LoggedDecision, "because" | "detail">): readonly [string, string] {
  const meaning = meaningOf(because);
  const code = detail === undefined ? because : `${because}: ${detail}`;
  return meaning === "" ? [code, ""] : [meaning, code];
}
