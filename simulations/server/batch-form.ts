import type { Batch, BatchContext } from "./batches.js";
import type { Job, JobStatus } from "./jobs.js";

type Context = Pick<BatchContext, "wallMs" | "fruitOf">;

const AS_TOGETHER: Readonly<Record<JobStatus, string>> = {
  pending: "VALIDATING",
  running: "IN_PROGRESS",
  completed: "COMPLETED",
  cancelled: "CANCELLED",
  failed: "FAILED",
  expired: "EXPIRED",
};

/** As Together tells it. */
export function asTogether(job: Job<Batch>, { wallMs, fruitOf }: Context) {
  const { id, order, status, createdMs, startsAtMs, endsAtMs } = job;
  const time = (atMs: number): string => new Date(wallMs(atMs)).toISOString();
  const [fault] = order.faults;
  return {
    id,
    endpoint: order.endpoint,
    input_file_id: order.inputId,
    status: AS_TOGETHER[status],
    progress: status === "completed" ? 100 : Math.floor((100 * fruitOf(job).worked) / order.lines.length),
    created_at: time(createdMs),
    ...(status === "running" && { started_at: time(startsAtMs) }),
    ...(status === "completed" && { completed_at: time(endsAtMs) }),
    ...(status === "failed" && { error: fault === undefined ? "failed" : `line ${fault.line}: ${fault.message}` }),
    ...filesOf(job, fruitOf),
  };
}

const AS_OPENAI: Readonly<Record<JobStatus, string>> = {
  pending: "validating",
  running: "in_progress",
  completed: "completed",
  cancelled: "cancelled",
  failed: "failed",
  expired: "expired",
};

/** As OpenAI tells it. */
export function asOpenai(job: Job<Batch>, { wallMs, fruitOf }: Context) {
  const { id, order, status, createdMs, endsAtMs } = job;
  const seconds = (atMs: number): number => Math.floor(wallMs(atMs) / 1_000);
  const hasEnded = status !== "pending" && status !== "running";
  return {
    id,
    object: "batch",
    endpoint: order.endpoint,
    input_file_id: order.inputId,
    completion_window: "24h",
    status: AS_OPENAI[status],
    created_at: seconds(createdMs),
    request_counts: { total: order.lines.length, completed: fruitOf(job).worked, failed: 0 },
    ...(hasEnded && { [`${AS_OPENAI[status]}_at`]: seconds(endsAtMs) }),
    ...(status === "failed" && { errors: { object: "list", data: order.faults } }),
    ...filesOf(job, fruitOf),
  };
}

/** Files are there once it has ended, and only where there is something in them. */
function filesOf(job: Job<Batch>, fruitOf: Context["fruitOf"]) {
  const { order } = job;
  const { output, errors } = fruitOf(job);
  return {
    ...(output !== "" && { output_file_id: order.outputId }),
    ...(errors !== "" && { error_file_id: order.errorId }),
  };
}
