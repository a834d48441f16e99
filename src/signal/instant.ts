/** The forms in which servers write a time. Read, they tell themselves apart; the form matters where one is written. */
export type TimeForm =
  | "seconds"
  | "float-seconds"
  | "milliseconds"
  | "duration"
  | "epoch-seconds"
  | "epoch-milliseconds"
  | "rfc3339"
  | "http-date";

/** How to read a time. */
export interface DelayOptions {
  /** Wall time that absolute instants are taken against, in milliseconds since 1970; undefined: they can't be read. */
  readonly nowMs?: (() => number | undefined) | undefined;
  /** What a bare number counts, in milliseconds. Default 1,000: seconds. */
  readonly unitMs?: number;
  /** Which of several members of a list to take. Default `"first"`. */
  readonly list?: "first" | "largest";
}

/** Waits beyond ten years are an error of the server's, and absent. */
const DELAY_MAX_MS = 10 * 366 * 86_400_000;

/** No server counts thirty years of seconds: from here on a bare number is an instant since 1970. */
const EPOCH_SECONDS_MIN = 1e9;
const EPOCH_MILLISECONDS_MIN = 1e11;

const NUMBER = /^\+?(?:\d+(?:\.\d*)?|\.\d+)$/;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h|d))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h|d)/g;
const SINGLE_PART = /^(\d+(?:\.\d+)?)(ms|s)$/;
const WORDS = /^(\d+(?:\.\d+)?)\s*(milliseconds?|msecs?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?)$/i;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/;
const ZONE = /(?:[Zz]|[+-]\d\d:?\d\d|GMT|UTC)$/;
/** The three forms of an HTTP date: IMF-fixdate, RFC 850, and asctime, which has no zone. */
const HTTP_DATE =
  /^[A-Za-z]{3,9},? (?:\d\d?[ -][A-Za-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d(?: (?:GMT|UTC|[+-]\d{4}))?|[A-Za-z]{3} {1,2}\d\d? \d\d:\d\d:\d\d \d{4})$/;
/** A date has a comma of its own, so a list can't be split at commas alone. */
const LIST_MEMBER = /[A-Za-z]{3,9}, \d\d?[ -][A-Za-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d GMT|[^,]+/g;

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Milliseconds from the receipt until the time that `text` states: delta seconds (or milliseconds), epoch seconds or
 * milliseconds, Go durations (`6m0s`), HTTP dates, RFC 3339, or a number with a unit in words. An instant that has
 * passed is 0. Negative, endless or unreadable text, and an instant without anything to take it against, is absent.
 */
export function readDelayMs(text: string, options: DelayOptions = {}): number | undefined {
  const trimmed = text.trim();
  const whole = readOne(trimmed, options);
  if (whole !== undefined || !trimmed.includes(",")) return whole;
  let found: number | undefined;
  for (const member of trimmed.slice(0, 256).match(LIST_MEMBER) ?? []) {
    const one = readOne(member.trim(), options);
    if (one === undefined) continue;
    if (options.list !== "largest") return one;
    found = Math.max(found ?? 0, one);
  }
  return found;
}

function readOne(text: string, options: DelayOptions): number | undefined {
  if (text.length === 0 || text.length > 64) return undefined;
  if (NUMBER.test(text)) return readNumber(Number(text), options);
  if (DURATION.test(text)) return bounded(durationMs(text));
  if (RFC3339.test(text) || HTTP_DATE.test(text)) return untilMs(readDateMs(text), options);
  const words = WORDS.exec(text);
  return words === null ? undefined : bounded(Number(words[1]) * wordMs(words[2] ?? ""));
}

function readNumber(value: number, options: DelayOptions): number | undefined {
  if (value >= EPOCH_MILLISECONDS_MIN) return untilMs(value, options);
  const unitMs = options.unitMs ?? 1_000;
  if (value >= EPOCH_SECONDS_MIN && unitMs >= 1_000) return untilMs(value * 1_000, options);
  return bounded(value * unitMs);
}

function untilMs(instantMs: number | undefined, options: DelayOptions): number | undefined {
  const nowMs = options.nowMs?.();
  return instantMs === undefined || nowMs === undefined ? undefined : bounded(Math.max(0, instantMs - nowMs));
}

function durationMs(text: string): number {
  // Most have one part, on each response of some providers.
  const single = SINGLE_PART.exec(text);
  if (single !== null) return Number(single[1]) * (UNIT_MS[single[2] ?? ""] ?? Number.NaN);
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_PART))
    sum += Number(amount) * (UNIT_MS[unit ?? ""] ?? Number.NaN);
  return sum;
}

function wordMs(word: string): number {
  const lowered = word.toLowerCase();
  if (lowered.startsWith("mil") || lowered.startsWith("ms")) return 1;
  return UNIT_MS[lowered.charAt(0)] ?? Number.NaN;
}

/** Wall time of an HTTP date or an RFC 3339 instant, in milliseconds since 1970. One without a zone is in UTC. */
export function readDateMs(text: string): number | undefined {
  const trimmed = text.trim();
  const instantMs = Date.parse(ZONE.test(trimmed) ? trimmed : RFC3339.test(trimmed) ? `${trimmed}Z` : `${trimmed} GMT`);
  return Number.isFinite(instantMs) ? instantMs : undefined;
}

/** To the microsecond: what floats add behind it nobody stated. */
function bounded(delayMs: number): number | undefined {
  return delayMs >= 0 && delayMs <= DELAY_MAX_MS ? Math.round(delayMs * 1_000) / 1_000 : undefined;
}

/**
 * Writes a delay in a server's form, the inverse of {@link readDelayMs}. Forms in whole seconds round up, so that a
 * client that obeys isn't early. Absolute forms count from `nowMs`, milliseconds since 1970.
 */
export function writeDelay(delayMs: number, form: TimeForm, nowMs: number): string {
  switch (form) {
    case "seconds":
      return String(Math.ceil(delayMs / 1_000));
    case "float-seconds":
      return writeDecimal(Math.ceil(delayMs * 1_000) / 1e6);
    case "milliseconds":
      return String(Math.ceil(delayMs));
    case "duration":
      return writeDuration(delayMs);
    case "epoch-seconds":
      return String(Math.ceil((nowMs + delayMs) / 1_000));
    case "epoch-milliseconds":
      return String(Math.ceil(nowMs + delayMs));
    case "rfc3339":
      return new Date(Math.ceil((nowMs + delayMs) / 1_000) * 1_000).toISOString().replace(".000Z", "Z");
    case "http-date":
      return new Date(Math.ceil((nowMs + delayMs) / 1_000) * 1_000).toUTCString();
  }
}

/** To the microsecond, and never with an exponent, which few readers know. */
function writeDecimal(seconds: number): string {
  return seconds.toFixed(6).replace(/\.?0+$/, "");
}

/** As Go prints it: `0s`, `26ms`, `1.198s`, `6m0s`, `1h16m0.667s`. */
function writeDuration(delayMs: number): string {
  const wholeMs = Math.ceil(delayMs);
  if (wholeMs === 0) return "0s";
  if (wholeMs < 1_000) return `${wholeMs}ms`;
  const hours = Math.floor(wholeMs / 3_600_000);
  const minutes = Math.floor(wholeMs / 60_000) % 60;
  const seconds = (wholeMs % 60_000) / 1_000;
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}
