import { FIELDS, type FieldName, fieldOf, type Value } from "./fields.js";

/** Everything that makes a run of the playground what it is, and nothing else: equal settings give equal runs. */
export interface Settings {
  /** A built-in scenario's name; empty: the server, workload and troubles of `values`. */
  readonly scenario: string;
  /** Who runs, beside the clairvoyant. */
  readonly contestants: readonly string[];
  readonly values: Readonly<Record<FieldName, Value>>;
  /** What is changed while it runs, in the order of their instants. */
  readonly changes: readonly Change[];
}

/** A setting that changes while a run goes on. */
export interface Change {
  /** Whole milliseconds of virtual time. */
  readonly atMs: number;
  /** A live setting, or `outage`: so many seconds of 503. */
  readonly name: string;
  readonly value: Value;
}

/** The sluice that the control's settings are for. */
export const TUNED = "yours";
/** Side by side at most, so that each can be seen. */
export const CONTESTANTS_MAX = 4;
export const OUTAGE = "outage";
export const OUTAGE_MAX_S = 600;

/** What each field is at first. */
export const INITIAL_VALUES = Object.fromEntries(
  FIELDS.map(({ name, initial }) => [name, initial]),
) as Settings["values"];

/** What a newcomer sees first: the plain case, and what most people do instead. */
export const INITIAL: Settings = {
  scenario: "s01-ten-a-second",
  contestants: ["sluice", "retry-only"],
  values: INITIAL_VALUES,
  changes: [],
};

/** A number among the values. */
export function numberOf({ values }: Pick<Settings, "values">, name: FieldName): number {
  return Number(values[name]);
}

/** With a change among the others, in its place: of two of one name at one instant the later stands. */
export function withChange(changes: readonly Change[], change: Change): readonly Change[] {
  const others = changes.filter(({ atMs, name }) => atMs !== change.atMs || name !== change.name);
  return [...others, change].sort((one, other) => one.atMs - other.atMs);
}

/** The values as they are at an instant, changes done. */
export function valuesAt({ values, changes }: Pick<Settings, "values" | "changes">, atMs: number): Settings["values"] {
  const done = changes.filter((change) => change.atMs <= atMs && change.name in values);
  return { ...values, ...Object.fromEntries(done.map(({ name, value }) => [name, value])) };
}

/** What a speed means to who simulates: the highest is as fast as it goes. */
export function paceOf(speed: Value): number {
  const field = fieldOf("speed");
  return field?.type === "number" && Number(speed) >= field.max ? Number.POSITIVE_INFINITY : Number(speed);
}
