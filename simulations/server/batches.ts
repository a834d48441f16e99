import { isRecord } from "../../src/record.js";
import { type BatchFault, faultsOf } from "./batch-faults.js";
import { asOpenai, asTogether } from "./batch-form.js";
import { errorAnswer } from "./errors.js";
import type { Job, JobKind } from "./jobs.js";
import type { Call, JsonAnswer } from "./reply.js";

/** What is known of batches. */
export interface BatchOptions {
  /** Requests in one batch. Default 100. */
  readonly requestsMax?: number;
  /** Batches of one organisation at once. Default 10. */
  readonly atOnceMax?: number;
  /** Requests of all of its batches that wait or are worked on. Default 1,000. */
  readonly queueMax?: number;
  /** How many requests of an organisation's batches are worked off each second, above 0. Default 10. */
  readonly requestsPerSecond?: number;
  /** How long after its order a batch expires, with what it has done until then, in milliseconds. Default 24 hours. */
  readonly windowMs?: number;
}

const DAY_MS = 86_400_000;

/** One request of a batch. */
export interface BatchLine {
  readonly custom_id: string;
  readonly url: unknown;
  readonly body: object;
}

/** A batch that was ordered. */
export interface Batch {
  readonly inputId: string;
  readonly outputId: string;
  readonly errorId: string;
  readonly endpoint: string;
  readonly lines: readonly BatchLine[];
  /** What is wrong with them: such a batch fails, once somebody has looked at it. */
  readonly faults: readonly BatchFault[];
}

/** How far a batch came: what was answered, and what wasn't, as the texts of two files. */
export interface BatchFruit {
  readonly worked: number;
  readonly output: string;
  readonly errors: string;
}

/** What batches need of the server around them. */
export interface BatchContext {
  readonly saturated: (message: string) => JsonAnswer;
  readonly wallMs: (atMs: number) => number;
  /** The text of an uploaded file. */
  readonly fileText: (nowMs: number, organisation: string, id: string) => string | undefined;
  /** Whether they are told as Together does, and not as OpenAI. */
  readonly isTogether: boolean;
  /** What a batch that has ended has left. */
  readonly fruitOf: (job: Job<Batch>) => BatchFruit;
}

/** Batches, in Together's form or OpenAI's, worked off one after another. */
export function batches(options: BatchOptions, context: BatchContext): JobKind<Batch> {
  const { requestsMax = 100, atOnceMax = 10, queueMax = 1_000, requestsPerSecond = 10, windowMs = DAY_MS } = options;
  const { saturated, isTogether } = context;
  const one = (job: Job<Batch>): unknown => (isTogether ? asTogether(job, context) : asOpenai(job, context));
  return {
    path: "/v1/batches",
    prefix: "batch",
    isQueue: true,
    windowMs,
    isFaulty: ({ faults }) => faults.length > 0,
    durationMs: ({ lines }) => (lines.length * 1_000) / requestsPerSecond,
    read(nowMs, call, id) {
      const read = readOrder(call, (fileId) => context.fileText(nowMs, call.organisation, fileId));
      if ("status" in read) return read;
      const { lines } = read;
      if (lines.length <= requestsMax) return { ...read, outputId: `file-of-${id}`, errorId: `errors-of-${id}` };
      return errorAnswer(400, `the batch has ${lines.length} requests; ${requestsMax} are the most`);
    },
    refusal({ lines }, unended) {
      if (unended.length >= atOnceMax) {
        return saturated(`${unended.length} batches are under way already; ${atOnceMax} at once are the most.`);
      }
      const queued = unended.reduce((sum, { order }) => sum + order.lines.length, lines.length);
      return queued <= queueMax
        ? undefined
        : saturated(`with this batch ${queued} requests would be in the queue; ${queueMax} are the most.`);
    },
    one,
    ordered: (job) => (isTogether ? { job: one(job) } : one(job)),
    all: (jobs) => (isTogether ? jobs.map(one) : { object: "list", data: jobs.map(one), has_more: false }),
  };
}

type Wanted = Omit<Batch, "outputId" | "errorId">;

function readOrder({ body }: Call, fileText: (id: string) => string | undefined): Wanted | JsonAnswer {
  if (!isRecord(body)) return errorAnswer(400, "the body must be a JSON object");
  const { input_file_id: inputId, endpoint } = body;
  if (typeof endpoint !== "string") return errorAnswer(400, "'endpoint' must be a path", { param: "endpoint" });
  const text = typeof inputId === "string" ? fileText(inputId) : undefined;
  if (typeof inputId !== "string" || text === undefined) {
    return errorAnswer(400, "'input_file_id' must be the id of an uploaded file", { param: "input_file_id" });
  }
  const lines: BatchLine[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readLine(line);
    if (read === undefined) {
      return errorAnswer(400, `line ${index + 1} of ${inputId} must be a JSON object with 'custom_id' and 'body'`);
    }
    lines.push(read);
  }
  if (lines.length === 0) return errorAnswer(400, `${inputId} has no requests in it`);
  return { inputId, endpoint, lines, faults: faultsOf(endpoint, lines) };
}

function readLine(line: string): BatchLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && typeof value["custom_id"] === "string" && isRecord(value["body"])
      ? { custom_id: value["custom_id"], url: value["url"], body: value["body"] }
      : undefined;
  } catch {
    return undefined;
  }
}
