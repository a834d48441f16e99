import type UPlot from "uplot";

/** A colour of the style sheet, as the canvas needs it: it follows light and dark. */
export function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A line in a colour of the style sheet. */
export function lineSeries(look: {
  label: string;
  colour: string;
  value: (value: number | null) => string;
  width?: number;
  dash?: number[];
}): UPlot.Series {
  const { label, colour, value, width = 1.5, dash } = look;
  return {
    label,
    class: `ink-${colour}`,
    stroke: () => colourOf(colour),
    width,
    ...(dash && dash.length > 0 && { dash }),
    points: { show: false },
    value: (_, each) => value(each),
  };
}
