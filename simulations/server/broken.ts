import { OVERLOADED } from "./draft.js";
import type { Reply, StreamEvent } from "./reply.js";

/** The pieces in which a body goes out, and whether the connection closes behind them without an end. */
export interface Pieces {
  readonly events: readonly StreamEvent[];
  readonly closes: boolean;
}

const FAILURE: StreamEvent = {
  afterMs: 0,
  data: JSON.stringify({ error: { message: OVERLOADED, type: "overloaded_error", param: null, code: 503 } }),
};

/** The body of a reply as it goes out on the wire: whole, or what a fault leaves of it. */
export function brokenBy({ fault, body, failure = FAILURE }: Pick<Reply, "fault" | "body" | "failure">): Pieces {
  const events = typeof body === "string" ? [] : body.map(worded);
  const half = Math.ceil(events.length / 2);
  if (fault === "close-mid-body") {
    const pieces =
      typeof body === "string" ? [{ afterMs: 0, data: body.slice(0, body.length / 2) }] : events.slice(0, half);
    return { events: pieces, closes: true };
  }
  if (typeof body === "string") return { events: [{ afterMs: 0, data: body }], closes: false };
  if (fault !== "error-in-stream") return { events, closes: false };
  return { events: [...events.slice(0, half), worded(failure)], closes: false };
}

function worded({ afterMs, event, data }: StreamEvent): StreamEvent {
  return { afterMs, data: `${event === undefined ? "" : `event: ${event}\n`}data: ${data}\n\n` };
}
