import { type Batch, type BatchContext, type BatchLine, type BatchOptions, batches } from "./batches.js";
import { createFiles } from "./files.js";
import { type FineTuneOptions, fineTunes } from "./fine-tunes.js";
import { createJobs, type Job, type JobStatus } from "./jobs.js";
import type { Answer, Call, JsonAnswer } from "./reply.js";

/** What outlives a request. */
export interface DeskOptions {
  /** Fine-tuning jobs. */
  readonly fineTunes?: FineTuneOptions;
  /** Batches. */
  readonly batches?: BatchOptions;
}

/** One job, for people and tests. */
export interface JobState {
  readonly kind: "fine-tune" | "batch";
  readonly organisation: string;
  readonly id: string;
  readonly status: JobStatus;
  readonly createdMs: number;
  readonly endsAtMs: number;
  /** Requests in it. */
  readonly requests?: number;
}

/** Where files are left, and jobs ordered that go on after their answer. */
export interface Desk {
  /** The answer to a call about files or jobs; undefined where it is about something else. */
  answer(nowMs: number, call: Call): Answer | undefined;
  state(nowMs: number): readonly JobState[];
}

/** What the desk needs of the server around it. */
export interface DeskContext extends Omit<BatchContext, "fileText"> {
  /** What would be answered to one request of a batch. */
  readonly run: (endpoint: string, body: unknown) => JsonAnswer;
}

/** Makes the desk of a server. */
export function createDesk(options: DeskOptions, context: DeskContext): Desk {
  const files = createFiles(context.wallMs);
  const fileText: BatchContext["fileText"] = (...which) => files.find(...which)?.text();
  const tuning = createJobs(fineTunes(options.fineTunes ?? {}, context));
  const batching = createJobs(batches(options.batches ?? {}, { ...context, fileText }), leaveOutput);

  /** What a batch makes is a file once it has ended. */
  function leaveOutput(nowMs: number, job: Job<Batch>): void {
    const { id, organisation, order } = job;
    files.add(nowMs, organisation, {
      id: order.outputId,
      name: `${id}.jsonl`,
      purpose: "batch-output",
      createdMs: job.endsAtMs,
      text: () => outputOf(job, context.run),
      isThere: (thenMs) => batching.find(thenMs, organisation, id)?.status === "completed",
    });
  }

  return {
    answer: (nowMs, call) => batching.answer(nowMs, call) ?? tuning.answer(nowMs, call) ?? files.answer(nowMs, call),
    state: (nowMs) => [
      ...tuning.list(nowMs).map((job) => stateOf("fine-tune", job)),
      ...batching.list(nowMs).map((job) => ({ ...stateOf("batch", job), requests: job.order.lines.length })),
    ],
  };
}

function outputOf({ id, order }: Job<Batch>, run: DeskContext["run"]): string {
  return order.lines.map((line, index) => `${JSON.stringify(resultOf(line, index))}\n`).join("");

  function resultOf({ custom_id, body }: BatchLine, index: number): unknown {
    const { status, json } = run(order.endpoint, body);
    const response = { status_code: status, request_id: `${id}-${index + 1}`, body: json };
    return { id: `${id}-${index + 1}`, custom_id, response, error: null };
  }
}

function stateOf(kind: JobState["kind"], { organisation, id, status, createdMs, endsAtMs }: Job<object>): JobState {
  return { kind, organisation, id, status, createdMs, endsAtMs };
}
