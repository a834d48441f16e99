import type { Random } from "../../src/random.js";
import { type AnswerSpec, type AnswerTimes, createAnswerTimes } from "./answers.js";

/** How long answers take over a wire. What isn't named stays as the server's `answers` have it. */
export interface LatencyOptions extends Omit<AnswerSpec, "like" | "medianMs" | "tokensPerSecond" | "isReordered"> {
  /** Median time to the first byte of an answer, in milliseconds. Default 200. */
  readonly firstByteMs?: number;
  /** Spread of that time: sigma of a log-normal, 0 to 3. 0 is always the median. Default 0.4. */
  readonly sigma?: number;
  /** Time for each token of the answer, in milliseconds. Default 2. */
  readonly perTokenMs?: number;
  /** Time to a refusal or an error, in milliseconds, give or take a fifth: they come fast. Default 20. */
  readonly refusalMs?: number;
  /** Time to a 503, in milliseconds, give or take a quarter. Default: that to a refusal. */
  readonly overloadMs?: number;
}

/** A server's answers where nothing is said of them. */
const USUAL: AnswerSpec = { medianMs: 200, sigma: 0.4, tokensPerSecond: 500, refusalMs: 20, overloadMs: 20 };

/** Makes the times that `latency` describes, over those of `answers`. */
export function createLatency(
  latency: LatencyOptions,
  random: Random,
  answers: AnswerSpec = usualBut(latency),
): AnswerTimes {
  const { firstByteMs, perTokenMs, ...more } = latency;
  const times: AnswerSpec = {
    ...answers,
    ...more,
    ...(firstByteMs !== undefined && { medianMs: firstByteMs }),
    ...(perTokenMs !== undefined && { tokensPerSecond: 1000 / perTokenMs }),
  };
  return createAnswerTimes(times, random);
}

/** A pace of the whole body, where one is told, stands in the place of one by token. */
function usualBut({ bodyMs, refusalMs }: LatencyOptions): AnswerSpec {
  const { tokensPerSecond, ...usual } = { ...USUAL, ...(refusalMs !== undefined && { overloadMs: refusalMs }) };
  return bodyMs === undefined && tokensPerSecond !== undefined ? { ...usual, tokensPerSecond } : usual;
}
