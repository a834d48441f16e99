/** An amount that came back (a refusal) or was taken (a later charge), unseen by requests sent before `seq`. */
export interface QuotaShift {
  readonly seq: number;
  readonly amount: number;
  /** Whether the quota's `corrections` have it already. */
  readonly isApplied: boolean;
}

/** Shifts remembered at most; beyond, neighbours are merged, which blurs only answers that lie between the two. */
export const SHIFTS_MAX = 64;

/** The list with one more shift, ordered by `seq`, and never longer than `SHIFTS_MAX`. */
export function insertShift(shifts: readonly QuotaShift[], shift: QuotaShift): readonly QuotaShift[] {
  const kept = shifts.length < SHIFTS_MAX ? shifts : mergePairs(shifts);
  const last = kept.at(-1);
  if (last === undefined || last.seq <= shift.seq) return [...kept, shift];
  const index = kept.findIndex((other) => other.seq > shift.seq);
  return [...kept.slice(0, index), shift, ...kept.slice(index)];
}

function mergePairs(shifts: readonly QuotaShift[]): readonly QuotaShift[] {
  const merged: QuotaShift[] = [];
  for (const shift of shifts) {
    const last = merged.at(-1);
    // Half of the list at a time, so that a long run costs the same for each insertion as a short one.
    if (last !== undefined && last.isApplied === shift.isApplied && merged.length * 2 > SHIFTS_MAX - shifts.length) {
      merged[merged.length - 1] = { ...shift, amount: last.amount + shift.amount };
    } else {
      merged.push(shift);
    }
  }
  return merged;
}

/** The list without what a header of the request `seq` has seen. */
export function dropShifts(shifts: readonly QuotaShift[], seq: number): readonly QuotaShift[] {
  const first = shifts[0];
  return first === undefined || first.seq > seq ? shifts : shifts.filter((shift) => shift.seq > seq);
}
