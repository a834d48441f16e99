import { SluiceError } from "../errors.js";
import { unitsIn } from "./governed.js";
import type { Waiting } from "./waiting.js";

/** The errors of our own, in words that say it was the local queue, and name the option. Times in milliseconds. */

export function closedError(key: string, attempts: number): SluiceError {
  const message = "the sluice is closed: its local queue takes no more requests";
  return new SluiceError("ERR_SLUICE_CLOSED", message, { key, attempts });
}

export function closedWhileWaiting(waiting: Waiting): SluiceError {
  return new SluiceError("ERR_SLUICE_CLOSED", "the sluice was closed: its local queue was let go of", details(waiting));
}

export function queueFullError(key: string, sizeMax: number): SluiceError {
  const message = `the local queue is full (queue.sizeMax is ${sizeMax})`;
  return new SluiceError("ERR_SLUICE_QUEUE_FULL", message, { key, attempts: 0 });
}

export function tooLargeError(key: string, dimension: string, units: number): SluiceError {
  return new SluiceError(
    "ERR_SLUICE_TOO_LARGE",
    `${units} ${dimension} can never fit: the server has said so of a request no larger than this`,
    { key, attempts: 0 },
  );
}

export function exhaustedError(waiting: Waiting, retryAfterMs: number): SluiceError {
  return new SluiceError(
    "ERR_SLUICE_EXHAUSTED",
    "the provider says that the quota or the account is exhausted: the local queue for this key fails at once",
    { ...details(waiting), retryAfterMs },
  );
}

/** `openInMs`: how long the key is known to stay shut. */
export function expiredError(waiting: Waiting, openInMs: number | undefined): SluiceError {
  const { job } = waiting;
  const isDeadline = waiting.deadlineAtMs <= waiting.expiresAtMs;
  const [code, option, valueMs] = isDeadline
    ? (["ERR_SLUICE_DEADLINE", "deadlineMs", job.deadlineMs] as const)
    : (["ERR_SLUICE_WAIT", "waitMaxMs", job.waitMaxMs] as const);
  const why = openInMs === undefined ? "" : `: the next moment is in ${Math.ceil(openInMs)} ms`;
  return new SluiceError(code, `the request can't leave the local queue within ${option} (${valueMs} ms)${why}`, {
    ...details(waiting),
    ...(openInMs === undefined ? {} : { retryAfterMs: openInMs }),
  });
}

/** The error of a request that can't be sent before it expires, given when its lane opens at the earliest. */
export function tooLateError(waiting: Waiting, openAtMs: number, nowMs: number): SluiceError | undefined {
  if (openAtMs < waiting.expiresAtMs || (openAtMs <= nowMs && waiting.expiresAtMs >= nowMs)) return undefined;
  return expiredError(waiting, openAtMs === Infinity ? undefined : Math.max(0, openAtMs - nowMs));
}

export function retriesError(waiting: Waiting): SluiceError {
  return new SluiceError(
    "ERR_SLUICE_RETRIES",
    "the local retry budget (retry.budgetRatio) is spent for longer than this request can wait",
    details(waiting),
  );
}

export function tooLateToRetryError(waiting: Waiting): SluiceError {
  const expired = expiredError(waiting, undefined);
  return new SluiceError(expired.code, `no other try can be made in time: ${expired.message}`, details(waiting));
}

export function tooLateToAnswerError(waiting: Waiting): SluiceError {
  const { job, lane } = waiting;
  const usually = `an answer usually takes ${Math.ceil(lane.latency.usualMs)} ms`;
  const message = `the local queue leaves too little of deadlineMs (${job.deadlineMs} ms): ${usually}`;
  return new SluiceError("ERR_SLUICE_DEADLINE", message, details(waiting));
}

export function waitTooLongError(
  waiting: Waiting,
  waits: { readonly retryAfterMs: number; readonly retryAfterMaxMs: number },
): SluiceError {
  return new SluiceError(
    "ERR_SLUICE_EXHAUSTED",
    `the server asks to wait ${Math.round(waits.retryAfterMs / 1_000)} s, longer than retry.retryAfterMaxMs (${waits.retryAfterMaxMs} ms)`,
    { ...details(waiting), retryAfterMs: waits.retryAfterMs },
  );
}

/** Who it was, how often it was sent, and what the last try left. */
function details({ job, attempts, last: { cause, facts } }: Waiting) {
  const response = facts === undefined ? {} : { status: facts.status, headers: facts.headers, body: facts.body };
  return { cause, key: job.key, attempts, ...response };
}

/** When a lane that is closed to a request for a known time opens again; now, if it isn't. */
export function openingMs({ lane, job: { cost } }: Waiting, nowMs: number): number {
  let atMs = nowMs;
  for (const draw of lane.draws) {
    if (draw.gateUntilMs > atMs) atMs = draw.gateUntilMs;
    for (const { plan, dimension } of draw.budgets) {
      if (unitsIn(dimension, cost) === 0) continue;
      if (plan.notBeforeMs > atMs && plan.notBeforeMs < Infinity) atMs = plan.notBeforeMs;
    }
  }
  return atMs;
}
