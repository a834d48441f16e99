import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadScenarioFile } from "../../simulations/load/file.js";
import { createExecutor, type Executor } from "../../simulations/run/executor.js";
import type { Job } from "../../simulations/run/job.js";
import { simulate, simulateOn } from "../../simulations/simulate.js";
import { someScenario } from "./run/some-scenarios.js";

const TYPESCRIPT_ENTRY = new URL("./run/typescript-worker.mjs", import.meta.url);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-simulate-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Answers each job at once with its seed as goodput, and fails where it is told to. */
function pretend({ failsAt, onRun }: { failsAt?: number; onRun?: (job: Job) => void } = {}): Executor {
  return {
    threads: 1,
    async run(job) {
      onRun?.(job);
      // Later seeds are through first.
      for (let turn = 10 - job.seed; turn > 0; turn--) await Promise.resolve();
      if (job.seed === failsAt) throw new Error("the thread died");
      return job.contestants.map((choice) => ({
        contestant: String(choice),
        metrics: { goodput: job.seed } as never,
        bounded: job.scenario.bounds.map(({ of = "sluice" }) => (of === choice ? job.seed : undefined)),
      }));
    },
    close: async () => {},
  };
}

describe("simulate", () => {
  it("gives the same to the last byte on this thread and on others, for built-in, data and module scenarios", async () => {
    const file = join(folder, "own.mjs");
    await writeFile(file, `export default ${JSON.stringify(someScenario({ name: "own" }))};`);
    const scenarios = [
      someScenario({ bounds: [{ metric: "refused", atMost: 0.5 }] }),
      ...(await loadScenarioFile(file)),
    ];
    const options = { scenarios, contestants: ["sluice", "sluice-aimd", "clairvoyant"], seeds: [3, 1, 2] };
    const other = createExecutor({ threads: 2, entry: TYPESCRIPT_ENTRY });
    const there = await simulateOn(other, options).finally(() => other.close());
    const here = await simulate({ ...options, threads: 1 });
    expect(there.failures).toEqual([]);
    expect(JSON.stringify(there)).toBe(JSON.stringify(here));
    expect(here.runs).toHaveLength(18);
    expect(
      here.runs.filter(({ contestant }) => contestant === "clairvoyant").map(({ metrics }) => metrics.goodput),
    ).toEqual(Array(6).fill(1));
  });

  it("tells apart seeds, and repeats each", async () => {
    const run = () => simulate({ scenarios: [someScenario()], seeds: [1, 2], threads: 1 });
    const [first, second] = [await run(), await run()];
    expect(first).toEqual(second);
    expect(first.runs[0]?.metrics).not.toEqual(first.runs[1]?.metrics);
  });

  it("puts results in the order of scenarios, contestants and seeds, whatever is through first", async () => {
    const scenarios = [someScenario({ name: "b" }), someScenario({ name: "a" })];
    const { runs } = await simulateOn(pretend(), { scenarios, contestants: ["y", "x"], seeds: [2, 9] });
    expect(runs.map(({ scenario, contestant, seed }) => `${scenario}${contestant}${seed}`)).toEqual([
      "by2",
      "by9",
      "bx2",
      "bx9",
      "ay2",
      "ay9",
      "ax2",
      "ax9",
    ]);
  });

  it("runs whom the bounds name where nobody else is asked for, each world once for all of them", async () => {
    const jobs: Job[] = [];
    const scenarios = [
      someScenario({ bounds: [{ metric: "goodput", atLeast: 0.5, of: "sluice-calm" }] }),
      someScenario({ name: "other" }),
    ];
    await simulateOn(pretend({ onRun: (job) => jobs.push(job) }), { scenarios, seeds: [1] });
    expect(jobs.map(({ contestants }) => contestants)).toEqual([["sluice", "sluice-calm"], ["sluice"]]);
  });

  it("judges by the mean or by the worst seed, and names that seed", async () => {
    const bounds = [
      { metric: "convergeMs", atLeast: 2 },
      { metric: "convergeMs", atLeast: 2, over: "worst" },
      { metric: "convergeMs", atMost: 2, of: "sluice-calm" },
    ] as const;
    const { judgements } = await simulateOn(pretend(), { scenarios: [someScenario({ bounds })], seeds: [3, 1, 2] });
    expect(judgements.map(({ contestant, value, holds, worstSeed }) => [contestant, value, holds, worstSeed])).toEqual([
      ["sluice", 2, true, 1],
      ["sluice", 1, false, 1],
      ["sluice-calm", 2, true, 3],
    ]);
    expect(judgements[0]?.values).toEqual([
      { seed: 3, value: 3 },
      { seed: 1, value: 1 },
      { seed: 2, value: 2 },
    ]);
  });

  it("keeps the other runs where one fails, and says why", async () => {
    const scenarios = [someScenario({ bounds: [{ metric: "goodput", atLeast: 0 }] })];
    const result = await simulateOn(pretend({ failsAt: 2 }), { scenarios, seeds: [1, 2, 3] });
    expect(result.failures).toEqual([{ scenario: "some", contestant: "sluice", seed: 2, error: "the thread died" }]);
    expect(result.runs.map(({ seed }) => seed)).toEqual([1, 3]);
    expect(result.judgements[0]).toMatchObject({ value: 2 });
    expect(result.isComplete).toBe(true);
  });

  it("keeps what is done when it is told to stop", async () => {
    const stop = new AbortController();
    const result = await simulate({
      scenarios: [someScenario()],
      seeds: [1, 2, 3, 4],
      threads: 1,
      signal: stop.signal,
      onProgress: ({ done }) => done === 2 && stop.abort(),
    });
    expect(result.isComplete).toBe(false);
    expect(result.runs.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(result.failures).toEqual([]);
  });

  it("tells how far it is: never back, and to the end", async () => {
    const shares: number[] = [];
    const last = { done: 0, total: 0, share: 0 };
    await simulate({
      scenarios: [someScenario()],
      seeds: [1, 2],
      threads: 1,
      onProgress(progress) {
        shares.push(progress.share);
        Object.assign(last, progress);
      },
    });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.length).toBeGreaterThan(4);
    expect(last).toEqual({ done: 2, total: 2, share: 1 });
  });

  it("rejects with what a progress callback throws, once all is done", async () => {
    const onProgress = (): void => {
      throw new Error("the screen is gone");
    };
    await expect(simulate({ scenarios: [someScenario()], seeds: [1], threads: 1, onProgress })).rejects.toThrow(
      "the screen is gone",
    );
  });

  it("lets a sluice with options of one's own take part", async () => {
    const own = { name: "slow", options: { control: { rateMax: 1 } } };
    const { runs } = await simulate({
      scenarios: [someScenario()],
      contestants: ["sluice", own],
      seeds: [1],
      threads: 1,
    });
    const [sluice, slow] = runs.map(({ metrics }) => metrics.attempts);
    expect(slow).toBeLessThan(20);
    expect(sluice).toBeGreaterThan(30);
  });

  it("refuses what can't be, before anything runs", async () => {
    for (const [options, message] of [
      [{ contestants: ["sluise"] }, "unknown contestant 'sluise'; did you mean 'sluice'?"],
      [{ contestants: ["sluice", "sluice"] }, "each contestant needs a name of its own"],
      [{ contestants: [{ name: "mine", options: { control: { epochMs: -1 } } }] }, "control.epochMs must be above 0"],
      [{ seeds: [] }, "seeds must be whole numbers"],
      [{ seeds: [1, 1] }, "each once"],
      [{ seeds: [1.5] }, "seeds must be whole numbers"],
      [{ threads: 0 }, "threads must be a whole number from 1 to 256, got 0"],
      [{ scenarios: [someScenario(), someScenario()] }, "two scenarios are called 'some'"],
      [{ scenarios: [someScenario({ durationMs: 0 })] }, "scenario 'some': durationMs must be"],
    ] as const) {
      await expect(simulate({ scenarios: [someScenario()], threads: 1, ...options })).rejects.toMatchObject({
        code: "ERR_SLUICE_OPTION",
        message: expect.stringContaining(message),
      });
    }
  });
});
