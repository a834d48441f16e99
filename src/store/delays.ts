import { backoffMs } from "../pace/backoff.js";
import { powerOfTwo } from "../power.js";
import type { Random } from "../random.js";

/** When a member of a fleet asks next, in milliseconds. `dice` are in [0, 1). Pure. */

const RETRY = { initialMs: 500, maxMs: 4_000 };
/** A request that a member holds back, though others have given up what it was promised, asks as often. */
const HUNGRY_MIN_MS = 100;
const HUNGRY_BELOW = 0.9;
/** Who loses again and again waits no longer than so many doublings of the way there and back. */
const DOUBLINGS_MAX = 8;
/** A decrease is told at once, but not by a thousand members in the same moment. */
const HURRY_MS_PER_MEMBER = 2;
const HURRY_MAX_MS = 1_000;
/** A value that nobody renews vanishes after so many leases, and no sooner than this. */
const TTL_LEASES = 10;
const TTL_MIN_MS = 600_000;
/** So many may send one each at once; more would be a burst that no rate has allowed. */
const TOGETHER = 10;

/** Until the next renewal: sooner where others are to give up what this member was promised. */
export function renewalMs(
  { fraction, target, intervalMs, turnMs }: { fraction: number; target: number; intervalMs: number; turnMs: number },
  dice: number,
): number {
  const everyMs = fraction < HUNGRY_BELOW * target ? Math.max(HUNGRY_MIN_MS, turnMs, intervalMs / 4) : intervalMs;
  return everyMs * (0.9 + 0.2 * dice);
}

/** After so many tries that others have won, the second at least; `rttMs`: how long the last one took. */
export function afterLossMs(tries: number, rttMs: number, dice: number): number {
  return dice * Math.max(1, rttMs) * powerOfTwo(Math.min(DOUBLINGS_MAX, tries / 2 - 1));
}

/** After so many failures in a row; 0: a newcomer's, whose connection is only being made. */
export function afterFailureMs(failures: number, dice: number): number {
  return (failures === 0 ? HUNGRY_MIN_MS : backoffMs(failures, RETRY)) * (0.5 + dice);
}

/** Until a fleet of so many is told of a decrease. One who is alone has nobody to make way for. */
export function hurryMs(members: number, random: Random): number {
  const mostMs = Math.min(HURRY_MAX_MS, HURRY_MS_PER_MEMBER * members);
  return members <= 1 ? mostMs : random() * mostMs;
}

/** How long a value is kept that nobody renews. */
export function keptForMs(leaseMs: number): number {
  return Math.round(Math.max(TTL_MIN_MS, TTL_LEASES * leaseMs));
}

/** By how much one of so many puts off a send at most, as a part of a send's time. */
export function putOffMax(members: number): number {
  return Math.max(0, 1 - TOGETHER / members);
}
