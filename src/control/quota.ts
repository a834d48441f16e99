import { capacity, copyOfQuota, type QuotaStamp, type QuotaState, refillNow } from "./quota-state.js";
import { insertShift } from "./shift.js";
import { rollWindow } from "./window.js";

/** Weight of the newest cost in the mean cost of a send. */
const UNIT_GAIN = 0.05;

/** The estimate carried forward to `now`: others take, the bucket refills, windows begin anew. */
export function predict(quota: QuotaState, now: number): QuotaState {
  const elapsed = now - quota.at;
  if (quota.level === null || elapsed <= 0) return quota;
  return quota.reset.kind === "window"
    ? predictWindow(quota, quota.level, now, elapsed)
    : predictRefill(quota, quota.level, now, elapsed);
}

function predictRefill(quota: QuotaState, level: number, now: number, elapsed: number): QuotaState {
  const next = level + ((refillNow(quota, now) ?? 0) - quota.others) * elapsed;
  const full = capacity(quota);
  const then = copyOfQuota(quota);
  then.at = now;
  then.isFull = next >= full;
  then.level = then.isFull ? full : next;
  if (then.isFull && !quota.isFull) then.era = quota.era + 1;
  return then;
}

function predictWindow(quota: QuotaState, level: number, now: number, elapsed: number): QuotaState {
  const reset = rollWindow(quota.reset, now);
  const others = Math.max(0, quota.others);
  if (reset === quota.reset) {
    const then = copyOfQuota(quota);
    then.level = level - others * elapsed;
    then.at = now;
    return then;
  }
  const sinceReset = reset.end === null || reset.window === null ? 0 : now - (reset.end + reset.skew - reset.window);
  const whole = quota.limit ?? Math.max(level, quota.remainingMax);
  return { ...quota, level: whole - others * Math.max(0, sinceReset), at: now, era: quota.era + 1, reset };
}

/** Counts a send of `cost` units, and stamps it with the level predicted for it. */
export function quotaSend(
  quota: QuotaState,
  now: number,
  cost: number,
): { readonly quota: QuotaState; readonly stamp: QuotaStamp } {
  const then = predict(quota, now);
  const isFirst = then.sentTotal === 0 && cost > 0;
  const next = copyOfQuota(then);
  if (then.level !== null) next.level = then.level - cost;
  next.isFull = then.isFull && cost <= 0;
  next.seq = then.seq + 1;
  next.sentTotal = then.sentTotal + cost;
  if (isFirst) {
    next.unit = cost;
    next.variance = cost * cost;
  } else if (cost > 0) next.unit = then.unit + UNIT_GAIN * (cost - then.unit);
  const stamp: QuotaStamp = {
    seq: next.seq,
    sentAt: now,
    level: next.level,
    corrections: next.corrections,
    era: next.era,
    sentTotal: next.sentTotal,
    others: next.others,
    othersMoment: next.othersMoment,
  };
  return { quota: next, stamp };
}

/**
 * What is known now of the level just before the stamped send of `cost`: the prediction made then, with all that was
 * learnt since. Ask before its own refusal is counted. Absent where nothing had been predicted.
 */
export function levelBefore(quota: QuotaState, stamp: QuotaStamp, cost: number): number | undefined {
  return stamp.level === null ? undefined : stamp.level + cost + learntSince(quota, stamp);
}

/** What was learnt since the stamped send that bears on the level it left behind. */
export function learntSince(quota: QuotaState, stamp: QuotaStamp): number {
  // A change of others' use learnt from an answer holds from that answer's send on, so a younger send has its share.
  const byOthers = (quota.others - stamp.others) * stamp.sentAt - (quota.othersMoment - stamp.othersMoment);
  let learnt = quota.corrections - stamp.corrections - byOthers;
  for (const shift of quota.shifts) if (shift.isApplied && shift.seq > stamp.seq) learnt -= shift.amount;
  return learnt;
}

/** Own use after the stamped send: what its answer can't have seen. */
export function usedSince(quota: QuotaState, stamp: QuotaStamp): number {
  let used = quota.sentTotal - stamp.sentTotal;
  for (const shift of quota.shifts) if (shift.seq > stamp.seq) used -= shift.amount;
  return used;
}

/** The stamped send was not charged after all: refused, here or by another budget of the same request. */
export function quotaVoid(quota: QuotaState, stamp: QuotaStamp, cost: number): QuotaState {
  // An answer to a younger request has shown the level already, without this one in it.
  if (quota.countsRefused || stamp.seq <= quota.measured || quota.shifts.some((shift) => shift.seq === stamp.seq)) {
    return quota;
  }
  // Where an era has ended since, the level started anew and this send isn't in it.
  return withShift(quota, stamp.seq, cost, stamp.era === quota.era);
}

/** The server charged `amount` more, now, for a request that it let in earlier (less, if negative). */
export function quotaCharge(quota: QuotaState, now: number, amount: number): QuotaState {
  const then = predict(quota, now);
  return amount === 0 ? then : withShift(then, then.seq + 1, -amount, true);
}

/**
 * The estimate without its debt, for one that has only looked on so far. What was let in meanwhile was there: a debt piled
 * up where `remaining` is clipped at zero, and would have to be waited for if the level began to steer with it.
 */
export function withoutDebt(quota: QuotaState): QuotaState {
  if (quota.level === null || quota.level >= 0) return quota;
  return { ...quota, level: 0, corrections: quota.corrections - quota.level };
}

function withShift(quota: QuotaState, seq: number, amount: number, counts: boolean): QuotaState {
  const isApplied = counts && quota.level !== null;
  const shifts = insertShift(quota.shifts, { seq, amount, isApplied });
  if (quota.level === null || !isApplied) return { ...quota, shifts };
  return {
    ...quota,
    shifts,
    level: Math.min(quota.level + amount, capacity(quota)),
    corrections: quota.corrections + amount,
  };
}
