import type { Batch, BatchFruit, BatchLine } from "./batches.js";
import type { Job } from "./jobs.js";
import type { JsonAnswer } from "./reply.js";

/** What would be answered to one request of a batch. */
type Run = (endpoint: string, body: unknown) => JsonAnswer;

const NOTHING = { output: "", errors: "" };

/** Tells how far batches came. What one has left is made when it is first asked for, and is the same from then on. */
export function createFruits(requestsPerSecond = 10, run: Run): (job: Job<Batch>) => BatchFruit {
  const made = new WeakMap<Batch, Omit<BatchFruit, "worked">>();
  return (job) => {
    const { order, status, workedMs } = job;
    const isWhole = status === "completed";
    const worked = isWhole ? order.lines.length : Math.floor((workedMs * requestsPerSecond) / 1_000);
    if (status === "pending" || status === "running" || status === "failed") return { worked, ...NOTHING };
    const known = made.get(order) ?? filesOf(job, worked, run);
    made.set(order, known);
    return { worked, ...known };
  };
}

/** What was answered with an error, or not at all, has a file of its own. */
function filesOf({ id, order, status }: Job<Batch>, worked: number, run: Run): Omit<BatchFruit, "worked"> {
  const files = { ...NOTHING };
  for (const [index, line] of order.lines.entries()) {
    const result = index < worked ? answerTo(line, `${id}-${index + 1}`) : unanswered(line, `${id}-${index + 1}`);
    files[result.isError ? "errors" : "output"] += `${JSON.stringify(result.told)}\n`;
  }
  return files;

  function answerTo({ custom_id, body }: BatchLine, request: string) {
    const { status: code, json } = run(order.endpoint, body);
    const response = { status_code: code, request_id: request, body: json };
    return { isError: code >= 400, told: { id: request, custom_id, response, error: null } };
  }

  function unanswered({ custom_id }: BatchLine, request: string) {
    const error = { code: `batch_${status}`, message: `the batch was ${status} before this request's turn` };
    return { isError: true, told: { id: request, custom_id, response: null, error } };
  }
}
