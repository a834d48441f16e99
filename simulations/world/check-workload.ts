import { z } from "zod";
import { SluiceError } from "../../src/errors.js";
import { nearestName } from "../../src/nearest.js";
import { field, isObject, numberField, strict } from "../load/field.js";
import { chosen, problemsIn } from "../load/fields.js";
import { type Problem, show } from "../load/problem.js";
import { AT_ONCE_MAX } from "./own-demand.js";
import type { Workload } from "./workload.js";

const above0 = numberField("a number above 0", (value) => value > 0);
const from0 = numberField("a number, 0 or more", (value) => value >= 0);
const share = numberField("a number in [0, 1]", (value) => value >= 0 && value <= 1);
const whole = numberField("a whole number, 1 or more", (value) => Number.isInteger(value) && value >= 1);
const atOnce = numberField(
  `a whole number from 1 to ${AT_ONCE_MAX}`,
  (value) => Number.isInteger(value) && value >= 1 && value <= AT_ONCE_MAX,
);
const name = field<string>("a text that isn't empty", (value) => typeof value === "string" && value !== "");
const flag = field<boolean>("true or false", (value) => typeof value === "boolean");
const oneOf = (...values: readonly string[]) =>
  field<string>(values.map((each) => `'${each}'`).join(" or "), (value) => values.includes(value as string));

const lengthShape = { median: from0, sigma: from0 };
const length = chosen((value) => (isObject(value) ? strict(lengthShape) : from0));
const tokensShape = {
  input: length,
  output: length,
  estimate: from0.optional(),
  outputMax: from0.optional(),
  charges: oneOf("nothing", "outputMax").optional(),
};
const impatientShape = { share, afterMs: from0, since: oneOf("asked", "sent").optional() };
const shareStepShape = { atMs: from0, share: from0 };
const requestShape = {
  share: chosen((value) => (Array.isArray(value) ? list(strict(shareStepShape)) : from0)).optional(),
  model: name.optional(),
  priority: numberField("a number", () => true).optional(),
  tenant: name.optional(),
  deadlineMs: from0.optional(),
  tokens: strict(tokensShape).optional(),
  impatient: list(strict(impatientShape)).optional(),
};
const traits = {
  model: name.optional(),
  requests: chosen((value) => (Array.isArray(value) ? list(strict(requestShape)) : strict(requestShape))).optional(),
  count: whole.optional(),
};
const paced = { ...traits, isEven: flag.optional() };
const stepShape = { atMs: from0, requestsPerSecond: from0 };

const KINDS = {
  saturated: strict({ kind: z.literal("saturated"), waiting: atOnce, ...traits }),
  poisson: strict({ kind: z.literal("poisson"), requestsPerSecond: above0, ...paced }),
  "on-off": strict({
    kind: z.literal("on-off"),
    requestsPerSecond: above0,
    onMs: above0,
    offMs: above0,
    ...paced,
  }),
  diurnal: strict({ kind: z.literal("diurnal"), requestsPerSecond: above0, swing: share, periodMs: above0, ...paced }),
  steps: strict({ kind: z.literal("steps"), steps: list(strict(stepShape)), ...paced }),
  bursts: strict({
    kind: z.literal("bursts"),
    size: atOnce,
    everyMs: above0,
    firstAtMs: from0.optional(),
    ...traits,
  }),
};
const KIND_NAMES = Object.keys(KINDS);

/** Everything that is wrong with what should be a workload; what a function makes can't be known before. */
export function problemsOfWorkload(value: unknown): readonly Problem[] {
  if (!Array.isArray(value)) return problemsOfPart(value);
  if (value.length === 0) return [{ path: [], message: "must not be empty" }];
  return value.flatMap((part, index) =>
    problemsOfPart(part).map(({ path, message }) => ({ path: [index, ...path], message })),
  );
}

/**
 * Checks a workload that a program or a file made.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` that names the field and its range
 */
export function checkWorkload(value: unknown): Workload {
  const [problem] = problemsOfWorkload(value);
  if (problem === undefined) return value as Workload;
  const place = ["workload", ...problem.path].join(".");
  throw new SluiceError("ERR_SLUICE_OPTION", `${place} ${problem.message}`);
}

function problemsOfPart(value: unknown): readonly Problem[] {
  if (typeof value === "function") return [];
  if (typeof value !== "object" || value === null) {
    return [{ path: [], message: `must be an object, a function or a list of these, got ${show(value)}` }];
  }
  const kind: unknown = Reflect.get(value, "kind");
  const schema = typeof kind === "string" && Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : undefined;
  if (schema === undefined) return [{ path: ["kind"], message: unknownKind(kind) }];
  return problemsIn(schema, value);
}

function unknownKind(kind: unknown): string {
  if (kind === undefined) return `is missing; there are ${KIND_NAMES.join(", ")}`;
  const nearest = typeof kind === "string" ? nearestName(kind, KIND_NAMES) : undefined;
  const hint = nearest === undefined ? `there are ${KIND_NAMES.join(", ")}` : `did you mean '${nearest}'?`;
  return `must be a kind of workload, got ${show(kind)}; ${hint}`;
}

function list<Item extends z.ZodType>(item: Item) {
  return z
    .array(item, { error: ({ input }) => (input === undefined ? "is missing" : `must be a list, got ${show(input)}`) })
    .min(1, { error: "must not be empty" });
}
