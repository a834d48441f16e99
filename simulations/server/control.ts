import { z } from "zod";
import { FAULT_KINDS } from "./fault.js";
import type { ScheduledMove } from "./move.js";

/** A schedule longer than this is a mistake. */
const MOVES_MAX = 10_000;

const rate = z.number().min(0).max(1e9).nullable().optional();
const durationMs = z.number().min(0).max(1e10);

const fault = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  share: z.number().gt(0).max(1).optional(),
  times: z.int().min(1).optional(),
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
  requestsPerSecond: rate,
  tokensPerSecond: rate,
  capacityPerSecond: rate,
  outageMs: durationMs.optional(),
  latency: latency.optional(),
  fault: fault.nullable().optional(),
});

/**
 * Reads what may be sent to `/__control`, or stand in a schedule's file: one move, or a list of them. The error names the
 * field and what it may be.
 */
export function readMoves(json: unknown): { readonly moves: readonly ScheduledMove[] } | { readonly error: string } {
  const result = z
    .array(move)
    .max(MOVES_MAX)
    .safeParse(Array.isArray(json) ? json : [json]);
  if (result.success) return { moves: result.data as readonly ScheduledMove[] };
  const [issue] = result.error.issues;
  const [index, ...path] = issue?.path ?? [];
  const place = Array.isArray(json) && index !== undefined ? `move ${Number(index) + 1}` : "move";
  return { error: `${[place, ...path].join(".")}: ${issue?.message ?? "not a move"}` };
}
