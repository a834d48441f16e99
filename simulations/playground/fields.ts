/** One setting of the playground: what it may be, what it is at first, and how a page asks for it. */
export type Field = NumberField | ChoiceField;

interface FieldTraits {
  readonly name: string;
  readonly label: string;
  readonly group: Group;
  /** Whether it can be changed while a run goes on, which then goes on with it. Default: a run starts anew. */
  readonly isLive?: boolean;
  /** Only of use where the own server's kind, or the workload, is one of these. */
  readonly kinds?: readonly string[];
  readonly workloads?: readonly string[];
}

export interface NumberField extends FieldTraits {
  readonly type: "number";
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly unit: string;
  readonly isWhole?: boolean;
  /** Whether a slider moves by factors rather than by steps. */
  readonly isLog?: boolean;
  /** What the smallest value means, where it means that there is none. */
  readonly none?: string;
}

export interface ChoiceField extends FieldTraits {
  readonly type: "choice";
  readonly choices: readonly string[];
  readonly initial: string;
}

export type Group = "run" | "server" | "workload" | "trouble" | "control";

/** What a server's own limit is like. */
export const KINDS = [
  "policer",
  "window",
  "sliding",
  "gcra",
  "together",
  "fireworks",
  "acceleration",
  "concurrency",
  "silent",
] as const;

export const WORKLOADS = ["saturated", "poisson", "on-off", "bursts", "diurnal"] as const;
export const TROUBLES = ["none", "garbage-headers", "status-503", "status-500", "close-early", "retry-after"] as const;
/** Who words the headers; none says nothing. */
export const VOICES = [
  "none",
  "together",
  "openai",
  "anthropic",
  "google",
  "mistral",
  "groq",
  "fireworks",
  "cerebras",
  "ietf",
  "envoy",
] as const;

const RATES = { min: 0.1, max: 1_000, isLog: true, unit: "/s" } as const;
const WITH_DEPTH = ["policer", "window", "sliding", "gcra"];

/** Every setting but the scenario, the contestants, and the changes, in the order in which a page shows them. */
export const FIELDS = [
  { type: "number", name: "seed", label: "Seed", group: "run", min: 0, max: 1e9, initial: 1, unit: "", isWhole: true },
  {
    type: "number",
    name: "speed",
    label: "Speed",
    group: "run",
    isLive: true,
    ...{ min: 1, max: 2_000, initial: 20, unit: "×", isLog: true },
  },
  {
    type: "number",
    name: "minutes",
    label: "Lasts",
    group: "run",
    ...{ min: 0.5, max: 240, initial: 10, unit: "min", isLog: true },
  },
  { type: "choice", name: "kind", label: "Limit by", group: "server", choices: KINDS, initial: "policer" },
  { type: "number", name: "limit", label: "Limit", group: "server", isLive: true, ...RATES, initial: 10 },
  {
    type: "number",
    name: "tokens",
    label: "Token limit",
    group: "server",
    kinds: WITH_DEPTH,
    ...{ min: 0, max: 1e6, initial: 0, unit: "tokens/s", none: "none" },
  },
  {
    type: "number",
    name: "depth",
    label: "Bucket or window",
    group: "server",
    kinds: WITH_DEPTH,
    ...{ min: 0.1, max: 600, initial: 1, unit: "s", isLog: true },
  },
  {
    type: "number",
    name: "memory",
    label: "Remembers use for",
    group: "server",
    kinds: ["together"],
    ...{ min: 5, max: 3_600, initial: 60, unit: "s", isLog: true },
  },
  {
    type: "number",
    name: "factor",
    label: "Limit is use times",
    group: "server",
    kinds: ["together"],
    ...{ min: 1.05, max: 4, initial: 2, unit: "×" },
  },
  { type: "choice", name: "headers", label: "Headers", group: "server", choices: VOICES, initial: "none" },
  {
    type: "number",
    name: "latency",
    label: "Answers take",
    group: "server",
    ...{ min: 0.02, max: 60, initial: 2, unit: "s", isLog: true },
  },
  {
    type: "number",
    name: "late",
    label: "Refusals take",
    group: "server",
    ...{ min: 0.01, max: 10, initial: 0.1, unit: "s", isLog: true },
  },
  { type: "choice", name: "workload", label: "Workload", group: "workload", choices: WORKLOADS, initial: "saturated" },
  {
    type: "number",
    name: "demand",
    label: "Wanted",
    group: "workload",
    workloads: ["poisson", "on-off", "diurnal"],
    ...RATES,
    initial: 8,
  },
  {
    type: "number",
    name: "size",
    label: "Burst of",
    group: "workload",
    workloads: ["bursts"],
    ...{ min: 1, max: 5_000, initial: 200, unit: "requests", isWhole: true, isLog: true },
  },
  {
    type: "number",
    name: "every",
    label: "Every",
    group: "workload",
    workloads: ["on-off", "bursts", "diurnal"],
    ...{ min: 1, max: 600, initial: 30, unit: "s", isLog: true },
  },
  {
    type: "number",
    name: "text",
    label: "Tokens a request",
    group: "workload",
    ...{ min: 0, max: 20_000, initial: 0, unit: "", isWhole: true, none: "not counted" },
  },
  {
    type: "number",
    name: "clients",
    label: "Clients",
    group: "workload",
    ...{ min: 1, max: 8, initial: 1, unit: "", isWhole: true },
  },
  { type: "choice", name: "trouble", label: "Fault", group: "trouble", choices: TROUBLES, initial: "none" },
  {
    type: "number",
    name: "share",
    label: "Met by",
    group: "trouble",
    ...{ min: 0, max: 50, initial: 2, unit: "% of tries" },
  },
  {
    type: "number",
    name: "neighbour",
    label: "A neighbour takes",
    group: "trouble",
    ...{ min: 0, max: 500, initial: 0, unit: "/s", none: "nothing" },
  },
  {
    type: "choice",
    name: "law",
    label: "Law",
    group: "control",
    isLive: true,
    choices: ["plateau", "aimd"],
    initial: "plateau",
  },
  {
    type: "number",
    name: "decrease",
    label: "One cut leaves",
    group: "control",
    isLive: true,
    ...{ min: 0.1, max: 0.99, initial: 0.8, unit: "×" },
  },
  {
    type: "number",
    name: "epoch",
    label: "Epoch",
    group: "control",
    isLive: true,
    ...{ min: 1, max: 120, initial: 15, unit: "s", isLog: true },
  },
  {
    type: "number",
    name: "increase",
    label: "Additive increase",
    group: "control",
    isLive: true,
    ...{ min: 0, max: 10, initial: 0, unit: "/s each s", none: "from the epoch" },
  },
  {
    type: "number",
    name: "burst",
    label: "Burst",
    group: "control",
    isLive: true,
    ...{ min: 1, max: 100, initial: 5, unit: "sends", isWhole: true, isLog: true },
  },
  {
    type: "number",
    name: "doubling",
    label: "Start doubles in",
    group: "control",
    isLive: true,
    ...{ min: 0.2, max: 30, initial: 2.7, unit: "s", isLog: true },
  },
] as const satisfies readonly Field[];

export type FieldName = (typeof FIELDS)[number]["name"];

/** A field by its name, if there is one. */
export function fieldOf(name: string): Field | undefined {
  return FIELDS.find((field) => field.name === name);
}

/** A value as it is told: `10 /s`, `none`. */
export function valueText(field: Field, value: Value): string {
  if (field.type !== "number") return String(value);
  if (value === field.min && field.none !== undefined) return field.none;
  const digits = Number(Number(value).toPrecision(3));
  return field.unit.startsWith("/") || field.unit === "" || field.unit === "×"
    ? `${digits}${field.unit}`
    : `${digits} ${field.unit}`;
}

export type Value = number | string;

/** What is wrong with a value, as it was typed; undefined where nothing is. */
export function faultOf(field: Field, text: string): string | undefined {
  if (field.type !== "number") {
    return field.choices.includes(text) ? undefined : `must be one of ${field.choices.join(", ")}`;
  }
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const isIn = value >= field.min && value <= field.max && (field.isWhole !== true || Number.isInteger(value));
  return isIn
    ? undefined
    : `must be a ${field.isWhole === true ? "whole number" : "number"} from ${field.min} to ${field.max}`;
}

/** The value that a right text means. */
export function valueFrom(field: Field, text: string): Value {
  return field.type === "number" ? Number(text) : text;
}
