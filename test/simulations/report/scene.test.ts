import { describe, expect, it } from "vitest";
import { groupRuns, sceneOf } from "../../../simulations/report/scene.js";
import { handmade, handRun, MINUTE } from "./some-runs.js";

const run = (contestant: string, seed: number, name = "one") =>
  handRun(handmade({}), { contestant, seed, scenario: { ...MINUTE, name } });

describe("runs of a page", () => {
  it("stand together by scenario, in the order in which they came", () => {
    const groups = groupRuns([run("a", 1, "one"), run("a", 1, "two"), run("b", 1, "one")], 12);
    expect(groups.map(({ scenario, runs }) => [scenario.name, runs.length])).toEqual([
      ["one", 2],
      ["two", 1],
    ]);
  });

  it("are drawn for every contestant before any is drawn twice", () => {
    const runs = ["a", "b", "c"].flatMap((contestant) => [1, 2].map((seed) => run(contestant, seed)));
    const [group] = groupRuns(runs, 4);
    expect(group?.drawn.map(({ contestant, seed }) => `${contestant}${seed}`)).toEqual(["a1", "a2", "b1", "c1"]);
  });

  it("are drawn more coarsely the more there are, but never beyond use", () => {
    const long = { ...MINUTE, durationMs: 3_600_000 };
    const [group] = groupRuns([handRun(handmade({}), { scenario: long })], 12);
    const bins = (runsOnPage: number) =>
      group === undefined ? 0 : sceneOf(group, runsOnPage).tracks[0]?.waiting.queued.length;
    expect([1, 12, 10_000].map(bins)).toEqual([1_200, 360, 120]);
  });
});
