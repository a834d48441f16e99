import { element } from "../../../../src/page/browser/element.js";
import { SteadyChart } from "../../../../src/page/browser/steady-chart.js";
import { idOf } from "../message.js";
import { laneChart, type Shown } from "./lane-chart.js";
import type { ShownLane } from "./picture.js";

/** The charts of a page: one for each model and organisation whose trace is known. */
export interface Charts {
  /** Draws those that have a trace; tells how many have none. */
  draw(lanes: readonly ShownLane[], span: { fromS: number; untilS: number }): number;
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
  const cards = new Map<string, Card>();

  const cardOf = (lane: ShownLane): Card => {
    const key = idOf(lane);
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

  return {
    draw(lanes, span) {
      const drawn = lanes.flatMap(({ trace, ...lane }) => {
        if (trace === undefined) return [];
        const card = cardOf(lane);
        Object.assign(card.shown, span);
        card.chart.draw(laneChart(trace, card.shown));
        return [card];
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
