import { isRecord } from "../../src/record.js";
import { errorAnswer } from "./errors.js";
import type { JobKind } from "./jobs.js";
import type { JsonAnswer } from "./reply.js";

/** What is known of fine-tuning jobs. */
export interface FineTuneOptions {
  /** Jobs of one organisation at once. Default 3, as at Together. */
  readonly atOnceMax?: number;
  /** How long a job takes, in milliseconds. Default one minute, where a real one takes up to a day. */
  readonly durationMs?: number;
}

interface FineTune {
  readonly model: string;
  readonly trainingFile: string;
}

/** What a server needs to know to word them. */
export interface FineTuneContext {
  /** Words a refusal for too many at once. */
  readonly saturated: (message: string) => JsonAnswer;
  /** Wall time of an instant, in milliseconds since 1970. */
  readonly wallMs: (atMs: number) => number;
}

/** Fine-tuning jobs in Together's form: a fourth beside three that run is refused. */
export function fineTunes(options: FineTuneOptions, { saturated, wallMs }: FineTuneContext): JobKind<FineTune> {
  const { atOnceMax = 3, durationMs = 60_000 } = options;
  const one: JobKind<FineTune>["one"] = ({ id, order, status, createdMs, endsAtMs }) => ({
    id,
    model: order.model,
    training_file: order.trainingFile,
    status,
    created_at: new Date(wallMs(createdMs)).toISOString(),
    ...(status === "completed" && {
      updated_at: new Date(wallMs(endsAtMs)).toISOString(),
      model_output_name: `${order.model}-${id}`,
    }),
  });
  return {
    path: "/v1/fine-tunes",
    prefix: "ft",
    isQueue: false,
    durationMs: () => durationMs,
    read(_nowMs, { body }) {
      if (!isRecord(body)) return errorAnswer(400, "the body must be a JSON object");
      const { model, training_file: trainingFile } = body;
      if (typeof model !== "string") return errorAnswer(400, "'model' must be a text", { param: "model" });
      if (typeof trainingFile === "string") return { model, trainingFile };
      return errorAnswer(400, "'training_file' must be the id of a file", { param: "training_file" });
    },
    refusal: (_order, unended) =>
      unended.length < atOnceMax
        ? undefined
        : saturated(`${unended.length} fine-tuning jobs run already; ${atOnceMax} at once are the most.`),
    one,
    ordered: one,
    all: (jobs) => ({ data: jobs.map(one) }),
  };
}
