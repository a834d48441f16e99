import { z } from "zod";
import { nearestName } from "../../src/nearest.js";
import { METRICS } from "../measure/metrics.js";
import { CONTESTANT_NAMES, unknownContestant } from "../run/contestants.js";
import type { Workload } from "../world/workload.js";
import { field, numberField, strict } from "./field.js";

/** The shape of a scenario, as zod sees it. What fields have to do with each other is checked in `check.ts`. */

/** A longer run is a mistake in the unit. */
const DURATION_MAX_MS = 30 * 24 * 3_600_000;
/** Each has a sluice of its own. */
const CLIENTS_MAX = 10_000;
const SCENARIO_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const text = (range: string, isIn: (value: string) => boolean) =>
  field<string>(range, (value) => typeof value === "string" && isIn(value));

const instantMs = numberField(
  `a number of milliseconds from 0 to ${DURATION_MAX_MS}`,
  (value) => value >= 0 && value <= DURATION_MAX_MS,
);
const someText = text("a text that isn't empty", (value) => value.trim() !== "");
/** Checked by who reads it. */
const anObject = field<object>("an object", (value) => typeof value === "object" && value !== null);
const isObjectOrFunction = (value: unknown): boolean =>
  (typeof value === "object" && value !== null) || typeof value === "function";

const metric = z.custom<string>((value) => typeof value === "string" && Object.hasOwn(METRICS, value), {
  error: ({ input }) =>
    typeof input === "string"
      ? unknownMetric(input)
      : input === undefined
        ? "is missing"
        : "must be the name of a metric",
});
const contestant = z.custom<string>((value) => typeof value === "string" && CONTESTANT_NAMES.includes(value), {
  error: ({ input }) => (typeof input === "string" ? unknownContestant(input) : "must be the name of a contestant"),
});

function unknownMetric(name: string): string {
  const names = Object.keys(METRICS);
  const nearest = nearestName(name, names);
  return `unknown metric '${name}'; ${nearest === undefined ? `there are ${names.join(", ")}` : `did you mean '${nearest}'?`}`;
}

const span = { fromMs: instantMs, untilMs: instantMs };

const bound = {
  metric,
  atLeast: numberField("a number", () => true).optional(),
  atMost: numberField("a number", () => true).optional(),
  of: contestant.optional(),
  over: field<"mean" | "worst">("'mean' or 'worst'", (value) => value === "mean" || value === "worst").optional(),
  within: strict(span).optional(),
  because: someText.optional(),
};

const clockJump = z.union(
  [
    z.strictObject({ atMs: instantMs, wallMs: numberField("a number of milliseconds", () => true) }),
    z.strictObject({ atMs: instantMs, sleepMs: instantMs }),
  ],
  { error: "must have atMs, and either wallMs or sleepMs, in milliseconds" },
);

const client = {
  workload: field<Workload>("an object, a function or a list of these", isObjectOrFunction),
  organisation: someText.optional(),
  joinsAtMs: instantMs.optional(),
  leavesAtMs: instantMs.optional(),
  options: anObject.optional(),
};

const scenario = {
  name: text("in kebab-case, such as 'steady-10'", (value) => SCENARIO_NAME.test(value)),
  story: someText,
  durationMs: numberField(
    `a number of milliseconds above 0, at most ${DURATION_MAX_MS}`,
    (value) => value > 0 && value <= DURATION_MAX_MS,
  ),
  warmUpMs: instantMs.optional(),
  server: anObject,
  clients: z
    .array(strict(client), { error: "must be a list" })
    .min(1, { error: "must not be empty" })
    .max(CLIENTS_MAX, { error: `must not be more than ${CLIENTS_MAX}` })
    .optional(),
  changesMs: z.array(instantMs, { error: "must be a list of instants" }).optional(),
  clockJumps: z.array(clockJump, { error: "must be a list" }).optional(),
  options: anObject.optional(),
  bounds: z.array(strict(bound), {
    error: ({ input }) => (input === undefined ? "is missing; [] if nothing must hold" : "must be a list"),
  }),
};

export const scenarioSchema = strict(scenario);
