/** What a member of a fleet asks for. */
export interface Wish {
  /** Units a second that it could use. */
  readonly want: number;
}

/** Who wants something gets a quarter more than that, so that it can show that it wants more yet. */
const MARGIN = 1.25;
/** Part of the rate that is kept for those who want nothing just now, all together: they begin without asking anybody. */
const IDLE = 0.04;

/**
 * What each member is to have of the fleet's rate, as fractions that add up to 1: first to each what it wants, the smaller
 * wishes first and what is left in equal parts (max-min); then what nobody wants, in equal parts.
 */
export function targets(wishes: readonly Wish[], ratePerSecond: number): readonly number[] {
  const count = wishes.length;
  if (count === 0) return [];
  const floor = (IDLE * ratePerSecond) / count;
  const wanted = wishes.map(({ want }) => Math.max(floor, MARGIN * want));
  const inOrder = wanted.map((_, index) => index).sort((one, other) => (wanted[one] ?? 0) - (wanted[other] ?? 0));
  const given = new Array<number>(count).fill(0);
  let left = ratePerSecond;
  let remaining = count;
  for (const index of inOrder) {
    const part = Math.min(wanted[index] ?? 0, left / remaining);
    given[index] = part;
    left -= part;
    remaining -= 1;
  }
  const spare = Math.max(0, left) / count;
  return given.map((part) => (part + spare) / ratePerSecond);
}
