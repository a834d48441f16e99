import { z } from "zod";

/** Every kind of limit with its ranges, as zod sees it. */

export const rate = z.number().min(0).max(1e9);
export const durationMs = z.number().min(0).max(1e10);
export const windowMs = z.number().gt(0).max(1e10);

const gates = {
  inFlightMax: z.int().min(0).optional(),
  isInFlightUnsaid: z.boolean().optional(),
  coldStartMs: durationMs.optional(),
  unloadAfterMs: windowMs.optional(),
};
const capacity = { capacityPerSecond: rate.optional(), smoothingMs: durationMs.optional() };
const rates = { requestsPerSecond: rate.optional(), tokensPerSecond: rate.optional() };
const following = { depthMs: durationMs.optional(), windowMs: windowMs.optional() };

const together = {
  requests: z.strictObject({ base: rate.optional(), cap: rate.optional() }).optional(),
  tokens: z.strictObject({ base: rate, cap: rate }).optional(),
  factor: rate.optional(),
  usageWindowMs: windowMs.optional(),
  usageInitial: rate.optional(),
  mode: z.enum(["strict", "attribution"]).optional(),
  depthMs: durationMs.optional(),
};

const policer = {
  depthMs: durationMs.optional(),
  windowMs: windowMs.optional(),
  advertisedDepthMs: durationMs.optional(),
  countsRefused: z.boolean().optional(),
};

const fireworks = {
  base: rate.optional(),
  cap: rate.optional(),
  step: z.number().gt(1).max(1_000).optional(),
  stepEveryMs: windowMs.optional(),
  usedShareMin: z.number().min(0).max(1).optional(),
};

const acceleration = {
  base: rate.optional(),
  cap: rate.optional(),
  growth: z.number().gt(0).max(1_000).optional(),
  periodMs: windowMs.optional(),
};

const KINDS = [
  z.strictObject({ kind: z.literal("together"), ...together, ...capacity, ...gates }),
  z.strictObject({ kind: z.literal("policer"), ...policer, ...rates, ...capacity, ...gates }),
  z.strictObject({
    kind: z.literal("window"),
    windowMs: windowMs.optional(),
    phaseMs: durationMs.optional(),
    countsRefused: z.boolean().optional(),
    ...rates,
    ...capacity,
    ...gates,
  }),
  z.strictObject({
    kind: z.literal("sliding"),
    windowMs: windowMs.optional(),
    countsRefused: z.boolean().optional(),
    ...rates,
    ...capacity,
    ...gates,
  }),
  z.strictObject({ kind: z.literal("gcra"), burstMs: durationMs.optional(), ...rates, ...capacity, ...gates }),
  z.strictObject({ kind: z.literal("fireworks"), ...fireworks, ...following, ...capacity, ...gates }),
  z.strictObject({ kind: z.literal("acceleration"), ...acceleration, ...following, ...capacity, ...gates }),
  z.strictObject({ kind: z.literal("concurrency"), ...capacity, ...gates, inFlightMax: z.int().min(0) }),
  z.strictObject({
    kind: z.literal("silent"),
    requestsPerSecond: rate.optional(),
    timeoutMs: windowMs.optional(),
    ...gates,
  }),
] as const;

/** A limit as data. */
export const limit = z.discriminatedUnion("kind", KINDS, {
  error: ({ code }) =>
    code === "invalid_union"
      ? `must be one of ${KINDS.map(({ shape }) => shape.kind.value).join(", ")}`
      : "must be a limit: an object with a kind",
});
