import { describe, expect, it } from "vitest";
import { CLAIRVOYANT } from "../../../../simulations/contestants/clairvoyant.js";
import { RIVALS } from "../../../../simulations/contestants/rivals/index.js";
import { measureOne } from "../../../../simulations/measure/measure.js";
import type { Recording } from "../../../../simulations/world/log.js";
import type { Scenario } from "../../../../simulations/world/scenario.js";
import { runWorld, runWorldAsync } from "../../../../simulations/world/world.js";

const MINUTE = 60_000;

/** A token bucket one second deep, and as many callers as four times its limit would keep busy. */
function policed(requestsPerSecond: number, minutes: number, more: Partial<Scenario["server"]> = {}): Scenario {
  const waiting = Math.max(16, Math.ceil(9.2 * requestsPerSecond));
  return {
    name: "policed",
    story: "A server lets in so many requests a second and tells nothing but no.",
    durationMs: minutes * MINUTE,
    warmUpMs: (minutes * MINUTE) / 5,
    server: { limit: { kind: "policer", requestsPerSecond }, ...more },
    clients: [{ workload: { kind: "saturated", waiting: more.answers?.medianMs === undefined ? waiting : 480 } }],
    bounds: [],
  };
}

const SCENARIOS = {
  "ten a second": policed(10, 10),
  "one a second": policed(1, 20),
  "refused late": policed(10, 10, { answers: { refusalMs: 2_000 } }),
  "long answers": policed(5, 20, { answers: { medianMs: 20_000, refusalMs: 300 } }),
};

/**
 * What another simulator, which shares no code with this one, found for the same laws on the same plants: share of the
 * limit used after the warm-up, and per cent of all tries refused. It gave langroid's callers endless patience and looked
 * after aimd-bucket's at once; where that matters, they aren't here.
 */
const ELSEWHERE: readonly [keyof typeof SCENARIOS, string, number, number][] = [
  ["ten a second", "retry-only", 1, 72.3],
  ["ten a second", "aws-adaptive", 0.95, 4.4],
  ["ten a second", "datadesigner", 0.75, 5.9],
  ["ten a second", "netflix-aimd", 0.99, 35.3],
  ["ten a second", "vector-arc", 0.9, 3.2],
  ["ten a second", "aimd-bucket", 0.64, 20.7],
  ["ten a second", "langroid", 1, 13.2],
  ["one a second", "retry-only", 0.82, 80.6],
  ["one a second", "aws-adaptive", 0.63, 40.5],
  ["one a second", "datadesigner", 0.42, 15.5],
  ["one a second", "vector-arc", 0.48, 70.1],
  ["one a second", "langroid", 0.65, 13.7],
  ["refused late", "retry-only", 1, 64.4],
  ["refused late", "aws-adaptive", 0.58, 21.3],
  ["refused late", "datadesigner", 0.67, 7.7],
  ["refused late", "netflix-aimd", 0.95, 29.5],
  ["refused late", "vector-arc", 0.89, 1],
  ["refused late", "aimd-bucket", 0.27, 44.7],
  ["long answers", "datadesigner", 0.47, 36],
  ["long answers", "vector-arc", 0.12, 0],
  ["long answers", "netflix-aimd", 0.18, 7.1],
];

const SEED = 3;
const optima = new Map<Scenario, Recording>();

describe("rivals do here what they do elsewhere", () => {
  it.each(ELSEWHERE)("%s: %s", async (id, name, goodput, refusedPercent) => {
    const scenario = SCENARIOS[id];
    const contestant = RIVALS.find((each) => each.name === name);
    if (contestant === undefined) throw new Error(`no rival is called ${name}`);
    const options = { scenario, contestant, seed: SEED };
    const optimum = optima.get(scenario) ?? runWorld({ ...options, contestant: CLAIRVOYANT });
    optima.set(scenario, optimum);
    const recording = contestant.isAsync === true ? await runWorldAsync(options) : runWorld(options);
    const measured = { scenario, recording, optimum };
    expect(Math.abs(measureOne("goodput", measured) - goodput)).toBeLessThan(0.07);
    const refused = 100 * measureOne("refused", measured);
    expect(Math.abs(refused - refusedPercent)).toBeLessThan(Math.max(1.5, 0.15 * refusedPercent));
  });
});
