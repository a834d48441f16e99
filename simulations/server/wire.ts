import type { ServerResponse } from "node:http";
import type { Clock } from "../../src/clock.js";
import { brokenBy, type Pieces } from "./broken.js";
import type { Reply } from "./reply.js";

type Later = (delayMs: number, task: () => void) => void;

/** Carries a reply out: waits, writes, misbehaves where it is told to, and calls `end` once, whoever leaves first. */
export function sendReply(clock: Clock, response: ServerResponse, first: Reply): void {
  let reply = first;
  let cancel = (): void => {};
  const later: Later = (delayMs, task) => {
    cancel = clock.after(delayMs, task);
  };
  response.once("close", () => {
    cancel();
    reply.end();
  });
  // Whoever left before we knew what to say has had its "close" already.
  if (response.destroyed) {
    reply.end();
    return;
  }
  carryOut();

  function carryOut(): void {
    const { again, fault, afterMs } = reply;
    if (afterMs === Number.POSITIVE_INFINITY) return;
    if (again === undefined) later(afterMs, fault === "never-answer" || fault === "close-early" ? closeEarly : send);
    else later(afterMs, () => arrive(again));
  }

  function arrive(again: () => Reply): void {
    reply = again();
    carryOut();
  }

  function closeEarly(): void {
    response.destroy();
  }

  function send(): void {
    response.writeHead(reply.status, { date: new Date(clock.wallNow()).toUTCString(), ...reply.headers });
    if (typeof reply.body === "string" && reply.fault !== "close-mid-body") response.end(reply.body);
    else sendPieces(response, brokenBy(reply), later);
  }
}

function sendPieces(response: ServerResponse, { events, closes }: Pieces, later: Later): void {
  response.flushHeaders();
  const sendFrom = (index: number): void => {
    const event = events[index];
    if (event === undefined) {
      // What was written last is to arrive before the connection goes.
      if (closes) response.write("", () => response.destroy());
      else response.end();
      return;
    }
    later(event.afterMs, () => {
      // A reader who is slow slows the stream down, as at a real server.
      if (response.write(event.data)) sendFrom(index + 1);
      else response.once("drain", () => sendFrom(index + 1));
    });
  };
  sendFrom(0);
}
