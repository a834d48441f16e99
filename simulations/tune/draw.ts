import type { Random } from "../../src/random.js";
import type { Candidate } from "./ledger.js";
import { type Axis, evenPoints, placeOf, type Values, valueAt } from "./space.js";

/** How far children are from their parents, as a part of each range. */
const REACH = 0.15;

/** Candidates spread evenly over the space. */
export function draw(axes: readonly Axis[], count: number, random: Random): readonly Candidate[] {
  const points = evenPoints(axes.length, random);
  return Array.from({ length: count }, (_, index): Candidate => {
    const point = points.next().value as readonly number[];
    return { name: `a${index + 1}`, values: valuesAt(axes, point) };
  });
}

/** Candidates near those that were left: every other one near the best of them, the rest near each in turn. */
export function breed(
  parents: readonly Candidate[],
  { axes, count, generation, random }: { axes: readonly Axis[]; count: number; generation: string; random: Random },
): readonly Candidate[] {
  return Array.from({ length: count }, (_, index): Candidate => {
    const parent = index % 2 === 0 ? 0 : ((index + 1) / 2) % parents.length;
    const values = parents[parent]?.values ?? {};
    const point = axes.map((axis) => placeOf(axis, values[axis.name] ?? axis.low) + (2 * random() - 1) * REACH);
    return { name: `${generation}${index + 1}`, values: valuesAt(axes, point) };
  });
}

/** Lets through candidates whose values nobody had before: two digits leave few on a short axis. */
export function createSieve(first: Candidate): (candidates: readonly Candidate[]) => readonly Candidate[] {
  const seen = new Set([JSON.stringify(first.values)]);
  return (candidates) => candidates.filter(({ values }) => seen.size < seen.add(JSON.stringify(values)).size);
}

function valuesAt(axes: readonly Axis[], point: readonly number[]): Values {
  return Object.fromEntries(axes.map((axis, index) => [axis.name, valueAt(axis, point[index] ?? 0)]));
}
