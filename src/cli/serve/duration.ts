const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, "": 1_000 };

/** `250ms`, `10s`, `2m`, `1h`, or a bare number of seconds, in milliseconds; undefined where it is none of these. */
export function readDuration(text: string): number | undefined {
  const [, amount, unit = ""] = /^\s*(\d+(?:\.\d+)?)(ms|s|m|h)?\s*$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS_MS[unit] ?? 1_000);
}
