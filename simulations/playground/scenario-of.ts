import { SCENARIOS } from "../scenarios/index.js";
import type { FaultKind } from "../server/fault.js";
import type { Move } from "../server/move.js";
import type { LimitSource, LimitSpec } from "../server/spec.js";
import type { RequestSpec } from "../world/mix.js";
import type { ServerSpec } from "../world/plant.js";
import type { Scenario } from "../world/scenario.js";
import type { Workload } from "../world/workload.js";
import { type Change, numberOf, OUTAGE, type Settings } from "./settings.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The scenario that settings mean. @throws RangeError where no scenario has that name */
export function scenarioOf(settings: Settings): Scenario {
  if (settings.scenario === "") return ownScenario(settings);
  const scenario = SCENARIOS.find(({ name }) => name === settings.scenario);
  if (scenario === undefined) throw new RangeError(`there is no scenario '${settings.scenario}'`);
  return scenario;
}

function ownScenario(settings: Settings): Scenario {
  const durationMs = Math.round(numberOf(settings, "minutes") * MINUTE);
  const clients = numberOf(settings, "clients");
  const workload = workloadOf(settings, clients);
  return {
    name: "own",
    story: "A server of your own.",
    durationMs,
    warmUpMs: durationMs / 5,
    server: serverOf(settings),
    clients: Array.from({ length: clients }, () => ({ workload })),
    bounds: [],
  };
}

function serverOf(settings: Settings): ServerSpec {
  const { headers, trouble } = settings.values;
  const share = numberOf(settings, "share") / 100;
  const taken = numberOf(settings, "neighbour");
  return {
    limit: limitOf(settings),
    answers: { medianMs: numberOf(settings, "latency") * SECOND, refusalMs: numberOf(settings, "late") * SECOND },
    ...(headers !== "none" && { headers: { provider: String(headers), isHostKnown: true } }),
    ...(trouble !== "none" && share > 0 && { faults: [{ kind: trouble as FaultKind, share }] }),
    ...(taken > 0 && { neighbours: [{ requestsPerSecond: taken }] }),
  };
}

function limitOf(settings: Settings): LimitSpec {
  const limit = numberOf(settings, "limit");
  const tokens = numberOf(settings, "tokens");
  const ms = numberOf(settings, "depth") * SECOND;
  const rates = { requestsPerSecond: limit, ...(tokens > 0 && { tokensPerSecond: tokens }) };
  switch (settings.values.kind) {
    case "window":
      return { kind: "window", ...rates, windowMs: ms };
    case "sliding":
      return { kind: "sliding", ...rates, windowMs: ms };
    case "gcra":
      return { kind: "gcra", ...rates, burstMs: ms };
    case "together":
      return {
        kind: "together",
        requests: { base: Math.min(1, limit), cap: limit },
        usageWindowMs: numberOf(settings, "memory") * SECOND,
        factor: numberOf(settings, "factor"),
      };
    case "fireworks":
      return { kind: "fireworks", base: Math.min(1, limit), cap: limit };
    case "acceleration":
      return { kind: "acceleration", base: Math.min(1, limit), cap: limit };
    case "concurrency":
      return { kind: "concurrency", inFlightMax: Math.max(1, Math.round(limit)) };
    case "silent":
      return { kind: "silent", requestsPerSecond: limit };
    default:
      return { kind: "policer", ...rates, depthMs: ms };
  }
}

/** A saturated client has as many requests under way as would be at four times its share of the limit. */
function workloadOf(settings: Settings, clients: number): Workload {
  const text = numberOf(settings, "text");
  const requests =
    text > 0 ? { requests: { tokens: { input: Math.round(text / 2), output: { median: text / 2, sigma: 0.5 } } } } : {};
  const requestsPerSecond = numberOf(settings, "demand") / clients;
  const everyMs = numberOf(settings, "every") * SECOND;
  switch (settings.values.workload) {
    case "poisson":
      return { kind: "poisson", requestsPerSecond, ...requests };
    case "on-off":
      return { kind: "on-off", requestsPerSecond, onMs: everyMs, offMs: everyMs, ...requests };
    case "bursts":
      return { kind: "bursts", size: numberOf(settings, "size"), everyMs, ...requests };
    case "diurnal":
      return { kind: "diurnal", requestsPerSecond, swing: 0.8, periodMs: everyMs, ...requests };
    default: {
      const underWay = 4 * numberOf(settings, "limit") * 1.15 * numberOf(settings, "latency");
      return { kind: "saturated", waiting: Math.max(16, Math.ceil(underWay / clients)), ...requests };
    }
  }
}

/** What a change is to the server; undefined where it isn't the server's. */
export function moveOf({ name, value }: Change, scenario: Scenario): Move | undefined {
  if (name === OUTAGE) return { outageMs: Number(value) * SECOND };
  if (name !== "limit") return undefined;
  if (dataOf(scenario.server.limit)?.kind === "concurrency") return { inFlightMax: Math.round(Number(value)) };
  return { requestsPerSecond: Number(value) };
}

/** The limit that a scenario begins with, as far as a slider can show it. */
export function limitAtFirst(scenario: Scenario): number | undefined {
  const limit = dataOf(scenario.server.limit);
  if (limit === undefined) return undefined;
  if ("requestsPerSecond" in limit && limit.requestsPerSecond !== undefined) return limit.requestsPerSecond;
  if (limit.kind === "concurrency") return limit.inFlightMax;
  return undefined;
}

/** Whether any of its requests has tokens. */
export function hasTokens({ clients = [] }: Scenario): boolean {
  return clients
    .flatMap(({ workload }) => workload)
    .some((part) => {
      if (typeof part === "function") return true;
      return [part.requests ?? []].flat().some(({ tokens }: RequestSpec) => tokens !== undefined);
    });
}

function dataOf(limit: LimitSource): LimitSpec | undefined {
  return typeof limit === "function" ? undefined : limit;
}
