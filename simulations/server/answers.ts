import type { Random } from "../../src/random.js";
import { logNormal } from "../random.js";

/** How long answers of a simulated server take, in milliseconds of virtual time. */
export interface AnswerSpec {
  /** A kind of model whose times stand where nothing else is said. Default: 2,000 with sigma 0.5, in one piece. */
  readonly like?: AnswerKind;
  /** Median time to an accepted answer: to its headers, and to its end where nothing is streamed. */
  readonly medianMs?: number;
  /** Sigma of its log-normal. */
  readonly sigma?: number;
  /** Part of the answers that are slow beyond that. Default 0. */
  readonly slowShare?: number;
  /** How many times longer those take. Default 10. */
  readonly slowFactor?: number;
  /** Streamed: median time from the headers to the end. Default 0: in one piece. */
  readonly bodyMs?: number;
  /** Sigma of that. Default 0.5. */
  readonly bodySigma?: number;
  /** Streamed: the answer's own tokens come at this pace, in the place of `bodyMs`. */
  readonly tokensPerSecond?: number;
  /** Time to a refusal, give or take a fifth. Default 100. */
  readonly refusalMs?: number;
  /** Time to an answer for want of capacity (503), give or take a quarter. Default 400. */
  readonly overloadMs?: number;
  /** Median time on the way to the server. Default 0. */
  readonly uplinkMs?: number;
  /** Sigma of that. Default 0.3. */
  readonly uplinkSigma?: number;
  /** Whether a try that is quicker on its way arrives before one that was sent sooner. Default true. */
  readonly isReordered?: boolean;
  /** Median time on the way back, which the server doesn't wait for. Default 0. */
  readonly downlinkMs?: number;
  /** Sigma of that. Default 0.3. */
  readonly downlinkSigma?: number;
}

/** Kinds of answers: at once, streamed, of four seconds, of twenty. */
export const ANSWER_KINDS = ["fast", "stream", "mid", "long"] as const;
/** One of {@link ANSWER_KINDS}. */
export type AnswerKind = (typeof ANSWER_KINDS)[number];

const KINDS: Readonly<Record<AnswerKind, AnswerSpec>> = {
  fast: { medianMs: 70, sigma: 0 },
  stream: { medianMs: 500, sigma: 0.3, bodyMs: 6_000, bodySigma: 0.5 },
  mid: { medianMs: 4_000, sigma: 0.6 },
  long: { medianMs: 20_000, sigma: 0.4 },
};

/** Draws the times of tries. */
export interface AnswerTimes {
  /** From the arrival to the headers of an accepted answer. */
  headersMs(): number;
  /** From those to its end, for an answer of so many tokens. */
  bodyMs(tokens: number): number;
  refusalMs(): number;
  overloadMs(): number;
  /** On the way to the server, for a try sent at `nowMs`. */
  uplinkMs(nowMs: number): number;
  downlinkMs(): number;
}

/** Makes the times that a spec describes. */
export function createAnswerTimes(spec: AnswerSpec, random: Random): AnswerTimes {
  const { medianMs = 2_000, sigma = 0.5, bodyMs = 0, bodySigma = 0.5 } = { ...kindOf(spec), ...spec };
  const { slowShare = 0, slowFactor = 10, tokensPerSecond, refusalMs = 100, overloadMs = 400 } = spec;
  const { uplinkMs = 0, uplinkSigma = 0.3, isReordered = true, downlinkMs = 0, downlinkSigma = 0.3 } = spec;
  let lastArrivalMs = 0;
  const around = (center: number, part: number): number => center * (1 - part + 2 * part * random());
  return {
    headersMs() {
      const isSlow = slowShare > 0 && random() < slowShare;
      return logNormal(random, { median: medianMs, sigma }) * (isSlow ? slowFactor : 1);
    },
    bodyMs(tokens) {
      if (tokensPerSecond !== undefined) return (tokens * 1000) / tokensPerSecond;
      return bodyMs === 0 ? 0 : logNormal(random, { median: bodyMs, sigma: bodySigma });
    },
    refusalMs: () => around(refusalMs, 0.2),
    overloadMs: () => around(overloadMs, 0.25),
    uplinkMs(nowMs) {
      if (uplinkMs === 0) return 0;
      const delayMs = logNormal(random, { median: uplinkMs, sigma: uplinkSigma });
      if (isReordered) return delayMs;
      lastArrivalMs = Math.max(lastArrivalMs, nowMs + delayMs);
      return lastArrivalMs - nowMs;
    },
    downlinkMs: () => (downlinkMs === 0 ? 0 : logNormal(random, { median: downlinkMs, sigma: downlinkSigma })),
  };
}

function kindOf({ like }: AnswerSpec): AnswerSpec {
  return like === undefined ? {} : KINDS[like];
}
