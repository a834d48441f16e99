import type { Batch } from "./batches.js";
import type { Job, JobStatus } from "./jobs.js";

/** Wall time of an instant, in milliseconds since 1970. */
type Wall = (atMs: number) => number;

const AS_TOGETHER: Readonly<Record<JobStatus, string>> = {
  pending: "VALIDATING",
  running: "IN_PROGRESS",
  completed: "COMPLETED",
  cancelled: "CANCELLED",
};

/** As Together tells it. */
export function asTogether({ id, order, status, createdMs, startsAtMs, endsAtMs }: Job<Batch>, wallMs: Wall) {
  const time = (atMs: number): string => new Date(wallMs(atMs)).toISOString();
  return {
    id,
    endpoint: order.endpoint,
    input_file_id: order.inputId,
    status: AS_TOGETHER[status],
    progress: status === "completed" ? 100 : 0,
    created_at: time(createdMs),
    ...(status === "running" && { started_at: time(startsAtMs) }),
    ...(status === "completed" && { completed_at: time(endsAtMs), output_file_id: order.outputId }),
  };
}

const AS_OPENAI: Readonly<Record<JobStatus, string>> = {
  pending: "validating",
  running: "in_progress",
  completed: "completed",
  cancelled: "cancelled",
};

/** As OpenAI tells it. */
export function asOpenai({ id, order, status, createdMs, endsAtMs }: Job<Batch>, wallMs: Wall) {
  const seconds = (atMs: number): number => Math.floor(wallMs(atMs) / 1_000);
  const total = order.lines.length;
  return {
    id,
    object: "batch",
    endpoint: order.endpoint,
    input_file_id: order.inputId,
    completion_window: "24h",
    status: AS_OPENAI[status],
    created_at: seconds(createdMs),
    request_counts: { total, completed: status === "completed" ? total : 0, failed: 0 },
    ...(status === "completed" && { completed_at: seconds(endsAtMs), output_file_id: order.outputId }),
  };
}
