import type { Cost } from "../../src/cost.js";
import type { ResponseEvent, SentEvent } from "../../src/flow/event.js";
import type { EventLog } from "./read-log.js";

/** One try of a log, from its send to its end. */
export interface TracedTry {
  readonly sent: SentEvent;
  /** Absent where the log ends first, or nobody waited for it. */
  response?: ResponseEvent;
  /** The body of an accepted answer said later that it failed after all. */
  correction?: ResponseEvent;
  /** When its slot was free again; NaN where the log doesn't tell. */
  endedAtMs: number;
  /** What it really spent, where that was told. */
  actual?: Cost;
  /** Whether it ended its request, and how. */
  ending?: "settled" | "dropped";
}

/** All tries of a log, in the order in which they were sent. */
export function tracedTries({ events }: Pick<EventLog, "events">): readonly TracedTry[] {
  const tries: TracedTry[] = [];
  const current = new Map<number, TracedTry>();
  for (const event of events) {
    if (event.type === "sent") {
      const traced: TracedTry = { sent: event, endedAtMs: Number.NaN };
      tries.push(traced);
      current.set(event.request, traced);
      continue;
    }
    if (!("request" in event)) continue;
    const traced = current.get(event.request);
    if (traced === undefined) continue;
    if (event.type === "response") {
      if (traced.sent.attempt !== event.attempt) continue;
      if (traced.response === undefined) traced.response = event;
      else traced.correction = event;
      continue;
    }
    if (Number.isNaN(traced.endedAtMs)) traced.endedAtMs = event.atMs;
    if (event.type === "retry") continue;
    traced.ending = event.type === "settled" ? "settled" : "dropped";
    if (event.type === "settled" && event.actual !== undefined) traced.actual = event.actual;
    current.delete(event.request);
  }
  return tries;
}

/** What a try came to: the last word of its response. */
export function outcomeOf({ response, correction }: TracedTry): ResponseEvent["outcome"] | undefined {
  return (correction ?? response)?.outcome;
}
