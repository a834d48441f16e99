/** Whether `remaining` moves as our sends say it must. Plain data; nothing to say yet is a null block. */
export interface LivenessState {
  /** Evidence in [-8, 8]: above `DEAD_AT` the number is believed to be alive. */
  readonly score: number;
  readonly block: LivenessBlock | null;
}

/** The stretch of observations being compared. */
export interface LivenessBlock {
  readonly era: number;
  readonly sentAt: number;
  readonly remaining: number;
  /** Sum of the corrections since its start: what was seen, less this, is what was predicted. */
  readonly corrections: number;
}

/** Score at which, and below, `remaining` counts as dead: a constant, or a number of something else. */
export const DEAD_AT = -4;

/** A new header is believed until it is found out. */
export const livenessInitial: LivenessState = { score: 4, block: null };

/** A number that was found out otherwise: it must earn its belief again. */
export const livenessDead: LivenessState = { score: 2 * DEAD_AT, block: null };

/** Whether `remaining` still deserves to be followed. */
export function isAlive(liveness: LivenessState): boolean {
  return liveness.score > DEAD_AT;
}

const SCORE_MAX = 8;
const STEP_MAX = 2;

/** One observation that the estimate was compared with. Amounts in units. */
export interface LivenessSample {
  readonly era: number;
  readonly sentAt: number;
  readonly remaining: number;
  /** What this observation corrected. */
  readonly correction: number;
  /** Mean cost of a send, the limit's refill a second (or null), and the variance of the predictions. */
  readonly unit: number;
  readonly refill: number | null;
  readonly variance: number;
}

/** The state with one more observation: over each stretch of time the change seen is held against the change predicted. */
export function readLiveness(liveness: LivenessState, sample: LivenessSample): LivenessState {
  const { block } = liveness;
  if (block === null || block.era !== sample.era) return { ...liveness, block: beginBlock(sample) };
  const corrections = block.corrections + sample.correction;
  const span = sample.sentAt - block.sentAt;
  if (span <= Math.max(1, (3 * sample.unit) / (sample.refill ?? sample.unit))) {
    return { ...liveness, block: { ...block, corrections } };
  }
  const seen = sample.remaining - block.remaining;
  const score = liveness.score + weigh(seen, seen - corrections, sample);
  return { score: Math.max(-SCORE_MAX, Math.min(SCORE_MAX, score)), block: beginBlock(sample) };
}

function beginBlock({ era, sentAt, remaining }: LivenessSample): LivenessBlock {
  return { era, sentAt, remaining, corrections: 0 };
}

/** Log-likelihood ratio of "moves as predicted" against "stays where it is", for normal errors. */
function weigh(seen: number, predicted: number, { unit, variance }: LivenessSample): number {
  if (Math.abs(predicted) <= 2 * unit) return 0;
  const gain = seen * seen - (seen - predicted) * (seen - predicted);
  // A level that falls more than predicted is a neighbour, not a dead header.
  if (seen < predicted - unit && gain < 0) return 0;
  const deviation = 2 * unit + 0.1 * Math.abs(predicted);
  return Math.max(-STEP_MAX, Math.min(STEP_MAX, gain / (2 * deviation * deviation + 2 * variance)));
}
