import type { Fault } from "../server/fault.js";
import type { ScheduledMove } from "../server/move.js";
import type { Neighbour } from "../server/neighbour.js";
import type { LimitSpec } from "../server/spec.js";
import type { Scenario } from "../world/scenario.js";
import type { WorkloadPart } from "../world/workload.js";
import { createDice, type Dice, rounded } from "./dice.js";
import { DEPTHS_MS } from "./plant.js";
import { drawToldPlant } from "./told-plant.js";

const DURATION_MS = 3_600_000;
/** The balanced preset looks for room once in so many seconds. */
const EPOCH_S = 15;
/** An hour of a faster limit than this would take a core a minute. */
const RATE_MAX = 40;

/**
 * An hour in which everything happens, drawn: a server with headers or without, true or lying, whose limit steps; outages,
 * noise, time-outs and neighbours that come and go; and a client that is saturated, or is asked by chance and in bursts.
 */
export function drawMixture(seed: number): Scenario {
  const dice = createDice(`swarm/${seed}`);
  const rate = rounded(dice.logBetween(0.7, RATE_MAX));
  const told = drawToldPlant(seed);
  const { headers } = told.server;
  const isTold = dice.chance(0.5);
  const schedule = [...stepsOf(rate, dice), ...outagesOf(dice)].sort((a, b) => a.atMs - b.atMs);
  const lowest = Math.min(rate, ...schedule.map(({ requestsPerSecond }) => requestsPerSecond ?? rate));
  return {
    name: `swarm-${seed}`,
    story: "An hour in which everything happens, drawn by its number.",
    durationMs: DURATION_MS,
    warmUpMs: 60_000,
    server: {
      limit: { ...(isTold ? (told.server.limit as object) : untoldLimit(seed)), requestsPerSecond: rate } as LimitSpec,
      answers: { medianMs: Math.round(1_000 * dice.logBetween(0.3, 8)), uplinkMs: 30 },
      ...(isTold && headers !== undefined && { headers }),
      schedule,
      faults: faultsOf(dice),
      neighbours: neighboursOf(rate, dice),
    },
    clients: [{ workload: workloadOf(rate, dice) }],
    bounds: [
      { metric: "goodput", atLeast: 0.85 },
      {
        metric: "refused",
        atMost: Math.max(0.04, 1.3 / (lowest * EPOCH_S)),
        because: "one request is lost an epoch, and the slower the limit the larger a share of all that is",
      },
    ],
  };
}

/** Without headers it is a bucket, as where nothing but that is drawn: a window that nobody tells of is another story. */
function untoldLimit(seed: number): object {
  return { kind: "policer", depthMs: createDice(`swarm/${seed}/bucket`).oneOf(DEPTHS_MS) };
}

function stepsOf(rate: number, dice: Dice): readonly ScheduledMove[] {
  if (dice.chance(0.4)) return [];
  return sortedInstants(dice, 1 + Math.floor(dice.between(0, 4))).map((atMs) => ({
    atMs,
    requestsPerSecond: rounded(Math.min(RATE_MAX, Math.max(0.7, rate * dice.logBetween(1 / 3, 3)))),
  }));
}

function outagesOf(dice: Dice): readonly ScheduledMove[] {
  if (dice.chance(0.6)) return [];
  return sortedInstants(dice, 1 + Math.floor(dice.between(0, 2))).map((atMs) => ({
    atMs,
    outageMs: Math.round(dice.between(10_000, 60_000)),
  }));
}

function faultsOf(dice: Dice): readonly Fault[] {
  const faults: Fault[] = [];
  if (dice.chance(0.3)) faults.push({ kind: "status-503", share: rounded(dice.between(0.001, 0.03)) });
  if (dice.chance(0.1)) faults.push({ kind: "status-500", share: rounded(dice.between(0.001, 0.01)) });
  if (dice.chance(0.1)) faults.push({ kind: "close-early", share: rounded(dice.between(0.001, 0.01)) });
  return faults;
}

function neighboursOf(rate: number, dice: Dice): readonly Neighbour[] {
  if (dice.chance(0.7)) return [];
  const fromMs = Math.round(dice.between(0, DURATION_MS / 2));
  const untilMs = Math.round(fromMs + dice.between(120_000, DURATION_MS / 2));
  return [{ requestsPerSecond: rounded(rate * dice.between(0.1, 0.4)), fromMs, untilMs }];
}

function workloadOf(rate: number, dice: Dice): WorkloadPart | readonly WorkloadPart[] {
  if (dice.chance(0.5)) return { kind: "saturated", waiting: Math.max(16, Math.ceil(9.2 * rate)) };
  const asked: WorkloadPart = { kind: "poisson", requestsPerSecond: rounded(rate * dice.between(0.2, 0.6)) };
  const size = Math.max(1, Math.round(rate * dice.between(2, 10)));
  return [asked, { kind: "bursts", size, everyMs: Math.round(dice.between(60_000, 300_000)) }];
}

function sortedInstants(dice: Dice, count: number): readonly number[] {
  return Array.from({ length: count }, () => Math.round(dice.between(120_000, DURATION_MS - 300_000))).sort(
    (a, b) => a - b,
  );
}
