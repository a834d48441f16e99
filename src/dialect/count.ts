const NUMBER = /^-?\d+(?:\.\d*)?$/;
const GROUPED = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;

/**
 * A number of units as a header states it, or undefined. Takes floats (`0.0`), grouped digits (`30,000`), and the first
 * member of a list; words, `Infinity` and the like are no number. May be negative: the caller knows what that means.
 */
export function readCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (GROUPED.test(trimmed)) return finite(Number(trimmed.replaceAll(",", "")));
  const end = trimmed.search(/[,;]/);
  const first = end < 0 ? trimmed : trimmed.slice(0, end).trim();
  return NUMBER.test(first) ? finite(Number(first)) : undefined;
}

/** The value where it is a finite number of 0 or more, else undefined. */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === "string" ? readCount(value) : value;
  return typeof number === "number" && number >= 0 ? finite(number) : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
