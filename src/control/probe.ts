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
  /** When the latest one did, null before the first. */
  readonly begunAt: number | null;
  /** Whether the time had come for it, so that it goes faster and faster. */
  readonly isOverdue: boolean;
  /**
   * Units that the header owns to beyond its refill, of what it told when the probe began; below 0, how much was sent of what it denies.
   * Null where it told nothing, or has stood no test yet: that one goes at full pace.
   */
  readonly room: number | null;
  /** Until when that is reckoned. */
  readonly reckonedAt: number;
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
  begunAt: null,
  isOverdue: false,
  room: null,
  reckonedAt: 0,
  lastSentAt: null,
  accepted: 0,
  beyond: 0,
};

/** A send, as the probe sees it. */
export interface ProbeSend {
  readonly now: number;
  /** Whether one may begin that is due by the sends, and one that is due by the time. */
  readonly mayBegin: boolean;
  readonly mayInsist: boolean;
  /** Units that the header owns to beyond its refill; null where it tells of none. */
  readonly told: number | null;
  /** Units a second that are sent beyond the refill; 0 where the rate holds nothing back. */
  readonly excess: number;
}

/** Counts a send, and begins a probe with it where one is due. */
export function probeSend(before: ProbeState, send: ProbeSend): ProbeState {
  const { now, mayBegin, mayInsist } = send;
  const probe = { ...before, sends: before.sends + 1, dueAt: before.dueAt ?? now + before.patience };
  if (probe.since !== null) return reckon(probe, send);
  const isOverdue = mayInsist && now >= probe.dueAt;
  if (!isOverdue && !(mayBegin && probe.sends >= probe.nextAt)) return probe;
  const count = probe.count + 1;
  const begun = { since: now, begunAt: now, reckonedAt: now, lastSentAt: null, accepted: 0, beyond: 0 };
  return { ...probe, ...begun, isOverdue, count, room: count === 1 ? null : send.told };
}

/** By the pace, and not by the sends: what others of a fleet have sent is told later. */
function reckon(probe: ProbeState, { now, excess }: ProbeSend): ProbeState {
  if (probe.room === null || now <= probe.reckonedAt) return probe;
  return { ...probe, room: probe.room - excess * (now - probe.reckonedAt), reckonedAt: now };
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
