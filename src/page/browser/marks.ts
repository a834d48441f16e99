import type UPlot from "uplot";

/** Marks this near to one another, in their own size, are one to the eye. */
const COVERED = 0.5;

/** Draws a shape at each point of a series; what lies above the scale is drawn at its upper edge. */
export function marks(
  shape: "triangle" | "diamond" | "cross",
  ratio: () => number,
): NonNullable<UPlot.Series.Points["paths"]> {
  return (chart, index, first, last) => {
    const path = new Path2D();
    const heights = chart.data[index] as (number | null)[];
    const times = chart.data[0] as number[];
    let count = 1;
    for (let row = first; row <= last; row++) if (typeof heights[row] === "number") count++;
    // Where they stand close they are smaller, so that the line can be seen between them.
    const size = Math.min(4.5, Math.max(2.4, (0.3 * chart.bbox.width) / ratio() / count)) * ratio();
    let [lastX, lastY] = [Number.NEGATIVE_INFINITY, 0];
    for (let row = first; row <= last; row++) {
      const height = heights[row];
      if (height === null || height === undefined) continue;
      const x = chart.valToPos(times[row] ?? 0, "x", true);
      const y = Math.max(chart.bbox.top + size, chart.valToPos(height, "y", true));
      // One that would all but cover its neighbour shows nothing that the neighbour doesn't.
      if (x - lastX < size * COVERED && Math.abs(y - lastY) < size * COVERED) continue;
      [lastX, lastY] = [x, y];
      if (shape === "triangle") {
        path.moveTo(x - size, y - size);
        path.lineTo(x + size, y - size);
        path.lineTo(x, y + size * 0.7);
        path.closePath();
      } else if (shape === "diamond") {
        path.moveTo(x, y - size * 1.2);
        path.lineTo(x + size * 1.2, y);
        path.lineTo(x, y + size * 1.2);
        path.lineTo(x - size * 1.2, y);
        path.closePath();
      } else {
        path.moveTo(x - size, y - size);
        path.lineTo(x + size, y + size);
        path.moveTo(x + size, y - size);
        path.lineTo(x - size, y + size);
      }
    }
    return { stroke: path, fill: shape === "cross" ? null : path, clip: null, flags: 0 };
  };
}
