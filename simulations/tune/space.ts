import { completeOptions } from "../../src/complete.js";
import { nearestName } from "../../src/nearest.js";
import type { Random } from "../../src/random.js";
import { refuse } from "../refuse.js";
import type { ScenarioOptions } from "../world/scenario.js";

/** A control option that may be searched. */
export interface Axis {
  readonly name: AxisName;
  readonly low: number;
  readonly high: number;
  /** Whether steps are equal as ratios or as differences. */
  readonly scale: "log" | "linear";
}

/** A value for each axis of a search, by name. */
export type Values = Readonly<Partial<Record<AxisName, number>>>;

/** What is searched unless somebody says otherwise, and how far. Wider than anybody would set by hand. */
export const AXES = [
  { name: "epochMs", low: 4_000, high: 60_000, scale: "log" },
  { name: "multiplicativeDecrease", low: 0.5, high: 0.95, scale: "linear" },
  { name: "startDoublingMs", low: 800, high: 9_000, scale: "log" },
  { name: "burst", low: 1, high: 40, scale: "log" },
  { name: "rateInitial", low: 0.2, high: 20, scale: "log" },
] as const satisfies readonly { name: string; low: number; high: number; scale: Axis["scale"] }[];

/** The name of such an option. */
export type AxisName = (typeof AXES)[number]["name"];

/** Numbers are written with so many digits: more would pretend to know more. */
const LOG_DIGITS = 2;
const LINEAR_DECIMALS = 2;

/** The value at a place on an axis, from 0 to 1. */
export function valueAt({ low, high, scale }: Axis, place: number): number {
  const inside = Math.min(1, Math.max(0, place));
  const value = scale === "log" ? low * Math.exp(inside * Math.log(high / low)) : low + inside * (high - low);
  const rounded = scale === "log" ? Number(value.toPrecision(LOG_DIGITS)) : Number(value.toFixed(LINEAR_DECIMALS));
  return Math.min(high, Math.max(low, rounded));
}

/** Where a value lies on an axis: 0 to 1 within its range. */
export function placeOf({ low, high, scale }: Axis, value: number): number {
  return scale === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

/** What a sluice with these options has on each axis. */
export function valuesOf(axes: readonly Axis[], options: ScenarioOptions): Values {
  const { control } = completeOptions(options);
  return Object.fromEntries(axes.map(({ name }) => [name, control[name]]));
}

/** The options with these values in the place of their own. */
export function withValues(options: ScenarioOptions, values: Values): ScenarioOptions {
  return { ...options, control: { ...options.control, ...values } };
}

/**
 * The axes of a search: all of {@link AXES}, or those that are named, with their ranges or others.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` that names the axis
 */
export function axesOf(
  chosen: readonly { readonly name: string; readonly low?: number; readonly high?: number }[] | undefined,
): readonly Axis[] {
  if (chosen === undefined) return AXES;
  if (chosen.length === 0) refuse("there is nothing to vary");
  const axes = chosen.map(({ name, low, high }): Axis => {
    const usual = AXES.find((each) => each.name === name);
    if (usual === undefined) return refuse(unknownAxis(name));
    const axis = { ...usual, low: low ?? usual.low, high: high ?? usual.high };
    if (!(axis.low < axis.high)) refuse(`${name}: the range must rise, got ${axis.low} to ${axis.high}`);
    for (const value of [axis.low, axis.high]) completeOptions({ control: { [name]: value } });
    return axis;
  });
  const twice = axes.find(({ name }, index) => axes.findIndex((each) => each.name === name) < index);
  return twice === undefined ? axes : refuse(`${twice.name} is named twice`);
}

/** Points of the unit cube that cover it evenly, however few are taken: Halton's sequence, moved by chance. */
export function* evenPoints(dimensions: number, random: Random): Generator<readonly number[]> {
  const shifts = Array.from({ length: dimensions }, () => random());
  for (let index = 1; ; index++) {
    yield shifts.map((shift, dimension) => (radicalInverse(index, PRIMES[dimension] ?? 2) + shift) % 1);
  }
}

const PRIMES = [2, 3, 5, 7, 11, 13];

/** The digits of a number in some base, mirrored at the point. */
function radicalInverse(index: number, base: number): number {
  let fraction = 1;
  let sum = 0;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    fraction /= base;
    sum += fraction * (rest % base);
  }
  return sum;
}

function unknownAxis(name: string): string {
  const names = AXES.map((axis) => axis.name);
  const nearest = nearestName(name, names);
  return `'${name}' can't be tuned; ${nearest === undefined ? `there are ${names.join(", ")}` : `did you mean '${nearest}'?`}`;
}
