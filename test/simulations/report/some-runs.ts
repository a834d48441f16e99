import { CLAIRVOYANT } from "../../../simulations/contestants/clairvoyant.js";
import { sluiceContestant } from "../../../simulations/contestants/sluice.js";
import { measureAll } from "../../../simulations/measure/measure.js";
import type { ReportRun } from "../../../simulations/report/run.js";
import {
  type LoggedDecision,
  type LoggedOutcome,
  OUTCOMES,
  type Recording,
  RequestLog,
  type Sample,
  TryLog,
} from "../../../simulations/world/log.js";
import type { Scenario } from "../../../simulations/world/scenario.js";
import { runWorld } from "../../../simulations/world/world.js";

/** A scenario of one minute. */
export const MINUTE: Scenario = {
  name: "a-minute",
  story: "A server lets in 10 requests a second for a minute.",
  durationMs: 60_000,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  clients: [{ workload: { kind: "saturated", waiting: 92 } }],
  bounds: [],
};

/** A real run, with its decisions and its clairvoyant. */
export function realRun(scenario: Scenario = MINUTE, contestant = "sluice", seed = 1): ReportRun {
  const recording = runWorld({ scenario, contestant: sluiceContestant(contestant), seed, isDetailed: true });
  const optimum = runWorld({ scenario, contestant: CLAIRVOYANT, seed });
  const metrics = measureAll({ scenario, recording, optimum });
  return { scenario, contestant, seed, metrics, bounds: [], recording, optimum };
}

/** A try by hand: of a request of its own, unless it says which. */
export interface HandTry {
  readonly sentAtMs: number;
  readonly outcome?: LoggedOutcome;
  readonly waitMs?: number;
  readonly answeredAtMs?: number;
  readonly request?: number;
  readonly attempt?: number;
  readonly model?: number;
  /** When its request ended; absent: never. */
  readonly endedAtMs?: number;
}

/** A recording by hand. */
export function handmade(of: {
  readonly tries?: readonly HandTry[];
  readonly samples?: readonly Sample[];
  readonly decisions?: readonly LoggedDecision[];
  readonly clients?: number;
  readonly models?: readonly string[];
  /** Instants at which requests were asked for that never were sent. */
  readonly unsentAtMs?: readonly number[];
}): Recording {
  const tries = new TryLog();
  const requests = new RequestLog();
  for (const each of of.tries ?? []) {
    const { sentAtMs, outcome = "accepted", waitMs = 0, attempt = 1, model = 0 } = each;
    const request = each.request ?? requests.open(0, model, sentAtMs - waitMs, 0);
    const row = tries.open(0, request, attempt, sentAtMs, waitMs);
    tries.outcome.set(row, OUTCOMES.indexOf(outcome));
    tries.answeredAtMs.set(row, each.answeredAtMs ?? sentAtMs + 100);
    if (each.endedAtMs !== undefined) requests.end(request, each.endedAtMs, "succeeded");
  }
  for (const askedAtMs of of.unsentAtMs ?? []) requests.open(0, 0, askedAtMs, 0);
  const { samples = [], decisions = [], clients = 1, models = ["model"] } = of;
  return { tries, requests, samples, decisions, clients, models, leaks: 0, endedAgain: 0 };
}

/** A run of a handmade recording. */
export function handRun(recording: Recording, over: Partial<ReportRun> = {}): ReportRun {
  const none = { metrics: {}, bounds: [], optimum: handmade({}) };
  return { scenario: MINUTE, contestant: "sluice", seed: 1, recording, ...none, ...over };
}
