import { afterEach, describe, expect, it } from "vitest";
import { createExecutor, type Executor } from "../../../simulations/run/executor.js";
import type { Job } from "../../../simulations/run/job.js";
import { rememberModule } from "../../../simulations/run/origin.js";
import { someScenario } from "./some-scenarios.js";

const ENTRY = new URL("./moody-worker.mjs", import.meta.url);

let executor: Executor | undefined;
afterEach(() => executor?.close());

function make(signal?: AbortSignal): Executor {
  executor = createExecutor({ threads: 2, entry: ENTRY, signal });
  return executor;
}

const job = (seed: number, changes: Partial<Job> = {}): Job => ({
  scenario: someScenario(),
  seed,
  contestants: ["sluice"],
  ...changes,
});

const seedsOf = (outcomes: Awaited<ReturnType<Executor["run"]>>) =>
  outcomes.map((outcome) => ("metrics" in outcome ? outcome.metrics : outcome.error));

describe("the pool of threads", () => {
  it("runs more jobs than it has threads, and tells how far each is", async () => {
    const pool = make();
    const shares: number[] = [];
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((seed) => pool.run(job(seed), (share) => shares.push(share))),
    );
    expect(results.flatMap(seedsOf)).toEqual([1, 2, 3, 4, 5].map((seed) => ({ seed })));
    expect(shares).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it("loses one job with a thread that dies, and goes on with a new one", async () => {
    const pool = make();
    const seeds = [1, 13, 14, 2, 13, 14, 3];
    const results = await Promise.allSettled(seeds.map((seed) => pool.run(job(seed))));
    expect(results.map((each) => (each.status === "fulfilled" ? "through" : String(each.reason)))).toEqual([
      "through",
      "Error: the thread ended with exit code 7",
      "Error: out of luck",
      "through",
      "Error: the thread ended with exit code 7",
      "Error: out of luck",
      "through",
    ]);
  });

  it("ends at once when told to, even a job that would go on for ever", async () => {
    const stop = new AbortController();
    const pool = make(stop.signal);
    let begun = 0;
    let onBegun = (): void => {};
    const bothBegan = new Promise<void>((resolve) => {
      onBegun = () => ++begun === 2 && resolve();
    });
    const waiting = [15, 15, 1].map((seed) => pool.run(job(seed), onBegun));
    await bothBegan;
    stop.abort(new Error("enough"));
    const results = await Promise.allSettled(waiting);
    expect(results.map((each) => each.status === "rejected" && String(each.reason))).toEqual(
      Array(3).fill("Error: enough"),
    );
    await expect(pool.run(job(2))).rejects.toThrow("enough");
  });

  it("names scenarios rather than sending functions, and runs here what it can't name", async () => {
    const pool = make();
    const withFunction = (): Job["scenario"] => ({ ...someScenario(), clients: [{ workload: (() => []) as never }] });
    const known = withFunction();
    rememberModule(known, "/somewhere/scenarios.mjs");
    const [data, module, here] = await Promise.all([
      pool.run(job(1)),
      pool.run(job(1, { scenario: known })),
      pool.run(job(1, { scenario: withFunction(), contestants: ["nobody"] })),
    ]);
    expect([data, module].map((outcomes) => outcomes?.[0]?.contestant)).toEqual(["data", "module"]);
    // The stand-in would have answered with metrics.
    expect(here?.[0]).toMatchObject({ contestant: "nobody", error: expect.any(String) });
  });

  it("is this thread alone where the worker's file isn't there, as in a bundle", async () => {
    const entry = new URL("./not-there.mjs", import.meta.url);
    executor = createExecutor({ threads: 2, entry });
    expect(executor.threads).toBe(1);
    const [outcome] = await executor.run(job(1));
    expect(outcome).toMatchObject({ contestant: "sluice", metrics: { goodput: expect.any(Number) } });
  });
});
