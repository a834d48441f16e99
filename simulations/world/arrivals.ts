import type { Random } from "../../src/random.js";
import { exponential } from "../random.js";

/** When requests come, as data. */
export type Timetable = Paced | Bursts;

/** They come at a rate that may move with time. */
type Paced = (Steady | OnOff | Sine | Steps) & {
  /** Whether they come at even intervals, rather than by chance (Poisson). Default false. */
  readonly isEven?: boolean;
};

/** At one rate. */
interface Steady {
  readonly kind: "poisson";
  readonly requestsPerSecond: number;
}

/** At one rate for so long, then not at all for so long, and again. */
interface OnOff {
  readonly kind: "on-off";
  readonly requestsPerSecond: number;
  readonly onMs: number;
  readonly offMs: number;
}

/** As days go: a sine around a mean, rising at first. */
interface Sine {
  readonly kind: "diurnal";
  /** The mean. */
  readonly requestsPerSecond: number;
  /** How far it swings to each side, as a part of the mean, in [0, 1]. */
  readonly swing: number;
  readonly periodMs: number;
}

/** At rates that change at given instants; none before the first. */
interface Steps {
  readonly kind: "steps";
  readonly steps: readonly { readonly atMs: number; readonly requestsPerSecond: number }[];
}

/** So many at once, again and again. */
interface Bursts {
  readonly kind: "bursts";
  readonly size: number;
  readonly everyMs: number;
  /** When the first comes. Default 0. */
  readonly firstAtMs?: number;
}

/** A stretch of time in which requests come at one rate. */
interface Stretch {
  readonly requestsPerSecond: number;
  readonly untilMs: number;
}

/** A sine is followed in so many stretches a period. */
const SINE_STRETCHES = 240;
/** Time moves on by so much at least from stretch to stretch, whatever rounding does to their edges. */
const PROGRESS_MS = 1e-3;

/** Tells, at each arrival and once before the first, in how many milliseconds the next comes; Infinity: never again. */
export function createArrivals(timetable: Timetable, random: Random): (nowMs: number) => number {
  if (timetable.kind === "bursts") return createBursts(timetable);
  const { isEven = false } = timetable;
  const stretchAt = createStretches(timetable);
  return (nowMs) => {
    // Arrivals by chance at a moving rate are arrivals at a rate of 1 on a clock that runs as fast as the rate.
    let units = isEven ? 1 : exponential(random, 1);
    for (let atMs = nowMs; ; ) {
      const { requestsPerSecond, untilMs } = stretchAt(atMs);
      const unitsHere = requestsPerSecond === 0 ? 0 : ((untilMs - atMs) / 1_000) * requestsPerSecond;
      if (units <= unitsHere) return atMs - nowMs + (units / requestsPerSecond) * 1_000;
      if (untilMs === Number.POSITIVE_INFINITY) return untilMs;
      units -= unitsHere;
      atMs = Math.max(untilMs, atMs + PROGRESS_MS);
    }
  };
}

function createStretches(timetable: Paced): (atMs: number) => Stretch {
  const always = Number.POSITIVE_INFINITY;
  switch (timetable.kind) {
    case "poisson":
      return () => ({ requestsPerSecond: timetable.requestsPerSecond, untilMs: always });
    case "on-off": {
      const { requestsPerSecond, onMs, offMs } = timetable;
      return (atMs) => {
        const startMs = Math.floor(atMs / (onMs + offMs)) * (onMs + offMs);
        if (atMs < startMs + onMs) return { requestsPerSecond, untilMs: startMs + onMs };
        return { requestsPerSecond: 0, untilMs: startMs + onMs + offMs };
      };
    }
    case "diurnal": {
      const { requestsPerSecond, swing, periodMs } = timetable;
      const lengthMs = periodMs / SINE_STRETCHES;
      return (atMs) => {
        const index = Math.floor(atMs / lengthMs);
        const phase = 2 * Math.PI * (((index % SINE_STRETCHES) + 0.5) / SINE_STRETCHES);
        const untilMs = (index + 1) * lengthMs;
        return { requestsPerSecond: requestsPerSecond * (1 + swing * Math.sin(phase)), untilMs };
      };
    }
    case "steps": {
      const steps = [...timetable.steps].sort((a, b) => a.atMs - b.atMs);
      return (atMs) => ({
        requestsPerSecond: steps.findLast((step) => step.atMs <= atMs)?.requestsPerSecond ?? 0,
        untilMs: steps.find((step) => step.atMs > atMs)?.atMs ?? always,
      });
    }
    default:
      return timetable satisfies never;
  }
}

function createBursts({ size, everyMs, firstAtMs = 0 }: Bursts): (nowMs: number) => number {
  let come = 0;
  let burst = -1;
  return (nowMs) => {
    // A client that joins late has missed the bursts before.
    if (burst < 0) burst = Math.max(0, Math.ceil((nowMs - firstAtMs) / everyMs));
    if (come === size) {
      come = 0;
      burst++;
    }
    come++;
    return Math.max(0, firstAtMs + burst * everyMs - nowMs);
  };
}
