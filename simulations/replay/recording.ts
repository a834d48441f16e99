import type { DecisionEvent } from "../../src/flow/event.js";
import {
  type LoggedDecision,
  type LoggedOutcome,
  OUTCOMES,
  type Recording,
  RequestLog,
  type Sample,
  TryLog,
} from "../world/log.js";
import { limitAt, type ServerEstimate } from "./estimate.js";
import type { RatePoint } from "./open-loop.js";
import type { EventLog } from "./read-log.js";
import { outcomeOf, type TracedTry, tracedTries } from "./trace.js";

/** What a control allowed, recorded or replayed. */
export interface Allowed {
  readonly rates: ReadonlyMap<string, readonly RatePoint[]>;
  readonly decisions: readonly DecisionEvent[];
}

const SAMPLE_MS = 1_000;

/** What the control of a log itself allowed. */
export function allowedIn({ events }: EventLog): Allowed {
  const rates = new Map<string, RatePoint[]>();
  const decisions: DecisionEvent[] = [];
  for (const event of events) {
    if (event.type === "decision") decisions.push(event);
    if (event.type !== "sent") continue;
    const points = rates.get(event.key) ?? [];
    rates.set(event.key, points);
    points.push({ atMs: event.atMs, ratePerSecond: event.ratePerSecond });
  }
  return { rates, decisions };
}

/** A log as the recording of a run, for metrics and pages: its limit is the one that was guessed. */
export function recordingOf(log: EventLog, { keys, scenario }: ServerEstimate, allowed: Allowed): Recording {
  const models = keys.map(({ key }) => key);
  const tries = new TryLog();
  const requests = new RequestLog();
  const rows = new Map<number, number>();
  for (const each of tracedTries(log)) {
    const model = models.indexOf(each.sent.key);
    if (model >= 0) addTry(each, { model, tries, requests, rows });
  }
  const samples: Sample[] = [];
  for (let atMs = 0; atMs <= scenario.durationMs; atMs += SAMPLE_MS) {
    samples.push({
      atMs,
      limits: keys.map(({ steps }) => limitAt(steps, atMs)),
      rates: [models.map((key) => rateAt(allowed.rates.get(key) ?? [], atMs))],
    });
  }
  const decisions = allowed.decisions.map(
    ({ atMs, key, dimension, ratePerSecond, decision: { move, because } }): LoggedDecision => ({
      ...{ atMs, client: 0, model: key, dimension, ratePerSecond, move, because },
    }),
  );
  return { tries, requests, samples, decisions, clients: 1, models, leaks: 0, endedAgain: 0 };
}

interface Tables {
  readonly model: number;
  readonly tries: TryLog;
  readonly requests: RequestLog;
  /** Of each request, its row. */
  readonly rows: Map<number, number>;
}

function addTry(each: TracedTry, { model, tries, requests, rows }: Tables): void {
  const { sent, response, endedAtMs, ending } = each;
  let row = rows.get(sent.request);
  if (row === undefined) {
    row = requests.open(0, model, Math.max(0, sent.atMs - sent.waitMs), 0);
    rows.set(sent.request, row);
  }
  const index = tries.open(0, row, sent.attempt, sent.atMs, sent.waitMs);
  tries.outcome.set(index, OUTCOMES.indexOf(loggedOutcome(each)));
  if (response !== undefined) tries.answeredAtMs.set(index, response.atMs);
  tries.endedAtMs.set(index, endedAtMs);
  if (ending === undefined) return;
  const isGood = ending === "settled" && outcomeOf(each) === "accepted";
  requests.end(row, endedAtMs, isGood ? "succeeded" : ending === "settled" ? "failed" : "dropped");
}

function loggedOutcome(each: TracedTry): LoggedOutcome {
  const outcome = outcomeOf(each);
  if (outcome === undefined) return each.ending === "dropped" ? "abandoned" : "pending";
  return outcome === "exhausted" ? "failed" : outcome;
}

/** The rate that stood at an instant; null before the first is known. */
export function rateAt(points: readonly RatePoint[], atMs: number): number | null {
  return pointAt(points, atMs)?.ratePerSecond ?? null;
}

/** The last point by an instant. */
export function pointAt(points: readonly RatePoint[], atMs: number): RatePoint | undefined {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return points[low - 1];
}
