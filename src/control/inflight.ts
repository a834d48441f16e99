import { powerOfTwo } from "../power.js";

/**
 * A limit of tries in flight, found from the client's side. Where refusals come again and again at the same number in
 * flight, and accepts below it only, it is a limit of concurrency, and lowering the rate would be wrong. Explicit
 * evidence (an error that says so) needs no finding.
 *
 * Once found, the limit is held and raised by a timed step, doubled while it succeeds; a refusal near it lowers it, once
 * for each in-flight epoch.
 */
export interface InFlightState {
  /** Tries in flight allowed; null while nothing is known. */
  readonly limit: number | null;
  /** Advances with each change of the limit. */
  readonly epoch: number;
  readonly step: number;
  readonly lastStep: number;
  readonly raiseAt: number;
  readonly setAt: number;
  /** While none is known: the numbers in flight at which refusals came, alike within the tolerance, the least first. */
  readonly least: number;
  readonly alike: number;
  /** Accepts at or just below that number. */
  readonly near: number;
  /** Accepts at that number or just above it. */
  readonly above: number;
  /** Refusals in a row far from the limit. */
  readonly misses: number;
  /** Explicit refusals in a row while nothing of ours was in flight: others have taken it all. */
  readonly alone: number;
}

/** Refusals at the same number in flight that make a limit; twice as many where the numbers are small and coincide by chance. */
const ALIKE_MIN = 5;
const SMALL = 8;
/** Accepts just below it: else the limit was never tried. */
const NEAR_MIN = 10;
const TOLERANCE = 0.02;
/**
 * An end is heard a moment late, so accepts come at the limit itself too, four or five for each refusal. With more than this
 * for each, the number is only what a limit of rate makes of answers that all take equally long.
 */
const ABOVE_MAX = 10;
/** Fewer in flight can't tell a limit of concurrency from one of rate. */
const IN_FLIGHT_MIN = 3;
const MISSES_MAX = 3;
/** What an explicit refusal leaves of a limit that wasn't full: others share it. */
const DECREASE = 0.93;
/** Whoever was refused with nothing in flight can't wait for an end of their own: they look again after this share of an epoch, and twice as long each time, up to half of it. */
const ALONE_PAUSE = 1 / 15;
const ALONE_PAUSE_MAX = 1 / 2;

export function createInFlight(): InFlightState {
  const suspicion = { least: 0, alike: 0, near: 0, above: 0, misses: 0, alone: 0 };
  return { limit: null, epoch: 0, step: 1, lastStep: 1, raiseAt: 0, setAt: 0, ...suspicion };
}

/** A limit that is documented: held until it proves to be another. */
export function documentedInFlight(limit: number, now: number, pause: number): InFlightState {
  return hold(createInFlight(), limit, now, pause);
}

/** Tries that may be in flight at `now`; Infinity where nothing is known. */
export function inFlightMax(state: InFlightState, now: number): number {
  if (state.limit === null) return Number.POSITIVE_INFINITY;
  return now >= state.raiseAt ? state.limit + state.step : state.limit;
}

/** A send with `before` tries already in flight. The first beyond the limit is what raises it. */
export function inFlightSend(
  state: InFlightState,
  { now, before, pause }: { now: number; before: number; pause: number },
): InFlightState {
  if (state.limit === null || before < state.limit || now < state.raiseAt) return state;
  const limit = state.limit + state.step;
  const step = Math.min(2 * state.step, Math.max(1, Math.floor(limit / 4)));
  return { ...state, limit, lastStep: state.step, step, epoch: state.epoch + 1, raiseAt: now + pause };
}

/** One try as this test sees it: how many were in flight before it, in which in-flight epoch, and when. */
export interface InFlightTry {
  readonly inFlight: number;
  readonly inFlightEpoch: number;
  readonly sentAt: number;
}

export function inFlightAccept(before: InFlightState, sent: InFlightTry): InFlightState {
  const state = before.alone === 0 ? before : { ...before, alone: 0 };
  if (state.limit !== null) {
    const isBeyond = sent.inFlight >= state.limit + Math.max(3, 0.1 * state.limit);
    const isProof = isBeyond && sent.inFlightEpoch < state.epoch && sent.sentAt > state.setAt;
    return isProof ? forget(state) : state;
  }
  if (state.alike === 0) return state;
  // One accept above it disproves the limit supposed; of those at it, many.
  if (sent.inFlight > state.least + Math.max(1, TOLERANCE * state.least)) return dismiss(state);
  if (sent.inFlight >= state.least) {
    const isCommon = state.above > ABOVE_MAX * (state.alike + 1);
    return isCommon ? dismiss(state) : { ...state, near: state.near + 1, above: state.above + 1 };
  }
  return sent.inFlight >= state.least - 2 && state.near < NEAR_MIN ? { ...state, near: state.near + 1 } : state;
}

/** Whether a refusal belongs to the limit known: then it is no evidence about the rate. */
export function isAtLimit(state: InFlightState, sent: InFlightTry): boolean {
  return state.limit !== null && sent.inFlight >= state.limit - Math.max(1, state.lastStep);
}

/** Lowers the limit for a refusal of a try sent under it; tries of earlier in-flight epochs lower nothing. */
export function lowerLimit(state: InFlightState, sent: InFlightTry, now: number, pause: number): InFlightState {
  if (state.limit === null || sent.inFlightEpoch !== state.epoch) return { ...state, misses: 0 };
  return hold(state, Math.min(state.limit - 1, sent.inFlight), now, pause);
}

/** Explicit evidence: down to what was in flight; or, where that was far less than the limit, since others share it, a little. */
export function saturate(state: InFlightState, sent: InFlightTry, now: number, pause: number): InFlightState {
  if (sent.inFlightEpoch !== state.epoch) return state;
  return { ...lowered(state, sent, now, pause), alone: sent.inFlight === 0 ? state.alone + 1 : 0 };
}

/** How long to look no more after so many explicit refusals with nothing in flight; `epoch` and the result in seconds. */
export function alonePause({ alone }: InFlightState, epoch: number): number {
  return alone === 0 ? 0 : epoch * Math.min(ALONE_PAUSE_MAX, ALONE_PAUSE * powerOfTwo(Math.min(alone, 16) - 1));
}

function lowered(state: InFlightState, sent: InFlightTry, now: number, pause: number): InFlightState {
  if (state.limit === null) return hold(state, sent.inFlight, now, pause);
  const limit = isAtLimit(state, sent) ? Math.min(state.limit - 1, sent.inFlight) : Math.floor(DECREASE * state.limit);
  return hold(state, limit, now, pause);
}

/** A fresh refusal that isn't explained by a limit known: is it one more at the same number in flight? */
export function suspect(state: InFlightState, sent: InFlightTry, now: number, pause: number): InFlightState {
  if (state.limit !== null) {
    return state.misses + 1 >= MISSES_MAX ? forget(state) : { ...state, misses: state.misses + 1 };
  }
  if (sent.inFlight < IN_FLIGHT_MIN) return state.alike === 0 ? state : dismiss(state);
  const tolerance = sent.inFlight < SMALL ? 0 : Math.max(1, TOLERANCE * sent.inFlight);
  const isAlike = state.alike > 0 && Math.abs(sent.inFlight - state.least) <= tolerance;
  if (!isAlike) return { ...state, least: sent.inFlight, alike: 1, near: 0, above: 0 };
  const seen = { ...state, least: Math.min(state.least, sent.inFlight), alike: state.alike + 1 };
  const isProof = seen.alike >= (sent.inFlight < SMALL ? 2 * ALIKE_MIN : ALIKE_MIN) && seen.near >= NEAR_MIN;
  return isProof ? hold(seen, seen.least, now, pause) : seen;
}

function hold(state: InFlightState, limit: number, now: number, pause: number): InFlightState {
  return {
    ...state,
    limit: Math.max(1, limit),
    epoch: state.epoch + 1,
    step: 1,
    lastStep: 1,
    raiseAt: now + pause,
    setAt: now,
    misses: 0,
  };
}

function dismiss(state: InFlightState): InFlightState {
  return { ...state, alike: 0, near: 0, above: 0 };
}

function forget(state: InFlightState): InFlightState {
  return { ...createInFlight(), epoch: state.epoch + 1 };
}
