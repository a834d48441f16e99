import type UPlot from "uplot";

const colours = new Map<string, string>();

/** A colour of the style sheet, as the canvas needs it. It is asked for once: asking makes the browser do all its styles. */
export function colourOf(name: string): string {
  let colour = colours.get(name);
  if (colour === undefined) {
    colour = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colours.set(name, colour);
  }
  return colour;
}

/** Light has become dark, or dark light: all colours are asked for anew. */
export function forgetColours(): void {
  colours.clear();
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
