/** A duration as people say it: `8s`, `1m20s`, `3h05m`, `2d04h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

/** A count in at most five places: `9999`, `12.3k`, `4.56M`. */
export function count(value: number): string {
  if (value < 10_000) return String(value);
  for (const [unit, size] of [
    ["k", 1e3],
    ["M", 1e6],
    ["G", 1e9],
  ] as const) {
    const scaled = value / size;
    if (scaled < 999.5) return `${scaled.toPrecision(3)}${unit}`;
  }
  return ">1T";
}

/** A rate in units a second, or a minute where that is the easier number. */
export function rate(perSecond: number | undefined): string {
  if (perSecond === undefined) return "-";
  if (perSecond < 0.95) return `${(perSecond * 60).toFixed(1)}/m`;
  return perSecond < 99.5 ? `${perSecond.toFixed(1)}/s` : `${count(Math.round(perSecond))}/s`;
}

/**
 * A name fit for a terminal, in at most `width` places: control characters could move the cursor, a long name loses its
 * owner (`meta-llama/`) first, then its middle, since models of one family differ at their ends.
 */
export function shortName(name: string, width: number): string {
  const clean = name.replace(/[\p{Cc}\p{Cf}]/gu, "?");
  if (clean.length <= width) return clean;
  const own = clean.slice(clean.lastIndexOf("/") + 1);
  if (own.length <= width) return own;
  const tail = Math.floor((width - 1) / 2);
  return `${own.slice(0, width - 1 - tail)}…${own.slice(own.length - tail)}`;
}

/** `1 line`, `2 lines`. */
export function plural(value: number, noun: string, nouns = `${noun}s`): string {
  return `${value.toLocaleString("en-US")} ${value === 1 ? noun : nouns}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
