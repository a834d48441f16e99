import { describe, expect, it } from "vitest";
import type { BudgetState } from "../../src/control/budget.js";
import { PRESETS } from "../../src/defaults.js";
import { dice, type Outcome, run } from "./loop.js";
import {
  concurrency,
  following,
  mean,
  over,
  policer,
  refusedPercent,
  type Scenario,
  scenarios,
  settledAfter,
  sliding,
  spending,
  strict,
  triesWithin,
  utilisation,
  withFallingLimit,
} from "./worlds.js";

/**
 * The law in a closed loop with simulated servers. The bounds are a little wider than the spread of means over sets of
 * seeds; what a law that only knows refusals can't do better is 1 / (1 + limit x epoch) refused.
 */

const seeds = [201, 202, 203];

function expectWithin(outcomes: readonly Outcome[], scenario: Scenario, bounds: { used: number; refused: number }) {
  expect(mean(outcomes.map((outcome) => utilisation(outcome, scenario)))).toBeGreaterThan(bounds.used);
  expect(mean(outcomes.map(refusedPercent))).toBeLessThan(bounds.refused);
}

describe("against a policer, saturated, from a cold start", () => {
  it.each([
    ["S1", { used: 0.98, refused: 0.75 }],
    ["S2", { used: 0.86, refused: 7.2 }],
    ["S4", { used: 0.98, refused: 1.9 }],
    ["S5", { used: 0.96, refused: 1.45 }],
    ["S12", { used: 0.98, refused: 2.9 }],
  ] as const)("%s keeps its bounds", (name, bounds) => {
    expectWithin(over(scenarios[name], seeds), scenarios[name], bounds);
  });

  it("S3 finds 200 a second within 20 s", () => {
    const outcomes = over(scenarios.S3, seeds);
    expectWithin(outcomes, scenarios.S3, { used: 0.98, refused: 0.2 });
    expect(mean(outcomes.map((outcome) => settledAfter(outcome, 0, 300, 200)))).toBeLessThan(20);
  });

  it("S6 finds a fallen limit at once, and a raised one within half a minute", () => {
    const outcomes = over(scenarios.S6, seeds);
    expectWithin(outcomes, scenarios.S6, { used: 0.96, refused: 0.4 });
    expect(mean(outcomes.map((outcome) => settledAfter(outcome, 600, 900, 40)))).toBeLessThan(28);
    for (const outcome of outcomes) {
      const refused = outcome.tries.filter(
        ({ verdict, sentAt }) => verdict === "refused" && sentAt > 302 && sentAt < 315,
      );
      expect(refused.length).toBeLessThan(8);
    }
  });

  it("spends one refusal an epoch, which is a twentieth longer than it is set to", () => {
    for (const preset of ["calm", "balanced", "agile"] as const) {
      const { epochMs } = PRESETS[preset];
      const gaps = over(scenarios.S1, seeds, PRESETS[preset]).map(({ tries }) => {
        const refused = tries.filter(({ verdict, sentAt }) => verdict === "refused" && sentAt >= 120);
        return ((600 - 120) * 1000) / refused.length / epochMs;
      });
      expect(mean(gaps)).toBeGreaterThan(1);
      expect(mean(gaps)).toBeLessThan(1.25);
    }
  });

  it("is five per cent behind with plain AIMD, at about the same refusals", () => {
    const outcomes = over(scenarios.S1, seeds, { law: "aimd" });
    expectWithin(outcomes, scenarios.S1, { used: 0.94, refused: 0.9 });
  });
});

describe("a limit that follows its use", () => {
  // Who sends exactly at the limit, always, gets 17,400 through: from 1 a second to the cap of 40 in 210 s.
  const clairvoyant = 17_400;
  const world = { server: following(), seconds: 600, workers: 600 };

  it("is raised nearly as fast as by one who knows it", () => {
    const outcomes = seeds.map((seed) => run({ ...world, seed }));
    const accepted = outcomes.map(({ tries }) => tries.filter(({ verdict }) => verdict === "accepted").length);
    // Answers on their way at the end, some 90, aren't counted.
    expect(mean(accepted) / clairvoyant).toBeGreaterThan(0.89);
    expect(mean(outcomes.map(refusedPercent))).toBeLessThan(0.4);
  });

  it("is held at its cap", () => {
    const outcomes = seeds.map((seed) => run({ ...world, seed }));
    for (const outcome of outcomes) expect(triesWithin(outcome, 400, 500)).toBeGreaterThan(39 * 100);
  });
});

describe("against a window that nobody tells", () => {
  // Nothing is carried over from one to the next: what the way back from a cut leaves unused is lost.
  it.each([
    ["a second's", spending(15, 1), { used: 0.88, refused: 6 }],
    ["ten seconds'", spending(150, 10), { used: 0.88, refused: 7 }],
    ["a second's that slides", sliding(15, 1), { used: 0.92, refused: 4 }],
    ["ten seconds' that slides", sliding(150, 10), { used: 0.69, refused: 12 }],
  ])("%s: one that is spent is waited for, and says nothing of the rate", (_name, server, bounds) => {
    for (const seed of [...seeds, 204, 205]) {
      const outcome = run({ seed, seconds: 60, workers: 40, server });
      const late = outcome.tries.filter(({ sentAt }) => sentAt >= 25);
      const refused = late.filter(({ verdict }) => verdict === "refused").length;
      expect(late.length - refused).toBeGreaterThan(bounds.used * 15 * 35);
      expect(refused).toBeLessThan(bounds.refused);
    }
  });
});

describe("what isn't a limit of rate", () => {
  it("S9: an overload reported as 503 is held at the capacity", () => {
    expectWithin(over(scenarios.S9, seeds), scenarios.S9, { used: 0.97, refused: 2 });
  });

  it("a limiter that refuses by 503 alone is taken for what it is: the failures tell how far a start has overshot", () => {
    const outcomes = over(scenarios.nginx, seeds);
    expectWithin(outcomes, scenarios.nginx, { used: 0.99, refused: 1.7 });
    const early = outcomes.map(({ tries }) => tries.filter(({ verdict, sentAt }) => verdict === "soft" && sentAt < 20));
    for (const failures of early) expect(failures.length).toBeLessThan(20);
  });

  it("one that fails whatever comes too soon after another stops the bursts, and not the start", () => {
    for (const seed of seeds) {
      const outcome = run({ seed, seconds: 60, workers: 40, server: strict(15, 0.002) });
      expect(outcome.state.burst.size).toBeLessThan(5);
      const [within, early] = [triesWithin(outcome, 25, 60), outcome.tries.filter(({ sentAt }) => sentAt < 20)];
      // Who sends exactly at that rate, over such a network, has a third of it fail.
      expect(within).toBeGreaterThan(0.65 * 15 * 35);
      expect(early.filter(({ verdict }) => verdict === "soft").length).toBeLessThan(15);
    }
  });

  it("S11: a limit of concurrency that nobody mentions is found, and used in full", () => {
    const outcomes = over(scenarios.S11, seeds);
    expectWithin(outcomes, scenarios.S11, { used: 0.95, refused: 1.2 });
    for (const { state } of outcomes) expect(state.inFlight.limit).toBeGreaterThan(20);
  });

  it("a stated limit of concurrency is found at once", () => {
    const world = { ...scenarios.S11.world, server: concurrency(23, "saturated") };
    const outcomes = seeds.map((seed) => run({ ...world, seed }));
    expectWithin(outcomes, scenarios.S11, { used: 0.95, refused: 1.2 });
  });

  it("no limit of concurrency is found where there is none", () => {
    for (const rate of [1, 3, 10, 30]) {
      const limits: (number | null)[] = [];
      const watch = (state: BudgetState) => void (state.inFlight.limit !== null && limits.push(state.inFlight.limit));
      run({ seed: rate, seconds: 600, server: policer({ rate }), workers: Math.ceil(9.2 * rate), watch });
      expect(limits).toEqual([]);
    }
  });

  it("S13: an outage of 30 s costs some 16 probes, and is over within seconds", () => {
    const outcomes = over(scenarios.S13, [...seeds, 204, 205]);
    expect(mean(outcomes.map((outcome) => triesWithin(outcome, 300, 330)))).toBeLessThan(20);
    expect(mean(outcomes.map((outcome) => settledAfter(outcome, 330, 600, 10)))).toBeLessThan(11);
  });
});

describe("whoever asks for less than the rate", () => {
  const light = { server: policer({ rate: 10 }), seconds: 600, workers: 64 };
  const poisson = (rateAt: (now: number) => number, until: number) => (roll: () => number) => {
    const times: number[] = [];
    for (let now = 0; now < until; now += -Math.log(1 - roll()) / rateAt(now)) times.push(now);
    return times;
  };

  it("waits for nothing, from the first second on", () => {
    for (const seed of [...seeds, 204, 205]) {
      const { waits, tries } = run({ ...light, seed, arrivals: poisson(() => 2, 600) });
      const sorted = waits.toSorted((a, b) => a - b);
      expect(sorted[Math.floor(0.99 * sorted.length)]).toBeLessThan(0.05);
      expect(tries.filter(({ verdict }) => verdict === "refused").length).toBeLessThan(10);
    }
  });

  it("builds up no permission that a later burst could spend", () => {
    const arrivals = poisson((now) => (now < 300 ? 3 : 30), 360);
    const refused = seeds.map((seed) => {
      const { tries } = run({ ...light, seed, arrivals });
      return tries.filter(({ verdict, sentAt }) => verdict === "refused" && sentAt > 300).length;
    });
    expect(mean(refused)).toBeLessThan(20);
  });
});

describe("liveness", () => {
  it("comes back from any depth: nine tenths of the limit within the time that growth and probes need", () => {
    for (const seed of seeds) {
      const roll = dice(seed);
      const until = 60 + 200 * roll();
      const outcome = run({
        seed,
        seconds: until + 120,
        server: withFallingLimit(policer({ rate: 10 }), { from: 40, until }),
        workers: 92,
      });
      expect(settledAfter(outcome, until, until + 120, 10)).toBeLessThan(15 * 1.8 + 3.5 * Math.log2(10 / 0.7) + 10);
    }
  });

  it("equal seeds give equal runs", () => {
    const [once, again] = [run({ ...scenarios.S6.world, seed: 5 }), run({ ...scenarios.S6.world, seed: 5 })];
    expect(again).toEqual(once);
  });
});
