import type { IncomingMessage, ServerResponse } from "node:http";
import { systemClock } from "../../clock.js";

/** How long a client may still send what nobody reads, in milliseconds. */
const LINGER_MS = 5_000;

/** Whether some of a request is still to come. */
export function isUnfinished({ complete, headers }: IncomingMessage): boolean {
  // A request without a body is complete only after its handler was called.
  if (complete || (headers["transfer-encoding"] === undefined && headers["content-length"] === undefined)) return false;
  return headers["content-length"] !== "0";
}

/**
 * Ends an answer. To close the connection while its client still sends would reset it, and the client might never read
 * what it was answered: the rest is read for a while, and thrown away.
 */
export function endSoftly(response: ServerResponse, last?: string): void {
  const { req: request } = response;
  if (!isUnfinished(request)) return void response.end(last);
  if (last !== undefined) response.write(last);
  const end = (): void => void response.end();
  const cancel = systemClock.after(LINGER_MS, end);
  response.once("close", cancel);
  request.once("end", end).resume();
}
