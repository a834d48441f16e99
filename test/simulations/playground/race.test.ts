import { describe, expect, it } from "vitest";
import { GUIDE } from "../../../simulations/playground/guide.js";
import { Race } from "../../../simulations/playground/race.js";
import { scenarioOf } from "../../../simulations/playground/scenario-of.js";
import { INITIAL, INITIAL_VALUES, type Settings } from "../../../simulations/playground/settings.js";
import { runJob } from "../../../simulations/run/job.js";

const NEVER = (): boolean => false;

function own(values: Partial<Settings["values"]>, more: Partial<Settings> = {}): Settings {
  const all = { ...INITIAL_VALUES, minutes: 4, latency: 0.3, ...values };
  return { scenario: "", contestants: ["yours", "sluice"], values: all, changes: [], ...more };
}

/** Runs it all at once. */
function ran(settings: Settings): Race {
  const race = new Race(settings);
  race.advance(Number.POSITIVE_INFINITY, NEVER);
  return race;
}

function metricsOf(race: Race): unknown {
  return race.runners.map((runner) => [runner.name, race.metricsOf(runner)]);
}

describe("a race", () => {
  it("has the numbers of sluice simulate, for a built-in scenario and for one's own", async () => {
    const named = { ...INITIAL, scenario: "s19-light-load", values: { ...INITIAL_VALUES, seed: 7 } };
    for (const settings of [named, own({ trouble: "status-503", neighbour: 2, headers: "together" })]) {
      const contestants = ["clairvoyant", "sluice", "retry-only"];
      const job = { scenario: scenarioOf(settings), seed: Number(settings.values.seed), contestants };
      const outcomes = await runJob(job);
      const race = ran({ ...settings, contestants: contestants.slice(1) });
      expect(metricsOf(race)).toEqual(outcomes.map((each) => [each.contestant, "metrics" in each && each.metrics]));
    }
  });

  it("comes to the same in slices, in steps and at once", () => {
    const settings = own({ minutes: 1 }, { changes: [{ atMs: 20_125, name: "limit", value: 4 }] });
    const sliced = new Race(settings);
    let looks = 0;
    while (!sliced.isOver) sliced.advance(sliced.nowMs + 777, () => ++looks % 3 === 0);
    const stepped = new Race(settings);
    while (!stepped.isOver) stepped.advanceToDecision(NEVER);
    expect(metricsOf(sliced)).toEqual(metricsOf(ran(settings)));
    expect(metricsOf(stepped)).toEqual(metricsOf(sliced));
  });

  it("repeats what was changed while it ran, from the list of changes alone", () => {
    const settings = own({ law: "aimd" });
    const live = new Race(settings);
    live.advance(61_234, NEVER);
    // A hand that drags: the last place counts.
    for (const limit of [9, 6, 4]) live.change("limit", limit);
    live.advance(90_000, NEVER);
    live.change("decrease", 0.5);
    live.change("outage", 5);
    live.advance(Number.POSITIVE_INFINITY, NEVER);
    expect(live.changes).toEqual([
      { atMs: 61_234, name: "limit", value: 4 },
      { atMs: 90_000, name: "decrease", value: 0.5 },
      { atMs: 90_000, name: "outage", value: 5 },
    ]);
    expect(metricsOf(ran({ ...settings, changes: live.changes }))).toEqual(metricsOf(live));
    const limits = live.runners[1]?.world.recording().samples.map(({ limits: [limit] }) => limit);
    expect([limits?.[61], limits?.[62], limits?.[92]]).toEqual([10, 4, 0]);
  });

  it("tunes a sluice while it runs: nothing is lost, ends twice, or begins from nothing", () => {
    const race = new Race(own({ minutes: 3 }));
    race.advance(60_000, NEVER);
    const [, yours, sluice] = race.runners;
    for (let index = 0; index < 20; index++) {
      race.change("epoch", 5 + index);
      race.advance(race.nowMs + 1_000, NEVER);
    }
    race.change("decrease", 0.5);
    race.advance(Number.POSITIVE_INFINITY, NEVER);
    const [one, other] = [yours, sluice].map((runner) => runner?.world.recording());
    expect([one?.leaks, one?.endedAgain]).toEqual([0, 0]);
    const rates = one?.samples.slice(60, 81).map((sample) => sample.rates[0]?.[0] ?? 0) ?? [];
    expect(Math.min(...rates)).toBeGreaterThan(5);
    // Halving costs it what it didn't cost the other.
    expect(one?.tries.length).toBeLessThan(other?.tries.length ?? 0);
    expect(one?.tries.length).toBeGreaterThan(0.7 * (other?.tries.length ?? 0));
  });

  it("shows each thing that the guide tells", () => {
    const figures = GUIDE.map(({ settings }) => {
      const race = ran(settings);
      return race.runners.slice(1).map((runner) => race.metricsOf(runner));
    });
    const [bursts, increase, cut, frozen] = figures;
    expect(bursts?.[0]?.refused).toBeGreaterThan(0.5);
    expect(increase?.[0]?.refused).toBeLessThan(0.02);
    expect(cut?.[1]?.goodput).toBeLessThan((cut?.[0]?.goodput ?? 0) - 0.05);
    expect(frozen?.[0]?.goodput).toBeGreaterThan(0.8);
    expect(frozen?.[1]?.goodput).toBeLessThan(0.1);
    for (const { names, settings } of GUIDE) expect(names).toHaveLength(settings.contestants.length);
  });

  it("says so where time stands still", () => {
    const race = new Race(own({}));
    const [runner] = race.runners;
    if (runner === undefined) throw new Error("nobody runs");
    Object.defineProperty(runner.world, "step", { value: () => true });
    expect(() => race.advance(1_000, NEVER)).toThrow(/^time stands still at \d+ ms/);
  });

  it.each(["nothing", "s01"])("knows no scenario %s", (scenario) => {
    expect(() => new Race({ ...INITIAL, scenario })).toThrow(`there is no scenario '${scenario}'`);
  });

  it("takes no change once it is over", () => {
    const race = ran(own({ minutes: 1 }));
    race.change("limit", 4);
    expect(race.changes).toEqual([]);
  });
});
