/**
 * Looking for room beyond the header. A header that is too low never causes a refusal, so that it can only be found out
 * by buying one: a probe, each four times further away than the one before.
 */
export interface ProbeState {
  /** Sends so far, and how many there must be before the next probe. */
  readonly sends: number;
  readonly nextAt: number;
  /** Sends between the last probe's end and the next one. */
  readonly gap: number;
  /** Probes begun; the latest one's number. */
  readonly count: number;
  /** When the present probe began, null between probes. */
  readonly since: number | null;
  /** Latest instant at which one of its accepted sends was sent. */
  readonly lastSentAt: number | null;
  /** Units of it that were accepted. */
  readonly accepted: number;
  /** Sends of it that were accepted where the header left no room. */
  readonly beyond: number;
}

/** Sends before the first probe. At one refusal a probe, 3 in 6,000 sends: 0.05 %. */
const FIRST_AT = 100;
/** How much further away each next probe is. */
const GAP_GROWTH = 4;
/** Accepts beyond the header's room that prove it too low: fewer could be requests overtaken on their way. */
const BEYOND_NEEDED = 4;

export const probeInitial: ProbeState = {
  sends: 0,
  nextAt: FIRST_AT,
  gap: FIRST_AT,
  count: 0,
  since: null,
  lastSentAt: null,
  accepted: 0,
  beyond: 0,
};

/** Counts a send, and begins a probe with it if one is due and `mayBegin`. */
export function probeSend(probe: ProbeState, now: number, mayBegin: boolean): ProbeState {
  const sends = probe.sends + 1;
  if (!mayBegin || probe.since !== null || sends < probe.nextAt) return { ...probe, sends };
  return { ...probe, sends, since: now, count: probe.count + 1, lastSentAt: null, accepted: 0, beyond: 0 };
}

/** Counts an accept of the present probe; `isBeyond` says whether that much, by then, is more than the header allows. */
export function probeAccepted(
  probe: ProbeState,
  sentAt: number,
  cost: number,
  isBeyond: (accepted: number, lastSentAt: number) => boolean,
): ProbeState {
  const accepted = probe.accepted + cost;
  // Answers overtake each other: what counts is the time in which all of these were sent.
  const lastSentAt = Math.max(probe.lastSentAt ?? sentAt, sentAt);
  return { ...probe, accepted, lastSentAt, beyond: probe.beyond + (isBeyond(accepted, lastSentAt) ? 1 : 0) };
}

/** Whether the present probe has shown that the header hides room that it has. */
export function hasFoundRoom(probe: ProbeState): boolean {
  return probe.since !== null && probe.beyond >= BEYOND_NEEDED;
}

/** Ends the present probe, if there is one: the next is further away. */
export function endProbe(probe: ProbeState): ProbeState {
  if (probe.since === null) return probe;
  const gap = probe.gap * GAP_GROWTH;
  return { ...probe, since: null, gap, nextAt: probe.sends + gap, accepted: 0, beyond: 0 };
}
