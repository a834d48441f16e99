import UPlot from "uplot";
import { marks } from "./marks.js";
import { countText } from "./numbers.js";
import { colourOf } from "./paint.js";

/** A kind of refusal: what it is called, how it is drawn. */
export interface MarkLook {
  readonly label: string;
  readonly colour: "refused" | "overloaded" | "lost";
  readonly shape: "triangle" | "diamond" | "cross";
}

/** A 429, a 503, and all else that came to nothing. */
export const REFUSED: MarkLook = { label: "▼ 429", colour: "refused", shape: "triangle" };
export const OVERLOADED: MarkLook = { label: "◆ 503", colour: "overloaded", shape: "diamond" };
export const LOST: MarkLook = { label: "✕ failed or lost", colour: "lost", shape: "cross" };

/** Refusals as marks; `countAt` tells how many one stands for. */
export function markSeries({ label, colour, shape }: MarkLook, countAt: (index: number) => number): UPlot.Series {
  return {
    label,
    class: `ink-${colour}`,
    stroke: () => colourOf(colour),
    width: 1.25,
    paths: () => null,
    points: {
      show: true,
      paths: marks(shape, () => UPlot.pxRatio),
      width: 1.25,
      stroke: () => colourOf(colour),
      fill: () => colourOf(colour === "overloaded" ? "paper" : colour),
    },
    value: (_self, _value, _series, index) => (index === null ? "–" : countText(countAt(index))),
  };
}
