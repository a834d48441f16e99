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

/** Whether `remaining` still deserves to be followed. */
export function isAlive(liveness: LivenessState): boolean {
  return liveness.score > DEAD_AT;
}
