import type { ServerResponse } from "node:http";
import type { Clock } from "../../src/clock.js";
import type { Reply, StreamEvent } from "./reply.js";

/** Carries a reply out: waits, writes, misbehaves where it is told to, and calls `end` once, whoever leaves first. */
export function sendReply(clock: Clock, response: ServerResponse, reply: Reply): void {
  let cancel = (): void => {};
  const later = (delayMs: number, task: () => void): void => {
    cancel = clock.after(delayMs, task);
  };
  response.once("close", () => {
    cancel();
    reply.end();
  });
  if (response.destroyed) {
    reply.end();
    return;
  }
  if (reply.fault === "never-answer") return;
  later(reply.afterMs, () => {
    if (reply.fault === "close-early") {
      response.destroy();
      return;
    }
    response.writeHead(reply.status, { date: new Date(clock.wallNow()).toUTCString(), ...reply.headers });
    if (typeof reply.body === "string") sendText(response, reply.body, reply.fault === "close-mid-body");
    else sendEvents(response, brokenBy(reply, reply.body), later);
  });
}

function sendText(response: ServerResponse, text: string, closesInTheMiddle: boolean): void {
  if (!closesInTheMiddle) response.end(text);
  else response.write(text.slice(0, text.length / 2), () => response.destroy());
}

type Events = { readonly events: readonly StreamEvent[]; readonly closes: boolean };

/** What a fault leaves of a stream. */
function brokenBy({ fault }: Reply, events: readonly StreamEvent[]): Events {
  const half = events.slice(0, Math.ceil(events.length / 2));
  if (fault === "close-mid-body") return { events: half, closes: true };
  if (fault === "error-in-stream") return { events: [...half, { afterMs: 0, data: ERROR_EVENT }], closes: false };
  return { events, closes: false };
}

const ERROR_EVENT = JSON.stringify({
  error: { message: "The model is overloaded.", type: "overloaded_error", param: null, code: 503 },
});

function sendEvents(
  response: ServerResponse,
  { events, closes }: Events,
  later: (delayMs: number, task: () => void) => void,
): void {
  response.flushHeaders();
  const sendFrom = (index: number): void => {
    const event = events[index];
    if (event === undefined) {
      if (closes) response.destroy();
      else response.end();
      return;
    }
    later(event.afterMs, () => {
      // A reader who is slow slows the stream down, as at a real server.
      if (response.write(`data: ${event.data}\n\n`)) sendFrom(index + 1);
      else response.once("drain", () => sendFrom(index + 1));
    });
  };
  sendFrom(0);
}
