import { describe, expect, it } from "vitest";
import type { Limit } from "../../simulations/server/limit.js";
import { simulate } from "../../simulations/simulate.js";
import type { Scenario } from "../../simulations/world/scenario.js";
import type { Demand } from "../../simulations/world/workload.js";
import { someScenario } from "./run/some-scenarios.js";

/** Lets in everything. */
const open: Limit = {
  admit: () => ({ outcome: "accepted" }),
  waitMs: () => 0,
  settle() {},
  change() {},
  allowed: () => ({ requests: 10, tokens: Number.POSITIVE_INFINITY }),
  quotas: () => [],
};
const wish = () => ({ model: "model", cost: {}, charged: {}, settled: {} });

/** What is said of a scenario's own code, once for all who ran. */
async function complaint(changes: Partial<Scenario>): Promise<string> {
  const scenarios = [someScenario({ durationMs: 3_000, ...changes })];
  const { failures } = await simulate({ scenarios, seeds: [1, 2], threads: 1 });
  expect(failures.every(({ isOwnCode }) => isOwnCode)).toBe(true);
  return [...new Set(failures.map(({ error }) => error))].join("\n");
}

function ofLimit(changes: object): Promise<string> {
  const turnstile = () => ({ ...open, ...changes });
  return complaint({ server: { limit: turnstile, headers: { provider: "openai" } } });
}

function ofWorkload(demand: object): Promise<string> {
  const rush = () => demand as Demand;
  return complaint({ clients: [{ workload: rush }] });
}

describe("a limit of a user's own", () => {
  it("runs as it is where it keeps its promises", async () => {
    expect(await ofLimit({})).toBe("");
  });

  it.each<readonly [object, string]>([
    [{ admit: () => true }, "admit must give an object { outcome: 'accepted' | 'throttled' | "],
    [{ admit: async () => ({ outcome: "accepted" }) }, "with times of 0 or more, got a promise"],
    [{ admit: () => ({ outcome: "refused" }) }, "with times of 0 or more, got an object"],
    [{ admit: () => ({ outcome: "throttled", retryAfterMs: -1 }), waitMs: () => 5 }, "admit must give"],
    [{ waitMs: () => Number.NaN }, "waitMs must give a number of milliseconds, 0 or more, or Infinity, got NaN"],
    [{ waitMs: () => -1 }, "waitMs must give a number of milliseconds, 0 or more, or Infinity, got -1"],
    [{ waitMs: () => undefined }, "or Infinity, got undefined"],
    [{ admit: () => ({ outcome: "throttled" }) }, "admit refused at 0 ms what waitMs had let in at once"],
    [{ settle: async () => {} }, "settle must give nothing, got a promise"],
    [
      { allowed: () => 10 },
      "allowed must give an object { requests, tokens } of numbers, 0 or more, or Infinity, got 10",
    ],
    [{ quotas: () => undefined }, "quotas must give a list of quotas, got undefined"],
  ])("is told what %o gave, and what it must give", async (changes, said) => {
    const text = await ofLimit(changes);
    expect(text).toMatch(/^the limit 'turnstile': /);
    expect(text).toContain(said);
    expect(text).not.toContain("\n");
  });

  it("is told which method is missing, and where it threw", async () => {
    expect(await ofLimit({ settle: undefined })).toBe(
      "the limit 'turnstile' has no method 'settle'; it must have admit, waitMs, settle, change, allowed, quotas",
    );
    const waitMs = (): number => {
      throw new RangeError("no luck");
    };
    expect(await ofLimit({ waitMs })).toMatch(
      /^the limit 'turnstile': waitMs threw RangeError: no luck \(.*own-code\.test\.ts:\d+:\d+\)$/,
    );
    expect(await complaint({ server: { limit: () => 5 as never } })).toMatch(
      /^the limit of your own must give an object with the methods admit, .*, got 5$/,
    );
  });
});

describe("a workload of a user's own", () => {
  it.each<readonly [object, string]>([
    [{ nextInMs: () => 0, wish }, "more than 100000 requests come at 0 ms; does nextInMs always give 0?"],
    [
      { nextInMs: () => Number.NaN, wish },
      "nextInMs must give a number of milliseconds, 0 or more, or Infinity, got NaN",
    ],
    [{ nextInMs: () => -5, wish }, "or Infinity, got -5"],
    [{ nextInMs: () => "5", wish }, "or Infinity, got '5'"],
    [{ standing: 1e9, wish }, "standing must be a whole number from 0 to 1000000, got 1000000000"],
    [{ standing: 1, models: "m", wish }, "models must be a list of names"],
    [{ standing: 1, wish: () => ({ model: "model" }) }, "wish must give a request { model, cost, charged, settled }"],
    [{ standing: 1, wish: () => ({ ...wish(), charged: { requests: -1 } }) }, "wish must give a request"],
    [{ standing: 1 }, "must give an object with a method 'wish', got an object"],
  ])("is told what %o gave, and what it must give", async (demand, said) => {
    const text = await ofWorkload(demand);
    expect(text).toMatch(/^the workload 'rush'/);
    expect(text).toContain(said);
  });

  it("may not ask a model that it hasn't named", async () => {
    expect(await ofWorkload({ standing: 1, wish: () => ({ ...wish(), model: "other" }) })).toBe(
      "a workload asks 'other', which is not among its models",
    );
  });
});
