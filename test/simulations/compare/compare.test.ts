import { afterEach, describe, expect, it } from "vitest";
import { compare, RIVAL_NAMES } from "../../../simulations/compare/compare.js";
import { renderLeaderboard } from "../../../simulations/compare/leaderboard-page.js";
import { RIVALS } from "../../../simulations/contestants/rivals/index.js";
import type { Contestant } from "../../../simulations/world/contestant.js";
import { someScenario } from "../run/some-scenarios.js";

const BOUNDED = someScenario({ bounds: [{ metric: "goodput", atLeast: 0.1 }] });
const OURS = ["sluice", "sluice-calm", "sluice-agile", "sluice-aimd", "clairvoyant"];

let mend = (): void => {};
afterEach(() => mend());

/** Changes a rival for one test. */
function change(name: string, how: Partial<Contestant>): void {
  const rival = RIVALS.find((each) => each.name === name);
  if (rival === undefined) throw new Error(`no rival is called ${name}`);
  const before = { ...rival };
  Object.assign(rival, how);
  mend = () => Object.assign(rival, before);
}

describe("a comparison", () => {
  it("has sluice in all its ways with every seed, and rivals with the first few", async () => {
    const { standings, judgements, isComplete, absent, failures } = await compare({
      scenarios: [BOUNDED, someScenario({ name: "other" })],
      seeds: [3, 4, 5],
      rivals: ["p-queue", "vector-arc"],
      threads: 1,
    });
    expect(standings.map(({ scenario, contestant }) => `${scenario} ${contestant}`)).toEqual(
      ["some", "other"].flatMap((scenario) => [...OURS, "p-queue", "vector-arc"].map((name) => `${scenario} ${name}`)),
    );
    const seedsOf = (name: string) =>
      standings.find(({ contestant }) => contestant === name)?.seeds.map(({ seed }) => seed);
    expect([seedsOf("sluice"), seedsOf("p-queue")]).toEqual([
      [3, 4, 5],
      [3, 4],
    ]);
    expect(standings.find(({ contestant }) => contestant === "vector-arc")?.isReimplemented).toBe(true);
    expect(judgements.map(({ contestant, holds }) => [contestant, holds])).toEqual([["sluice", true]]);
    expect([isComplete, absent, failures]).toEqual([true, [], []]);
  });

  it("gives the same again, on any number of threads", async () => {
    const options = { scenarios: [BOUNDED], seeds: [1, 2], rivals: ["openai", "aws-adaptive", "langroid"] };
    const one = await compare({ ...options, threads: 1 });
    expect(JSON.stringify(await compare({ ...options, threads: 2 }))).toBe(JSON.stringify(one));
  });

  it("names who told the limit is ahead", async () => {
    const { beaten } = await compare({
      scenarios: [someScenario({ durationMs: 60_000 })],
      seeds: [1],
      rivals: ["bottleneck"],
      threads: 1,
    });
    expect(beaten.map(({ rival, told }) => [rival, told])).toEqual([["bottleneck", "limit"]]);
  });

  it("leaves out a rival whose package isn't there, once for all worlds, and says what to install", async () => {
    const error = "p-queue needs the package p-queue, which isn't installed: npm install --save-dev p-queue";
    change("p-queue", { prepare: () => Promise.reject(new Error(error)) });
    const { absent, failures, standings } = await compare({
      scenarios: [BOUNDED, someScenario({ name: "other" })],
      seeds: [1, 2],
      rivals: ["p-queue", "retry-only"],
      threads: 1,
    });
    expect(absent).toEqual([{ rival: "p-queue", error }]);
    expect(failures).toEqual([]);
    expect(standings.some(({ contestant }) => contestant === "retry-only")).toBe(true);
  });

  it("keeps a run that fails from harming the others", async () => {
    change("retry-only", {
      join: () => {
        throw new Error("broken");
      },
    });
    const { failures, standings } = await compare({
      scenarios: [BOUNDED],
      seeds: [1],
      rivals: ["retry-only"],
      threads: 1,
    });
    expect(failures).toEqual([{ scenario: "some", contestant: "retry-only", seed: 1, error: "broken" }]);
    expect(standings).toHaveLength(OURS.length);
  });

  it("refuses a rival that nobody knows, and a scenario that can't be", async () => {
    await expect(compare({ rivals: ["p-queu"] })).rejects.toThrow(
      "no rival is called 'p-queu'; did you mean 'p-queue'?",
    );
    await expect(compare({ scenarios: [someScenario({ durationMs: -1 })] })).rejects.toMatchObject({
      code: "ERR_SLUICE_OPTION",
    });
  });

  it("needs no rivals, and tells how far it is", async () => {
    const shares: number[] = [];
    await compare({
      scenarios: [BOUNDED],
      seeds: [1],
      rivals: [],
      threads: 1,
      onProgress: ({ share, done, total }) => shares.push(share, done / total),
    });
    expect(shares.slice(-2)).toEqual([1, 1]);
    expect(shares.every((share, index) => index < 2 || share >= (shares[index - 2] ?? 0))).toBe(true);
  });

  it("becomes a page with a picture and a table for each scenario, and nothing to load", async () => {
    const story = "A <server> & its limits.";
    const scenarios = [someScenario({ story }), someScenario({ name: "other" })];
    const result = await compare({ scenarios, seeds: [1], rivals: ["retry-only"], threads: 1 });
    const page = renderLeaderboard(scenarios, result);
    expect(page.match(/data-chart="standings"/g)).toHaveLength(2);
    expect(page).toContain("A &lt;server&gt; &amp; its limits.");
    expect(page).toContain("written anew from its source");
    expect(page).not.toMatch(/(src|href)="(?!#)/);
    const data = JSON.parse(/<script type="application\/json" id="data">(.+?)<\/script>/.exec(page)?.[1] ?? "") as {
      scenes: { standings: { name: string }[] }[];
    };
    expect(data.scenes.map(({ standings }) => standings.map(({ name }) => name))).toEqual([
      [...OURS, "retry-only"],
      [...OURS, "retry-only"],
    ]);
  });

  it("knows every rival by name", () => {
    expect(RIVAL_NAMES).toEqual(RIVALS.map(({ name }) => name));
  });
});
