import { z } from "zod";
import { SluiceError } from "../../src/errors.js";
import { chosen, problemsIn } from "../load/fields.js";
import { MODEL_TYPES } from "./catalog.js";
import { wordedAt } from "./check-server.js";
import { durationMs, limit, rate } from "./limit-schema.js";
import { fault, latency, serverMoves } from "./schema.js";
import { answers, lie, limitSource, neighbour, proxy, rounding, wave } from "./server-schema.js";
import type { ServiceOptions } from "./service-options.js";
import { HEADER_ERAS } from "./voice.js";

const count = z.int().min(0).optional();
const limits = z.record(z.string(), limitSource).optional();

/** What a limit says of the platform, which is the same for everybody. */
const PLATFORMS = ["capacityPerSecond", "smoothingMs", "coldStartMs", "unloadAfterMs"] as const;

/** The limit of one organisation. */
const ownLimit = chosen((value) =>
  limitSource.superRefine((_, context) => {
    for (const field of PLATFORMS) {
      if (typeof value !== "object" || value === null || Reflect.get(value, field) === undefined) continue;
      context.addIssue({
        code: "custom",
        path: [field],
        message: "is the same for everybody: it belongs to the server's limit",
      });
    }
  }),
);

const organisation = z.strictObject({
  name: z.string().min(1).max(200),
  keys: z.array(z.string().min(1)).min(1),
  limit: ownLimit.optional(),
  limits: z.record(z.string(), ownLimit).optional(),
  shared: limit.optional(),
});

const model = z.strictObject({
  id: z.string().min(1),
  type: z.enum(MODEL_TYPES),
  dimensions: z.int().min(1).max(4_096).optional(),
});

const FIELDS = {
  provider: z.string().optional(),
  headers: z.enum(HEADER_ERAS).optional(),
  rounding: rounding.optional(),
  lies: z.array(lie).optional(),
  limit: limitSource.optional(),
  limits,
  shared: limit.optional(),
  isSharedUnsaid: z.boolean().optional(),
  organisations: z.array(organisation).optional(),
  organisationDefault: z.string().min(1).optional(),
  isKeyRequired: z.boolean().optional(),
  models: z.array(model).min(1).optional(),
  latency: latency.optional(),
  answers: answers.optional(),
  answersOf: z.record(z.string(), answers).optional(),
  fineTunes: z.strictObject({ atOnceMax: count, durationMs: durationMs.optional() }).optional(),
  batches: z
    .strictObject({
      ...{ requestsMax: count, atOnceMax: count, queueMax: count },
      ...{ requestsPerSecond: rate.gt(0).optional(), windowMs: durationMs.optional() },
    })
    .optional(),
  schedule: serverMoves.optional(),
  waves: z.array(wave).optional(),
  faults: z.array(fault).optional(),
  neighbours: z.array(neighbour).optional(),
  proxy: proxy.optional(),
  seed: z.int().optional(),
} satisfies Record<keyof ServiceOptions, z.ZodType>;

/**
 * Checks a server's options; `more` are those of its host.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` that names each option, what it may be and what it is
 */
export function checkServiceOptions(options: object, more: Readonly<Record<string, z.ZodType>> = {}): void {
  const schema = z.strictObject({ ...FIELDS, ...more });
  const problems = problemsIn(schema, options, (message, path) => wordedAt(options, message, path));
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => `${path.join(".") || "the server's options"} ${message}`);
  throw new SluiceError("ERR_SLUICE_OPTION", lines.join("\n"));
}
