import { z } from "zod";
import { dialectOfName, dialects } from "../../src/dialect/catalog.js";
import { chosen } from "../load/fields.js";
import { answerTimes } from "./answer-schema.js";
import { ANSWER_KINDS } from "./answers.js";
import { durationMs, limit, rate, windowMs } from "./limit-schema.js";
import { fault, moves } from "./schema.js";
import { HEADER_ERAS } from "./voice.js";

/** A server in virtual time, as zod sees it. */

const share = z.number().min(0).max(1);
const times = { fromMs: durationMs.optional(), untilMs: durationMs.optional() };

/** What may be data or a function is held to the data, so that an error names the field in it. */
export const limitSource = chosen((value) => {
  if (typeof value === "function") return z.unknown();
  return value === undefined ? z.custom(() => false, { error: "is missing" }) : limit;
});

export const answers = z.strictObject({
  like: z.enum(ANSWER_KINDS).optional(),
  medianMs: durationMs.optional(),
  tokensPerSecond: rate.gt(0).optional(),
  isReordered: z.boolean().optional(),
  ...answerTimes,
});

const fields = z
  .array(z.enum(["limit", "remaining", "resetInMs", "windowMs"]))
  .min(1)
  .optional();
const number = z.number().min(-1e12).max(1e12);
export const lie = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("scaled"), factor: z.number().min(0).max(1e6), fields, ...times }),
  z.strictObject({ kind: z.literal("offset"), units: number, fields, ...times }),
  z.strictObject({
    kind: z.literal("constant"),
    limit: number.optional(),
    remaining: number.optional(),
    resetInMs: number.optional(),
    windowMs: number.optional(),
    ...times,
  }),
  z.strictObject({ kind: z.literal("stale"), byMs: durationMs, ...times }),
  z.strictObject({ kind: z.literal("vanishing"), everyMs: windowMs, ...times }),
  z.strictObject({ kind: z.literal("garbage"), share, ...times }),
  z.strictObject({ kind: z.literal("silent-refusals"), ...times }),
  z.strictObject({
    kind: z.literal("foreign"),
    limit: limitSource,
    counts: z.enum(["every", "accepted"]).optional(),
    ...times,
  }),
]);

const provider = z.string().refine((name) => dialectOfName(name) !== undefined, {
  error: () => `must be one of ${dialects.map(({ name }) => name).join(", ")}`,
});

export const rounding = z.enum(["ceil", "floor", "none"]);

const headers = z
  .strictObject({
    provider,
    era: z.enum(HEADER_ERAS).optional(),
    isHostKnown: z.boolean().optional(),
    rounding: rounding.optional(),
    lies: z.array(lie).optional(),
  })
  .refine(({ era, provider: name }) => (era !== "2024" && era !== "2025") || name === "together", {
    path: ["era"],
    error: "is known of together alone",
  });

const waveTimes = {
  of: z.enum(["requestsPerSecond", "tokensPerSecond", "capacityPerSecond", "inFlightMax"]).optional(),
  model: z.string().optional(),
  everyMs: z.number().min(1).max(1e10).optional(),
  ...times,
};
export const wave = z.discriminatedUnion("shape", [
  z.strictObject({ shape: z.literal("sine"), mean: rate, amplitude: rate, periodMs: windowMs, ...waveTimes }),
  z.strictObject({ shape: z.literal("ramp"), from: rate, to: rate, overMs: windowMs, ...waveTimes }),
]);

export const neighbour = z.strictObject({
  requestsPerSecond: rate,
  arrivals: z.enum(["poisson", "even"]).optional(),
  manner: z.enum(["greedy", "polite"]).optional(),
  organisation: z.string().optional(),
  model: z.string().optional(),
  holdsMs: durationMs.optional(),
  cost: z.record(z.string(), z.number().min(0)).optional(),
  ...times,
});

export const proxy = z.strictObject({ retries: z.int().min(0).max(100), backoffMs: durationMs.optional() });

/** A server. */
export const server = z.strictObject({
  limit: limitSource,
  limits: z.record(z.string(), limitSource).optional(),
  answers: answers.optional(),
  answersOf: z.record(z.string(), answers).optional(),
  headers: headers.optional(),
  schedule: moves.optional(),
  waves: z.array(wave).optional(),
  faults: z.array(fault).optional(),
  neighbours: z.array(neighbour).optional(),
  proxy: proxy.optional(),
});
