import { createFruits } from "./batch-fruit.js";
import { type Batch, type BatchContext, type BatchOptions, batches } from "./batches.js";
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
export interface DeskContext extends Omit<BatchContext, "fileText" | "fruitOf"> {
  /** What would be answered to one request of a batch. */
  readonly run: (endpoint: string, body: unknown) => JsonAnswer;
}

/** Makes the desk of a server. */
export function createDesk(options: DeskOptions, context: DeskContext): Desk {
  const files = createFiles(context.wallMs);
  const fileText: BatchContext["fileText"] = (...which) => files.find(...which)?.text();
  const tuning = createJobs(fineTunes(options.fineTunes ?? {}, context));
  const fruitOf = createFruits(options.batches?.requestsPerSecond, context.run);
  const batching = createJobs(batches(options.batches ?? {}, { ...context, fileText, fruitOf }), leaveFiles);

  /** What a batch makes are files once it has ended. */
  function leaveFiles(nowMs: number, { id, organisation, order, endsAtMs: createdMs }: Job<Batch>): void {
    let made = { output: "", errors: "" };
    const look = (thenMs: number): typeof made => {
      const job = batching.find(thenMs, organisation, id);
      if (job !== undefined) made = fruitOf(job);
      return made;
    };
    const leave = (fileId: string, purpose: string, part: keyof typeof made): void => {
      const isThere = (thenMs: number): boolean => look(thenMs)[part] !== "";
      files.add(nowMs, organisation, {
        id: fileId,
        name: `${fileId}.jsonl`,
        purpose,
        createdMs,
        text: () => made[part],
        isThere,
      });
    };
    leave(order.outputId, "batch-output", "output");
    leave(order.errorId, "batch-errors", "errors");
  }

  return {
    answer: (nowMs, call) => batching.answer(nowMs, call) ?? tuning.answer(nowMs, call) ?? files.answer(nowMs, call),
    state: (nowMs) => [
      ...tuning.list(nowMs).map((job) => stateOf("fine-tune", job)),
      ...batching.list(nowMs).map((job) => ({ ...stateOf("batch", job), requests: job.order.lines.length })),
    ],
  };
}

function stateOf(kind: JobState["kind"], { organisation, id, status, createdMs, endsAtMs }: Job<object>): JobState {
  return { kind, organisation, id, status, createdMs, endsAtMs };
}
