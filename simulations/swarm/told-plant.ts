import type { AnswerKind } from "../server/answers.js";
import type { Lie } from "../server/lie.js";
import type { ScheduledMove } from "../server/move.js";
import type { LimitSpec } from "../server/spec.js";
import type { HeaderSpec } from "../server/speech.js";
import type { Scenario } from "../world/scenario.js";
import { createDice, type Dice, rounded } from "./dice.js";
import { saturatedAt } from "./plant.js";

const DURATION_MS = 600_000;
const WARM_UP_MS = 60_000;
const MEDIANS_MS: Readonly<Record<AnswerKind, number>> = { fast: 70, stream: 6_500, mid: 4_000, long: 20_000 };

/**
 * A server with headers and a saturated client, drawn: buckets, windows and sliding logs of 0.7 to 150 a second, whose
 * limit may step by up to three; a neighbour in one of five; in two of five the headers lie.
 */
export function drawToldPlant(seed: number): Scenario {
  const dice = createDice(`told-plant/${seed}`);
  const rate = rounded(dice.logBetween(0.7, 150));
  const kind = dice.oneOf(KINDS);
  const steps = dice.chance(0.4) ? stepsOf(rate, dice) : [];
  const like = dice.oneOf<AnswerKind>(["fast", "stream", "mid", "long"]);
  const share = dice.chance(0.2) ? rounded(dice.between(0.1, 0.5)) : 0;
  const isHostKnown = dice.chance(0.7);
  const lie = dice.chance(0.4) ? dice.oneOf(LIES)(dice) : undefined;
  const highest = Math.max(rate, ...steps.map(({ requestsPerSecond }) => requestsPerSecond ?? 0));
  return {
    name: `told-plant-${seed}`,
    story: "A server whose headers may lie, drawn by its number.",
    durationMs: DURATION_MS,
    warmUpMs: WARM_UP_MS,
    server: {
      limit: kind.limit(rate),
      headers: { ...kind.headers, isHostKnown, ...(lie !== undefined && { lies: [lie] }) },
      answers: { like, uplinkMs: 30, refusalMs: 70 },
      ...(steps.length > 0 && { schedule: steps }),
      ...(share > 0 && { neighbours: [{ requestsPerSecond: rounded(share * rate) }] }),
    },
    ...saturatedAt(highest, MEDIANS_MS[like]),
    bounds: [],
  };
}

/** How a server counts, and in whose words it says so. */
interface Kind {
  readonly limit: (requestsPerSecond: number) => LimitSpec;
  readonly headers: HeaderSpec;
}

const bucket = (depthMs: number, provider: string): Kind => ({
  limit: (requestsPerSecond) => ({ kind: "policer", requestsPerSecond, depthMs }),
  headers: { provider },
});

const window = (windowMs: number, rounding: "ceil" | "floor" | "none"): Kind => ({
  // Nothing is limited to less than one in a window.
  limit: (requestsPerSecond) => ({
    kind: "window",
    requestsPerSecond: Math.max(requestsPerSecond, 1_000 / windowMs),
    windowMs,
  }),
  headers: { provider: "ietf", rounding },
});

const KINDS: readonly [Kind, ...Kind[]] = [
  bucket(1_000, "together"),
  bucket(5_000, "ietf"),
  bucket(10_000, "ietf"),
  bucket(60_000, "anthropic"),
  window(1_000, "none"),
  window(10_000, "none"),
  window(10_000, "ceil"),
  window(10_000, "floor"),
  window(60_000, "none"),
  window(60_000, "ceil"),
  window(60_000, "floor"),
  {
    limit: (requestsPerSecond) => ({ kind: "sliding", requestsPerSecond, windowMs: 60_000 }),
    headers: { provider: "ietf" },
  },
  {
    limit: (requestsPerSecond) => ({ kind: "policer", requestsPerSecond, depthMs: 2_000, windowMs: 2_000 }),
    headers: { provider: "together", era: "2025" },
  },
];

const LIES: readonly [(dice: Dice) => Lie, ...((dice: Dice) => Lie)[]] = [
  () => ({ kind: "scaled", factor: 2 }),
  () => ({ kind: "scaled", factor: 0.5 }),
  () => ({ kind: "scaled", factor: 3 }),
  () => ({ kind: "constant", limit: 600, remaining: 600 }),
  (dice) => ({ kind: "stale", byMs: Math.round(dice.between(5_000, 30_000)) }),
  () => ({ kind: "vanishing", everyMs: 60_000 }),
  () => ({ kind: "garbage", share: 0.2 }),
  () => ({ kind: "scaled", factor: 2, fields: ["limit"] }),
  () => ({ kind: "silent-refusals" }),
];

function stepsOf(rate: number, dice: Dice): readonly ScheduledMove[] {
  return [dice.between(0, DURATION_MS), dice.between(0, DURATION_MS)]
    .sort((a, b) => a - b)
    .map((atMs) => ({ atMs: Math.round(atMs), requestsPerSecond: rounded(rate * dice.logBetween(1 / 3, 3)) }));
}
