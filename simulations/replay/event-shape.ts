import { z } from "zod";
import type { LoggedEvent } from "./log.js";

/** The events that a log keeps, as far as a replay reads them; fields that are not named here are let through. */

const number = z.number();
const atMs = number;
const key = z.string().min(1);
const request = z.int().min(1);
const attempt = z.int().min(1);
const cost = z.record(z.string(), number.min(0));
const outcome = z.enum(["accepted", "throttled", "overloaded", "exhausted", "saturated", "failed"]);
const dimension = z.string().min(1);
const amount = number.min(0).optional();

const quota = z.looseObject({
  dimension,
  scope: z.string().optional(),
  limit: amount,
  remaining: amount,
  resetInMs: amount,
  windowMs: amount,
});

const events = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("sent"),
    ...{ atMs, key, request, attempt, cost },
    waitMs: number.min(0),
    inFlight: number.min(0),
    isProbe: z.boolean(),
    ratePerSecond: number.min(0),
    isForeign: z.boolean().optional(),
    lateMs: amount,
  }),
  z.looseObject({
    type: z.literal("response"),
    ...{ atMs, key, request, attempt, outcome },
    status: number.optional(),
    latencyMs: number.min(0),
    provider: z.string().optional(),
    retryAfterMs: amount,
    retryAfterDerived: z.boolean().optional(),
    refused: z.looseObject({ dimension, scope: z.string().optional(), neverFits: z.boolean().optional() }).optional(),
    quotas: z.array(quota),
    isOwn: z.boolean().optional(),
    dice: z.array(number.min(0).max(1)).optional(),
  }),
  z.looseObject({ type: z.literal("retry"), ...{ atMs, key, request, attempt, outcome }, delayMs: number }),
  z.looseObject({
    type: z.literal("settled"),
    ...{ atMs, key, request, outcome },
    attempts: number,
    durationMs: number.min(0),
    actual: cost.optional(),
  }),
  z.looseObject({ type: z.literal("dropped"), ...{ atMs, key, request }, code: z.string(), attempts: number }),
  z.looseObject({
    type: z.literal("decision"),
    ...{ atMs, key, dimension },
    scope: z.string().optional(),
    ratePerSecond: number.nullable(),
    limitPerSecond: number.nullish(),
    decision: z.looseObject({
      move: z.enum(["increase", "decrease", "hold"]),
      because: z.string(),
      detail: z.string().optional(),
    }),
  }),
  z.looseObject({ type: z.enum(["advice", "warning"]), ...{ atMs, key }, message: z.string() }),
]);

/** Whether a line is an event that a replay can follow. */
export function isEvent(value: unknown): value is LoggedEvent {
  return events.safeParse(value).success;
}
