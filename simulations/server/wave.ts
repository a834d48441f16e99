import type { LimitChange, Movable } from "./limit.js";

/** A limit that moves all the time, in a line of data: it stands for one move after another. */
export type Wave = WaveTimes &
  (
    | {
        /** To and fro around a mean, which it leaves upwards. */
        readonly shape: "sine";
        readonly mean: number;
        readonly amplitude: number;
        /** In milliseconds. */
        readonly periodMs: number;
      }
    | {
        /** In a straight line from one value to another, where it stays. */
        readonly shape: "ramp";
        readonly from: number;
        readonly to: number;
        /** How long it takes, in milliseconds. */
        readonly overMs: number;
      }
  );

/** What moves, and when. */
export interface WaveTimes {
  /** What moves. Default `requestsPerSecond`. */
  readonly of?: Movable;
  /** The model that it concerns. Default: all. */
  readonly model?: string;
  /** It begins here, in milliseconds from the start. Default 0. */
  readonly fromMs?: number;
  /** It ends here, and its last value stays. Default: never. */
  readonly untilMs?: number;
  /** Length of a step, in milliseconds. Default 1,000. */
  readonly everyMs?: number;
}

/** One step of a wave. */
export interface WaveStep {
  readonly atMs: number;
  readonly change: LimitChange;
}

/** The steps of a wave, one after another: each holds the value that the wave has in the middle of it. */
export function* stepsOf(wave: Wave): Generator<WaveStep, undefined> {
  const { fromMs = 0, untilMs = Number.POSITIVE_INFINITY, everyMs = 1_000, of = "requestsPerSecond" } = wave;
  const lastMs = wave.shape === "ramp" ? Math.min(untilMs, fromMs + wave.overMs) : untilMs;
  for (let atMs = fromMs; atMs < lastMs; atMs += everyMs) {
    const middleMs = (atMs + Math.min(lastMs, atMs + everyMs)) / 2;
    yield { atMs, change: { [of]: valueAt(wave, middleMs - fromMs) } };
  }
  if (wave.shape === "ramp" && lastMs === fromMs + wave.overMs) yield { atMs: lastMs, change: { [of]: wave.to } };
  return undefined;
}

function valueAt(wave: Wave, sinceMs: number): number {
  if (wave.shape === "ramp") return wave.from + (wave.to - wave.from) * (sinceMs / wave.overMs);
  return Math.max(0, wave.mean + wave.amplitude * Math.sin((2 * Math.PI * sinceMs) / wave.periodMs));
}
