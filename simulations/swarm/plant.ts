import type { Fault } from "../server/fault.js";
import type { ScheduledMove } from "../server/move.js";
import type { Scenario } from "../world/scenario.js";
import { createDice, type Dice, rounded } from "./dice.js";

const DURATION_MS = 900_000;
const RATE_MIN = 0.7;
const RATE_MAX = 150;
/** Of the buckets of servers that tell nothing. */
export const DEPTHS_MS = [200, 1_000, 1_000, 5_000, 30_000] as const;

/**
 * A policer without headers and a saturated client, drawn: a limit of 0.7 to 150 a second that may step by up to four, buckets
 * of 0.2 to 30 s, answers of 0.5 to 20 s, refusals up to 2.5 s late, noise of 503s, an outage. The whole run counts, from
 * a cold start.
 */
export function drawPlant(seed: number): Scenario {
  const dice = createDice(`plant/${seed}`);
  const first = rounded(dice.logBetween(RATE_MIN, RATE_MAX));
  const medianMs = Math.round(1_000 * dice.logBetween(0.5, 20));
  const refusalMs = Math.round(1_000 * (dice.chance(0.25) ? dice.between(0.5, 2.5) : dice.between(0.05, 0.25)));
  const depthMs = dice.oneOf(DEPTHS_MS);
  const steps = dice.chance(0.65) ? stepsFrom(first, dice) : [];
  const noise: readonly Fault[] = dice.chance(0.3)
    ? [{ kind: "status-503", share: rounded(dice.between(0.001, 0.03)) }]
    : [];
  const outage: readonly ScheduledMove[] = dice.chance(0.25)
    ? [{ atMs: Math.round(dice.between(200_000, 700_000)), outageMs: Math.round(dice.between(10_000, 40_000)) }]
    : [];
  const highest = Math.max(first, ...steps.map(({ requestsPerSecond = 0 }) => requestsPerSecond ?? 0));
  return {
    name: `plant-${seed}`,
    story: "A policer that tells nothing, drawn by its number.",
    durationMs: DURATION_MS,
    warmUpMs: 0,
    server: {
      limit: { kind: "policer", requestsPerSecond: first, depthMs },
      answers: { medianMs, refusalMs },
      ...(noise.length > 0 && { faults: noise }),
      ...(steps.length + outage.length > 0 && { schedule: [...steps, ...outage].sort((a, b) => a.atMs - b.atMs) }),
    },
    ...saturatedAt(highest, medianMs),
    bounds: [],
  };
}

/**
 * A client that wants four times as much as is under way at the limit, and may have all of it under way: what is measured is
 * the law, and neither the demand nor `concurrencyMax`, whose default 150 a second of 20 s each would pass threefold.
 */
export function saturatedAt(ratePerSecond: number, medianMs: number): Pick<Scenario, "clients" | "options"> {
  const waiting = Math.min(4_000, Math.max(16, Math.ceil((4 * ratePerSecond * medianMs * 1.15) / 1_000)));
  return { options: { concurrencyMax: waiting }, clients: [{ workload: { kind: "saturated", waiting } }] };
}

function stepsFrom(first: number, dice: Dice): readonly ScheduledMove[] {
  const steps: ScheduledMove[] = [];
  let rate = first;
  for (let atMs = dice.between(120_000, 400_000); atMs < DURATION_MS; atMs += dice.between(120_000, 400_000)) {
    rate = rounded(Math.min(RATE_MAX, Math.max(RATE_MIN, rate * dice.logBetween(0.25, 4))));
    steps.push({ atMs: Math.round(atMs), requestsPerSecond: rate });
  }
  return steps;
}
