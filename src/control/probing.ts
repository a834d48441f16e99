import { endProbe, type ProbeState } from "./probe.js";
import { capacity, type QuotaState, refillRate } from "./quota-state.js";
import type { Tier, TrustEvidence } from "./trust.js";
import { windowEnd } from "./window.js";

/** After others were seen nothing is probed for so long, in seconds. */
const ALONE_SECONDS = 120;
/** A probe has found room where it got this multiple of the refill, and what may be had at once, before it was refused. */
const ROOMY = 1.2;
/** Seconds that a probe may last. */
const PROBE_SECONDS_MAX = 60;
/** Share of the refill from which others are a crowd. */
const CROWDED = 0.25;

/** Whether a probe that is due by its sends may begin: where it can hurt nobody, and has time to tell. */
export function mayProbe(quota: QuotaState, now: number, tier: Tier): boolean {
  if (tier === 1) return true;
  if (!isAlone(quota, now)) return false;
  const end = windowEnd(quota.reset);
  return quota.reset.kind !== "window" || end === null || end - now > 0.1 * (quota.reset.window ?? 60);
}

/** Where others seem to take a part, or the log slides, a probe costs more than it does alone: it waits four times as long. */
export function mayInsist(probe: ProbeState, quota: QuotaState, now: number, tier: Tier): boolean {
  if (tier === 1) return true;
  const isCostly = quota.reset.kind === "sliding" || quota.others >= CROWDED * (refillRate(quota) ?? 0);
  return !isCostly || now - (probe.dueAt ?? now) >= 3 * probe.patience;
}

/** While sharing, the drained level is everybody's; on a sliding log the echo of a probe returns a window later. */
function isAlone(quota: QuotaState, now: number): boolean {
  if (quota.reset.kind === "sliding" || quota.others >= 0.05 * (refillRate(quota) ?? 0)) return false;
  return quota.sharedAt === null || now - quota.sharedAt > ALONE_SECONDS;
}

/** Whether the probe, of which `accepted` units got through in `seconds`, has had more than the header allows. */
export function isBeyondRoom(accepted: number, seconds: number, evidence: TrustEvidence): boolean {
  const { stamp, quota, quotaStamp, remaining } = evidence;
  // A header that owns to some room denies none: it was our prediction that was too low, as when others have left.
  const isDenied = remaining === undefined || remaining <= quota.unit;
  if (stamp.tier === 2 && quotaStamp.level !== null && quotaStamp.level < -quota.unit && isDenied) return true;
  return accepted > (refillRate(quota) ?? 0) * seconds + roomAtOnce(quota) + 6 * quota.unit;
}

/** Most that an honest header lets in beyond its refill: what a bucket holds, or a window's rest and the whole of the next. */
function roomAtOnce(quota: QuotaState): number {
  return (quota.reset.kind === "refill" ? 1 : 2) * capacity(quota);
}

/** Whether a probe had found room by the time it was refused: then it met the true limit, and not the header's. */
export function hadRoom({ since, accepted, lastSentAt }: ProbeState, { quota }: TrustEvidence): boolean {
  if (since === null || lastSentAt === null) return false;
  const refill = refillRate(quota) ?? 0;
  return accepted > ROOMY * refill * (lastSentAt - since) + roomAtOnce(quota) + 2 * quota.unit;
}

/** What a probe got through before the limit fell is no more than the limit of then allowed. */
export function isOutdated({ since }: ProbeState, { loweredAt }: QuotaState): boolean {
  return since !== null && loweredAt !== null && since < loweredAt;
}

/**
 * What the header owned to last, where nobody can see the level of now: many by a store, or one whose windows are too short for that. One
 * alone who could is through the bottom in a moment, and that is kinder to strangers who share it than to linger there.
 */
export function toldRoom({ reset, level, hearing }: QuotaState, tier: Tier): number | null {
  const isBlind = hearing > 0 || (tier === 1 && reset.kind === "window");
  return isBlind ? (reset.previous?.remaining ?? level) : null;
}

/** A probe that found neither room nor a refusal in its time was held back by something else. */
export function dropLongProbe(probe: ProbeState, quota: QuotaState, now: number, tier: Tier): ProbeState {
  if (probe.since === null) return probe;
  const { kind, window } = quota.reset;
  const longest =
    tier === 2 && kind === "window" && window !== null
      ? 1.2 * window
      : Math.max(PROBE_SECONDS_MAX, 10 * (capacity(quota) / (refillRate(quota) ?? 1)));
  return now - probe.since > longest ? endProbe(probe, now) : probe;
}
