/**
 * Looking for room beyond the header. A header that is too low never causes a refusal, so that it can only be found out
 * by buying one: a probe, each four times further away than the one before. It is due after a number of sends, or after
 * a time, whichever comes first: a header that allows next to nothing must not be able to put its own test off.
 */
export interface ProbeState {
  /** Sends so far, and how many there must be before the next probe. */
  readonly sends: number;
  readonly nextAt: number;
  /** Sends between the last probe's end and the next one. */
  readonly gap: number;
  /** When a probe is due however few were sent, and seconds from the last one's end to then. Null before the first send. */
  readonly dueAt: number | null;
  readonly patience: number;
  /** Probes begun; the latest one's number. */
  readonly count: number;
  /** When the present probe began, null between probes. */
  readonly since: number | null;
  /** Whether the time had come for it, so that it goes faster and faster. */
  readonly isOverdue: boolean;
  /** Latest instant at which one of its accepted sends was sent. */
  readonly lastSentAt: number | null;
  /** Units of it that were accepted. */
  readonly accepted: number;
  /** Sends of it that were accepted where the header left no room. */
  readonly beyond: number;
}

/** Sends before the first probe. At one refusal a probe, 3 in 6,000 sends: 0.05 %. */
const FIRST_AT = 100;
/** Seconds before the first probe at the latest. */
const FIRST_AFTER_SECONDS = 60;
/** How much further away each next probe is. */
const GAP_GROWTH = 4;
/** Accepts beyond the header's room that prove it too low: fewer could be requests overtaken on their way. */
const BEYOND_NEEDED = 4;

export const probeInitial: ProbeState = {
  sends: 0,
  nextAt: FIRST_AT,
  gap: FIRST_AT,
  dueAt: null,
  patience: FIRST_AFTER_SECONDS,
  count: 0,
  since: null,
  isOverdue: false,
  lastSentAt: null,
  accepted: 0,
  beyond: 0,
};

/** Counts a send, and begins a probe with it where one is due: by the sends if `mayBegin`, by the time if `mayInsist`. */
export function probeSend(probe: ProbeState, now: number, mayBegin: boolean, mayInsist: boolean): ProbeState {
  const sends = probe.sends + 1;
  const dueAt = probe.dueAt ?? now + probe.patience;
  const isOverdue = mayInsist && now >= dueAt;
  if (probe.since !== null || !(isOverdue || (mayBegin && sends >= probe.nextAt))) return { ...probe, sends, dueAt };
  const count = probe.count + 1;
  return { ...probe, sends, dueAt, since: now, isOverdue, count, lastSentAt: null, accepted: 0, beyond: 0 };
}

/** Whether the time for a probe has come, however few were sent. */
export function isProbeOverdue(probe: ProbeState, now: number): boolean {
  return probe.since === null && probe.dueAt !== null && now >= probe.dueAt;
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
export function endProbe(probe: ProbeState, now: number): ProbeState {
  if (probe.since === null) return probe;
  const gap = probe.gap * GAP_GROWTH;
  const patience = probe.patience * GAP_GROWTH;
  const next = { since: null, gap, nextAt: probe.sends + gap, patience, dueAt: now + patience };
  return { ...probe, ...next, accepted: 0, beyond: 0 };
}
