import { element } from "../../../../src/page/browser/element.js";
import { SteadyChart } from "../../../../src/page/browser/steady-chart.js";
import type { LaneState } from "../../lane.js";
import type { Shown } from "./lane-chart.js";
import { laneChart } from "./lane-chart.js";

/** The charts of a page: one for each model and organisation, up to a number of them. */
export interface Charts {
  /** Draws what there is now; tells how many have no chart. */
  draw(lanes: readonly LaneState[], span: { fromS: number; untilS: number }): number;
  redraw(): void;
}

/** A lane's figure. */
interface Card {
  readonly figure: HTMLElement;
  readonly chart: SteadyChart;
  readonly shown: Shown;
}

/** Makes the charts that stand in `place`. */
export function charts(place: Element): Charts {
  const atMost = 12;
  const cards = new Map<string, Card>();

  const cardOf = (lane: LaneState): Card => {
    const key = JSON.stringify([lane.model, lane.organisation]);
    const known = cards.get(key);
    if (known !== undefined) return known;
    const box = element("div", { class: "chart" });
    const name = element("b", { text: lane.model });
    const caption = element("figcaption", {}, name, element("span", { text: ` ${lane.organisation}` }));
    const card = {
      figure: element("figure", { class: "run" }, caption, box),
      chart: new SteadyChart(box),
      shown: { fromS: 0, untilS: 1, counts: [] },
    };
    cards.set(key, card);
    place.append(card.figure);
    return card;
  };

  const busiest = (lanes: readonly LaneState[]): readonly LaneState[] =>
    lanes.length <= atMost ? lanes : [...lanes].sort((a, b) => b.offered - a.offered).slice(0, atMost);

  return {
    draw(lanes, span) {
      const drawn = busiest(lanes).map((lane) => {
        const card = cardOf(lane);
        Object.assign(card.shown, span);
        card.chart.draw(laneChart(lane, card.shown));
        return card;
      });
      for (const [key, card] of cards) {
        if (drawn.includes(card)) continue;
        card.chart.destroy();
        card.figure.remove();
        cards.delete(key);
      }
      return lanes.length - drawn.length;
    },
    redraw() {
      for (const { chart } of cards.values()) chart.redraw();
    },
  };
}
