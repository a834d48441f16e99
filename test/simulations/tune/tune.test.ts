import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Job } from "../../../simulations/run/job.js";
import { SCENARIOS } from "../../../simulations/scenarios/index.js";
import { BUDGET_MIN, FRONT_MAX, MOVES, planOf } from "../../../simulations/tune/plan.js";
import { tune, tuneOn } from "../../../simulations/tune/tune.js";
import type { TuneOptions, TuneProgress } from "../../../simulations/tune/tuning.js";
import { TUNE_SCENARIOS } from "../../../simulations/tune/usual.js";
import { createSluice } from "../../../src/index.js";
import { someScenario } from "../run/some-scenarios.js";
import { pretend, type Surface } from "./pretend.js";

const scenarios = [someScenario({ name: "one" }), someScenario({ name: "two" })];

/** Best at an epoch of 30 s; a shallower cut buys goodput with refusals. */
const valley: Surface = ({ epochMs = 0, multiplicativeDecrease = 0 }) => {
  const away = Math.log(epochMs / 30_000);
  return { goodput: 0.9 - 0.1 * away * away + 0.05 * multiplicativeDecrease, refused: 0.02 * multiplicativeDecrease };
};

const search = (options: Partial<TuneOptions> = {}, surface: Surface = valley, onJob?: (job: Job) => void) =>
  tuneOn(pretend(surface, onJob), { scenarios, ...options });

describe("tune", () => {
  it("finds what is better than the present options, and says by how much on seeds that it never chose by", async () => {
    const { best, present, isBetter, options, front } = await search();
    expect(best.values.epochMs).toBeGreaterThan(22_000);
    expect(best.values.epochMs).toBeLessThan(41_000);
    expect(isBetter).toBe(true);
    expect(best.gain.goodput.mean).toBeGreaterThan(0.03);
    expect(best.score.goodput - present.score.goodput).toBeCloseTo(best.gain.goodput.mean, 9);
    expect(front).toContainEqual(best);
    expect(options.control).toMatchObject({ ...best.values });
    expect(() => createSluice(options)).not.toThrow();
  });

  it("gives the same result for the same seed, in whatever order threads answer, and another for another", async () => {
    const [first, again, other] = [await search(), await search(), await search({ seed: 2 })];
    expect(JSON.stringify(first)).toBe(JSON.stringify(again));
    expect(other.best.values).not.toEqual(first.best.values);
  });

  it("lets candidates meet the same worlds, each world once, and keeps the fresh seeds for the end", async () => {
    const met = new Map<string, Set<string>>();
    let runs = 0;
    const {
      seeds,
      tried,
      runs: told,
    } = await search({}, valley, ({ scenario, seed, contestants }) => {
      for (const choice of contestants) {
        const name = typeof choice === "string" ? choice : choice.name;
        const worlds = met.get(name) ?? new Set();
        expect(worlds.has(`${scenario.name} ${seed}`)).toBe(false);
        met.set(name, worlds.add(`${scenario.name} ${seed}`));
        runs++;
      }
    });
    expect(told).toBe(runs);
    const fresh = [...met].filter(([, worlds]) => [...worlds].some((world) => Number(world.split(" ")[1]) > 1_000));
    const racing = [...met.keys()].filter((name) => !name.includes("="));
    expect(racing).toHaveLength(tried);
    expect(fresh.filter(([name]) => !name.includes("=")).length).toBeLessThanOrEqual(7);
    expect(seeds.search.filter((seed) => seeds.holdOut.includes(seed))).toEqual([]);
    // Losers leave early: most met the first seeds alone.
    const few = racing.filter((name) => (met.get(name)?.size ?? 0) <= 4 * scenarios.length);
    expect(few.length).toBeGreaterThan(tried / 3);
  });

  it("shows a front on which each is better in something, and the option behind it", async () => {
    const bowed: Surface = ({ multiplicativeDecrease: cut = 0 }) => ({
      goodput: 0.5 + 0.1 * cut * (2 - cut),
      refused: 0.05 * cut * cut,
    });
    const { front } = await search({ vary: [{ name: "multiplicativeDecrease" }] }, bowed);
    expect(front.length).toBeGreaterThan(2);
    for (const [index, { inSample }] of front.entries()) {
      const next = front[index + 1]?.inSample;
      if (next === undefined) continue;
      expect(inSample.goodput).toBeGreaterThan(next.goodput);
      expect(inSample.refused).toBeGreaterThan(next.refused);
    }
  });

  it("moves one option at a time around the best", async () => {
    const { best, sensitivity } = await search();
    const epochs = sensitivity.filter(({ name }) => name === "epochMs");
    expect(epochs.length).toBeGreaterThanOrEqual(3);
    // It is at the top: the further away, the worse.
    for (const { change } of epochs.filter(({ value }) => Math.abs(Math.log(value / 30_000)) > 0.4)) {
      expect(change.goodput.mean).toBeLessThan(-0.005);
    }
    for (const { name, change } of sensitivity.filter((move) => move.name === "burst" || move.name === "rateInitial")) {
      expect([name, change.goodput]).toEqual([name, { mean: expect.closeTo(0, 9), error: expect.closeTo(0, 9) }]);
    }
    expect(sensitivity.every(({ name, value }) => best.values[name] !== value)).toBe(true);
  });

  it("keeps the present options where nothing is better by more than chance", async () => {
    const flat = await search({}, () => ({ goodput: 0.9, refused: 0 }));
    expect(flat.isBetter).toBe(false);
    expect(flat.options.control).toMatchObject({ ...flat.present.values });
    // Luck on the search's seeds alone: the fresh ones tell.
    const luck: Surface = ({ epochMs = 0 }, seed) => ({
      goodput: seed > 1_000 ? 0.9 : 0.9 - Math.abs(Math.log(epochMs / 30_000)) / 10,
      refused: 0,
    });
    const fooled = await search({}, luck);
    expect(fooled.best.inSample.goodput).toBeGreaterThan(fooled.present.inSample.goodput);
    expect(fooled.isBetter).toBe(false);
    expect(fooled.options.control).toMatchObject({ ...fooled.present.values });
  });

  it("goes on without candidates that fail, and says why they did; without the present options it can't", async () => {
    const failing =
      (from: number): Surface =>
      ({ burst = 0, ...control }, seed) => {
        if (burst > from) throw new Error("too much at once");
        return valley(control, seed);
      };
    const { failures, best } = await search({}, failing(10));
    expect(Object.values(failures)[0]).toMatch(/^(one|two), seed \d+: Error: too much at once$/);
    expect(best.values.burst).toBeLessThanOrEqual(10);
    await expect(search({}, failing(1))).rejects.toThrow("too much at once");
  });

  it("tells how far it is, to the end", async () => {
    const told: TuneProgress[] = [];
    const budget = 200;
    const { runs } = await search({ budget, onProgress: (progress) => told.push(progress) });
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(["search", "refine", "hold out", "sensitivity"]);
    expect(told.at(-1)?.done).toBe(runs);
    expect(runs).toBeLessThanOrEqual(budget * scenarios.length);
    expect(told.every(({ done, total }) => done <= total)).toBe(true);
  });

  it("keeps to its budget, whatever is varied", () => {
    fc.assert(
      fc.property(fc.integer({ min: BUDGET_MIN, max: 5_000 }), fc.integer({ min: 1, max: 5 }), (budget, axes) => {
        const plan = planOf({ budget, axes, scenarios: 3 });
        const shown = plan.holdOut.length * (FRONT_MAX + 1) + plan.sensitivity.length * MOVES.length * axes;
        expect(plan.searchRuns + 3 * shown).toBeLessThanOrEqual(3 * budget);
        expect(plan.bredRuns).toBeLessThan(plan.searchRuns / 2);
        expect(Math.min(plan.drawn, plan.bred)).toBeGreaterThan(0);
        expect(plan.sensitivity.every((seed) => plan.holdOut.includes(seed))).toBe(true);
      }),
    );
  });

  it("is tuned by default on scenarios that exist", () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(TUNE_SCENARIOS.filter((name) => !names.includes(name))).toEqual([]);
  });

  it("refuses what can't be, before anything runs", async () => {
    for (const [options, message] of [
      [{ scenarios: [] }, "there must be a scenario to tune on"],
      [{ scenarios: [scenarios[0], scenarios[0]] as never }, "two scenarios are called 'one'"],
      [{ weight: -1 }, "weight must be from 0 to 1e6, got -1"],
      [{ budget: 20 }, "budget must be a whole number of runs for each scenario, from 150 to 1e6, got 20"],
      [{ options: { control: { burst: 0 } } }, "control.burst must be from 1 to 1,000, got 0"],
      [{ vary: [{ name: "brust" }] }, "did you mean 'burst'?"],
      [{ threads: 0 }, "threads must be"],
    ] as const) {
      await expect(tune({ scenarios, ...options })).rejects.toMatchObject({
        code: "ERR_SLUICE_OPTION",
        message: expect.stringContaining(message),
      });
    }
  });

  it("ends with the signal's reason", async () => {
    await expect(tune({ scenarios, threads: 1, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
  });
});
