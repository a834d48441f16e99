import { describe, expect, test } from "vitest";
import { type Figures, run, type World, within } from "./headers-loop.js";
import * as worlds from "./headers-worlds.js";

/** Behaviour of the closed loop against simulated servers. Each runs over two seeds; bounds hold for each of them. */

const SEEDS = [201, 202];

interface Bounds {
  readonly utilisation: readonly [number, number];
  /** Per cent of all tries, at most. */
  readonly refused: number;
  /** Seconds, at most. */
  readonly convergence?: number;
  readonly fairness?: number;
}

function holds(world: World, { utilisation, refused, convergence, fairness }: Bounds): readonly Figures[] {
  return SEEDS.map((seed) => {
    const figures = run(world, seed);
    expect(figures.utilisation, `utilisation, seed ${seed}`).toBeGreaterThanOrEqual(utilisation[0]);
    expect(figures.utilisation, `utilisation, seed ${seed}`).toBeLessThanOrEqual(utilisation[1]);
    expect(figures.refusedPercent, `refused, seed ${seed}`).toBeLessThanOrEqual(refused);
    expect(figures.convergence, `convergence, seed ${seed}`).toBeLessThanOrEqual(convergence ?? 15);
    expect(figures.fairness, `fairness, seed ${seed}`).toBeGreaterThanOrEqual(fairness ?? 0.9999);
    return figures;
  });
}

describe("honest headers", () => {
  // Above 1 is what a deep bucket still had after the warm-up.
  test("a deep bucket is used whole, however late its headers come", () => {
    holds(worlds.honestBucket("stream"), { utilisation: [1.0, 1.09], refused: 0.06 });
    holds(worlds.honestBucket("long"), { utilisation: [1.0, 1.09], refused: 0.06 });
  });

  test("a fixed window is used whole, however late its headers come", () => {
    holds(worlds.honestWindow("stream"), { utilisation: [0.994, 1], refused: 0.13 });
    holds(worlds.honestWindow("long"), { utilisation: [0.989, 1], refused: 0.13 });
  });

  test("a window's reset may be rounded up or down, and lands within two refusals a window", () => {
    for (const round of [Math.ceil, Math.floor]) {
      for (const { refusedAt, acceptedAt, sentAt } of holds(worlds.honestWindow("mid", round), {
        utilisation: [0.993, 1],
        refused: 0.17,
      })) {
        for (let from = 137.4; from + 60 <= 600; from += 60) {
          expect(within(refusedAt, from, from + 60)).toBeLessThanOrEqual(2);
          expect(within(acceptedAt[0] ?? [], from, from + 60)).toBeGreaterThanOrEqual(600 * 0.99 - 2);
        }
        for (let from = 0; from < 600; from += 1)
          expect(within(sentAt[0] ?? [], from, from + 1)).toBeLessThanOrEqual(30);
      }
    }
  });

  test("a bucket of one second is steered by its level; one of a single request by its limit", () => {
    holds(worlds.shallowBucket, { utilisation: [0.995, 1.005], refused: 0.07 });
    holds(worlds.bucketOfOne, { utilisation: [0.93, 1], refused: 1.6 });
  });

  test("a limit by the second whose `remaining` counts two, with a constant reset, is followed", () => {
    holds(worlds.twoSecondsDeep, { utilisation: [0.985, 1.005], refused: 0.1 });
  });

  test("a limit that falls to a quarter and rises again is followed at once", () => {
    holds(worlds.stepDownAndUp, { utilisation: [0.99, 1.02], refused: 0.1 });
  });

  test("a sliding log declared as a window is found out, and used whole", () => {
    holds(worlds.sliding(10, "stream"), { utilisation: [0.985, 1], refused: 0.15 });
    holds(worlds.sliding(10, "mid"), { utilisation: [0.97, 1], refused: 0.35 });
    holds(worlds.sliding(10, "stream", {}), { utilisation: [0.98, 1], refused: 0.3 });
  });

  test("a sliding log that is documented is used whole, without a refusal", () => {
    const told = { kind: "sliding", windowMs: 60_000 } as const;
    holds(worlds.sliding(10, "mid", told), { utilisation: [0.985, 1], refused: 0.05 });
  });

  test("a neighbour is made room for", () => {
    holds(worlds.neighbourForAWhile, { utilisation: [0.95, 1.06], refused: 0.8 });
    holds(worlds.neighbourOfAWindow, { utilisation: [0.97, 1.07], refused: 0.2 });
  });

  test("an undocumented quota is understood within a few answers", () => {
    holds(worlds.unknownBucket("stream"), { utilisation: [1.0, 1.1], refused: 0.1 });
    holds(worlds.unknownWindow("mid"), { utilisation: [0.985, 1], refused: 0.2 });
  });

  test("a limit that follows its use is raised nearly as fast as by one who always sends exactly at it", () => {
    // Such a one gets 17,400 through in 600 s.
    const share = (world: World) => {
      const { acceptedAt, refusedPercent } = run(world, SEEDS[0] ?? 1);
      expect(refusedPercent).toBeLessThan(0.2);
      return (acceptedAt[0]?.length ?? 0) / 17_400;
    };
    expect(share(worlds.following("stream"))).toBeGreaterThan(0.95);
    expect(share(worlds.following("mid"))).toBeGreaterThan(0.94);
    expect(share(worlds.following("long"))).toBeGreaterThan(0.85);
  });

  test("four clients share one bucket evenly, without refusing each other", () => {
    holds(worlds.fourClients, { utilisation: [0.99, 1.02], refused: 0.1, fairness: 0.99 });
  });
});

describe("lying headers", () => {
  test("twice too high: what others seem to take absorbs the lie", () => {
    holds(worlds.twiceTooHigh, { utilisation: [0.99, 1.02], refused: 0.1 });
  });

  test("a constant, a stranger's and a vanishing header do no more harm than none", () => {
    holds(worlds.constantRemaining, { utilisation: [0.98, 1.01], refused: 1.2 });
    holds(worlds.hiddenPolicer, { utilisation: [0.98, 1.01], refused: 1.2 });
    holds(worlds.vanishing, { utilisation: [0.98, 1.01], refused: 0.8 });
  });

  test("garbage in three of ten costs nothing", () => {
    holds(worlds.garbage, { utilisation: [1.0, 1.09], refused: 0.06 });
  });

  test("half of the limit: the rest is found, at the price of doing without headers", () => {
    holds(worlds.twiceTooLow, { utilisation: [0.93, 1.02], refused: 5.5 });
  });

  test("a minute's limit that is enforced by the second, of which next to nothing ever is left, starves nobody", () => {
    holds(worlds.enforcedBySecond, { utilisation: [0.83, 1.01], refused: 2, convergence: 130 });
    holds({ ...worlds.enforcedBySecond, traits: {} }, { utilisation: [0.83, 1.01], refused: 8, convergence: 130 });
  });

  test("a promise a hundred times too high is approached step by step, and costs few refusals", () => {
    const { refusedAt } = run(worlds.hundredfold, SEEDS[0] ?? 1);
    expect(within(refusedAt, 0, 30)).toBeLessThanOrEqual(20);
  });

  test("a window half as long as the true one is corrected", () => {
    holds(worlds.wrongWindow, { utilisation: [0.985, 1.02], refused: 0.1 });
  });
});

describe("probes for room beyond honest headers", () => {
  test("are few, and never come near a refusal", () => {
    for (const world of [worlds.honestBucket("mid"), worlds.shallowBucket]) {
      let began: number | null = null;
      const begun: { since: number; refusedAt: number | null }[] = [];
      const { sentAt, clients } = run(
        {
          ...world,
          watch: ({ trust }) => {
            const { since } = trust.probe;
            if (since !== null && since !== began) begun.push({ since, refusedAt: trust.lastRefusedAt });
            began = since;
          },
        },
        SEEDS[0] ?? 1,
      );
      const sends = sentAt[0]?.length ?? 0;
      expect(clients[0]?.trust.probe.count).toBeLessThanOrEqual(Math.log(sends / 100) / Math.log(4) + 2);
      expect(begun.length).toBeGreaterThan(0);
      for (const { since, refusedAt } of begun) {
        if (refusedAt !== null && refusedAt < since) expect(since - refusedAt).toBeGreaterThan(10);
      }
    }
  });
});
