import { z } from "zod";
import { SluiceError } from "../../src/errors.js";
import { MODEL_TYPES } from "./catalog.js";
import { FAULT_KINDS } from "./fault.js";
import { durationMs, limit, rate } from "./limit-schema.js";
import type { ScheduledMove } from "./move.js";
import type { ServiceOptions } from "./service.js";
import { HEADER_ERAS } from "./voice.js";

/** A schedule longer than this is a mistake. */
const MOVES_MAX = 10_000;

const movedRate = rate.nullable().optional();

export const fault = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  share: z.number().gt(0).max(1).optional(),
  times: z.int().min(1).optional(),
  fromMs: durationMs.optional(),
  untilMs: durationMs.optional(),
  model: z.string().optional(),
  waitMs: durationMs.optional(),
});

const latency = z.strictObject({
  firstByteMs: durationMs.optional(),
  sigma: z.number().min(0).max(3).optional(),
  perTokenMs: durationMs.optional(),
  refusalMs: durationMs.optional(),
});

const move = z.strictObject({
  atMs: durationMs.default(0),
  model: z.string().optional(),
  requestsPerSecond: movedRate,
  tokensPerSecond: movedRate,
  sharedPerSecond: movedRate,
  capacityPerSecond: movedRate,
  inFlightMax: z.int().min(0).nullable().optional(),
  outageMs: durationMs.optional(),
  latency: latency.optional(),
  fault: fault.nullable().optional(),
});
export const moves = z.array(move).max(MOVES_MAX);

const model = z.strictObject({
  id: z.string().min(1),
  type: z.enum(MODEL_TYPES),
  dimensions: z.int().min(1).max(4_096).optional(),
});

const count = z.int().min(0).optional();

/** Options that aren't the service's are its host's, and are left to it. */
const service = z.object({
  provider: z.string().optional(),
  headers: z.enum(HEADER_ERAS).optional(),
  limit: limit.optional(),
  limits: z.record(z.string(), limit).optional(),
  shared: limit.optional(),
  isSharedUnsaid: z.boolean().optional(),
  models: z.array(model).min(1).optional(),
  latency: latency.optional(),
  fineTunes: z.strictObject({ atOnceMax: count, durationMs: durationMs.optional() }).optional(),
  batches: z
    .strictObject({
      ...{ requestsMax: count, atOnceMax: count, queueMax: count },
      ...{ requestsPerSecond: rate.gt(0).optional(), windowMs: durationMs.optional() },
    })
    .optional(),
  schedule: moves.optional(),
  fault: fault.optional(),
  seed: z.int().optional(),
});

/**
 * Reads what may be sent to `/__control`, or stand in a schedule's file: one move, or a list of them. The error names the
 * field and what it may be.
 */
export function readMoves(json: unknown): { readonly moves: readonly ScheduledMove[] } | { readonly error: string } {
  const result = moves.safeParse(Array.isArray(json) ? json : [json]);
  if (result.success) return { moves: result.data as readonly ScheduledMove[] };
  const [issue] = result.error.issues;
  const [index, ...path] = issue?.path ?? [];
  const place = Array.isArray(json) && index !== undefined ? `move ${Number(index) + 1}` : "move";
  return { error: `${[place, ...path].join(".")}: ${issue?.message ?? "not a move"}` };
}

/**
 * Checks moves that a program makes.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` that names the move and its field
 */
export function checkMoves(moves: readonly ScheduledMove[]): readonly ScheduledMove[] {
  const read = readMoves(moves);
  if ("error" in read) throw new SluiceError("ERR_SLUICE_OPTION", read.error);
  return read.moves;
}

/**
 * Checks a service's options.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` that names the option
 */
export function checkServiceOptions(options: ServiceOptions): void {
  const [issue] = service.safeParse(options).error?.issues ?? [];
  if (issue === undefined) return;
  throw new SluiceError("ERR_SLUICE_OPTION", `${issue.path.join(".") || "the server's options"}: ${issue.message}`);
}
