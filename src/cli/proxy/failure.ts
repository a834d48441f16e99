import { isSluiceError, type SluiceErrorCode } from "../../errors.js";
import { causesOf } from "../../signal/causes.js";
import { codeOf, messageOf } from "../batch/failure.js";
import { type Refusal, Refused } from "./refusal.js";

/** Codes of undici and Node for a target that took too long. */
const TOO_LATE: ReadonlySet<string> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ETIMEDOUT",
]);

/** Ends of ours that there is no answer of the target to; the others are answers of their own. */
const STATUSES: Partial<Record<SluiceErrorCode, number>> = {
  ERR_SLUICE_CLOSED: 503,
  ERR_SLUICE_TIMEOUT: 504,
};

const MESSAGE_LENGTH_MAX = 300;

/** What a client is told where there is no answer of the target `host`. */
export function refusalOf(error: unknown, host: string): Refusal {
  for (const each of causesOf(error)) if (each instanceof Refused) return each.refusal;
  if (isSluiceError(error)) {
    const status = STATUSES[error.code] ?? statusOf(error.cause);
    const cause = error.cause === undefined ? "" : ` (${lineOf(error.cause)})`;
    const headers = error.code === "ERR_SLUICE_CLOSED" ? STOPPING.headers : undefined;
    return { status, code: error.code, message: error.message + cause, ...(headers && { headers }) };
  }
  const status = statusOf(error);
  const message = `no answer from ${host} (${lineOf(error)})`;
  return { status, code: status === 504 ? "ERR_PROXY_TARGET_TIMEOUT" : "ERR_PROXY_TARGET_FAILED", message };
}

/** Whoever comes while we stop may come back to the next one. */
export const STOPPING = {
  status: 503,
  code: "ERR_PROXY_STOPPING",
  message: "the proxy is stopping",
  headers: { "retry-after": "1" },
} as const satisfies Refusal;

/** OpenSSL writes several lines, and at length. */
function lineOf(error: unknown): string {
  return messageOf(error).replace(/\s+/g, " ").trim().slice(0, MESSAGE_LENGTH_MAX);
}

function statusOf(error: unknown): 502 | 504 {
  const code = codeOf(error);
  return code !== undefined && TOO_LATE.has(code) ? 504 : 502;
}
