/** One second of a lane's life. */
export interface TraceSecond {
  /** Start of the second, by the server's clock. */
  readonly atMs: number;
  /** Requests that could have been let in: the limit integrated over this second; null where unlimited. */
  readonly allowed: number | null;
  readonly offered: number;
  readonly accepted: number;
  readonly throttled: number;
  readonly overloaded: number;
  readonly saturated: number;
}

type Mutable = { -readonly [Field in keyof TraceSecond]: TraceSecond[Field] };
export type Counter = "offered" | "accepted" | "throttled" | "overloaded" | "saturated";

/** What happened second by second, and what could have. */
export interface Trace {
  /** Time has passed at this rate (requests a second). Call it before each change and each count. */
  advance(nowMs: number, ratePerSecond: number): void;
  count(nowMs: number, counter: Counter): void;
  /** All that could have been let in since the first second; null once it was unlimited. */
  readonly allowed: number | null;
  /** The last seconds, at most so many. */
  seconds(max: number): readonly TraceSecond[];
}

/** Older seconds are forgotten: an hour is kept. */
const SECONDS_MAX = 3_600;

/** Makes a {@link Trace} that begins at the second of `startMs`. */
export function createTrace(startMs: number): Trace {
  const seconds: Mutable[] = [];
  let atMs = startMs;
  let allowed: number | null = 0;

  const secondAt = (nowMs: number): Mutable => {
    const second = Math.floor(nowMs / 1000) * 1000;
    const last = seconds.at(-1);
    if (last !== undefined && last.atMs >= second) return last;
    const fresh = { atMs: second, allowed: 0, offered: 0, accepted: 0, throttled: 0, overloaded: 0, saturated: 0 };
    seconds.push(fresh);
    if (seconds.length > SECONDS_MAX) seconds.shift();
    return fresh;
  };

  return {
    advance(nowMs, ratePerSecond) {
      // A long idle time is cut to what is kept, so that coming back after a week costs no more than an hour.
      if (nowMs - atMs > SECONDS_MAX * 1000) {
        allowed = plus(allowed, ((nowMs - atMs - SECONDS_MAX * 1000) / 1000) * ratePerSecond);
        atMs = nowMs - SECONDS_MAX * 1000;
      }
      while (atMs < nowMs) {
        const untilMs = Math.min(nowMs, (Math.floor(atMs / 1000) + 1) * 1000);
        const units = ((untilMs - atMs) / 1000) * ratePerSecond;
        const second = secondAt(atMs);
        second.allowed = plus(second.allowed, units);
        allowed = plus(allowed, units);
        atMs = untilMs;
      }
    },
    count(nowMs, counter) {
      secondAt(nowMs)[counter]++;
    },
    get allowed() {
      return allowed;
    },
    seconds: (max) => seconds.slice(Math.max(0, seconds.length - max)).map((second) => ({ ...second })),
  };
}

function plus(sum: number | null, units: number): number | null {
  return sum === null || units === Number.POSITIVE_INFINITY ? null : sum + units;
}
