import { z } from "zod";
import { SluiceError } from "../../src/errors.js";
import { answerTimes } from "./answer-schema.js";
import { FAULT_KINDS } from "./fault.js";
import { durationMs, rate } from "./limit-schema.js";
import type { ScheduledMove } from "./move.js";

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

export const latency = z.strictObject({
  firstByteMs: durationMs.optional(),
  perTokenMs: durationMs.optional(),
  ...answerTimes,
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
/** Moves of a scenario, which has no organisations that differ. */
export const moves = z.array(move).max(MOVES_MAX);

/** What concerns everybody can't be moved for one organisation. */
const FOR_ALL = ["capacityPerSecond", "outageMs", "latency", "fault"] as const;

/** Moves of a server. */
export const serverMoves = z
  .array(
    move.extend({ organisation: z.string().optional() }).superRefine((one, context) => {
      if (one.organisation === undefined) return;
      for (const field of FOR_ALL) {
        if (one[field] === undefined) continue;
        context.addIssue({ code: "custom", path: [field], message: "concerns everybody, not one organisation" });
      }
    }),
  )
  .max(MOVES_MAX);

/**
 * Reads what may be sent to `/__control`, or stand in a schedule's file: one move, or a list of them. The error names the
 * field and what it may be.
 */
export function readMoves(json: unknown): { readonly moves: readonly ScheduledMove[] } | { readonly error: string } {
  const result = serverMoves.safeParse(Array.isArray(json) ? json : [json]);
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
