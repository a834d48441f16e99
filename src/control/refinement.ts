import { refine } from "./cut.js";
import { type LawState, nextEpoch } from "./law.js";
import { type BudgetState, LATE } from "./state.js";

/**
 * A second look at the cut that ended the start. Its cut was made on one refusal, while the requests behind that one were
 * still on their way; a little later, the share of them refused tells how far the doubling had overshot.
 */
export interface Refinement {
  readonly dueAt: number;
  /** Epoch that the cut ended. */
  readonly epoch: number;
  /** Rate that was refused. */
  readonly basis: number;
  /** Number of the first refused try and its moment, and how many were sent after it in that epoch. */
  readonly after: number;
  readonly since: number;
  readonly sent: number;
  readonly refused: number;
}

const LOOK_AGAIN_SECONDS = 0.01;
const SENDS_MIN = 2;
const SHARE_LEFT_MIN = 0.05;
/** Where all were refused they tell of no rate: a window may be spent, and open again in a moment. */
const SHARE_LEFT_OF_NONE = 0.2;

/** A try of the epoch that the cut ended, sent behind the first refused one. */
interface Behind {
  readonly number: number;
  readonly sentAt: number;
  readonly epoch: number;
}

/** One of them was refused. */
export function countInRefinement(refinement: Refinement, stamp: Behind): Refinement {
  return isBehind(refinement, stamp) ? { ...refinement, refused: refinement.refused + 1 } : refinement;
}

/** Not all of them are known yet: the look waits. */
export function lookLater(refinement: Refinement, now: number): Refinement {
  return now < refinement.dueAt ? refinement : { ...refinement, dueAt: now + LOOK_AGAIN_SECONDS };
}

/** One more of them has turned out to have been sent: elsewhere, which was told late. */
export function sentInRefinement(refinement: Refinement, stamp: Behind): Refinement {
  return isBehind(refinement, stamp) ? { ...refinement, sent: refinement.sent + 1 } : refinement;
}

function isBehind({ epoch, after, since }: Refinement, stamp: Behind): boolean {
  return stamp.epoch === epoch && stamp.sentAt >= since && (stamp.number > after || stamp.number === LATE);
}

/**
 * The law after a second look that is taken early, since what the cut left was refused too: that is the overshoot that the
 * look is for, and no second one. Null where there is nothing to look at, or it finds the rate low enough.
 */
export function refineEarly({ refinement, law, config }: BudgetState): LawState | null {
  const estimate = refinement?.epoch === law.epoch - 1 ? estimateLimit(refinement) : undefined;
  if (estimate === undefined) return null;
  const refined = refine(law, config, estimate);
  return refined.rate < law.rate ? nextEpoch(refined) : null;
}

/** Takes the second look at the start's last cut once it is due, unless another cut has come in between. */
export function maybeRefine(state: BudgetState, now: number): BudgetState {
  const { refinement, law } = state;
  if (refinement === null || now < refinement.dueAt) return state;
  const estimate = refinement.epoch === law.epoch - 1 ? estimateLimit(refinement) : undefined;
  if (estimate === undefined) return { ...state, refinement: null };
  const refined = refine(law, state.config, estimate);
  // What was sent between the cut and this look was sent too fast as well: it is no news of the rate that follows.
  return { ...state, refinement: null, law: refined.rate < law.rate ? nextEpoch(refined) : refined };
}

/** The limit, estimated; undefined where too little was sent to tell. */
function estimateLimit({ basis, sent, refused }: Refinement): number | undefined {
  if (sent < SENDS_MIN) return undefined;
  return basis * (refused >= sent ? SHARE_LEFT_OF_NONE : Math.max(SHARE_LEFT_MIN, 1 - refused / sent));
}
