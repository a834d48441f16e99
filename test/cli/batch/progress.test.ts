import { describe, expect, it } from "vitest";
import type { BudgetSnapshot } from "../../../src/cli/batch/live/governor.js";
import { Progress } from "../../../src/cli/batch/progress.js";
import type { Result } from "../../../src/cli/batch/results/result-line.js";
import type { Lane } from "../../../src/cli/batch/servers.js";

const ROW: BudgetSnapshot = {
  key: "https://server.invalid|0a1b2c|m",
  dimension: "requests",
  ratePerSecond: 4,
  limitPerSecond: 5,
  phase: "follow",
  queued: 9,
  inFlight: 2,
  accepted: 30,
  throttled: 3,
  overloaded: 1,
  decision: { move: "hold", because: "steady", atMs: 0 },
};
const answered = (status: number, tokens = 0): Result => ({
  ...{ customId: "x", form: "openai", error: null },
  answer: { status, requestId: null, text: "{}", isJson: true, tokens },
});
const OK = answered(200, 7);
const BAD = answered(400);
const LOST: Result = { ...OK, answer: null, error: { code: "ECONNRESET", message: "reset" } };

const LANE: Lane = { name: "m", model: "m", server: { baseUrl: new URL("https://server.invalid/v1") } };
const models = (total: number, done = 0) => new Map([["m", { lane: LANE, line: 1, total, done }]]);

describe("Progress", () => {
  it("shows nothing of the control before the first request", () => {
    expect(new Progress(models(10), () => []).look(0)).toEqual([
      {
        model: "m",
        total: 10,
        done: 0,
        failed: 0,
        inFlight: 0,
        queued: 10,
        accepted: 0,
        throttled: 0,
        overloaded: 0,
        tokens: 0,
      },
    ]);
  });

  it("counts results, and of them failures by their reason", () => {
    const progress = new Progress(models(10, 4), () => []);
    for (const result of [OK, BAD, BAD, LOST]) progress.onResult("m", result);
    expect(progress.look(0)).toMatchObject([{ done: 8, failed: 3, queued: 2, tokens: 7 }]);
    expect(progress.failures).toEqual([
      ["400", 2],
      ["ECONNRESET", 1],
    ]);
  });

  it("shows of several budgets the scarcest, and the refusals of all of them", () => {
    const rows: readonly BudgetSnapshot[] = [
      { ...ROW, ratePerSecond: 9 },
      { ...ROW, scope: "dynamic", ratePerSecond: 2, throttled: 4 },
      { ...ROW, dimension: "tokens", ratePerSecond: 1, throttled: 1 },
      { ...ROW, dimension: "concurrency", inFlightMax: 3, throttled: 100 },
      { ...ROW, key: "https://server.invalid|0a1b2c|other", ratePerSecond: 0.1 },
      { ...ROW, key: "https://elsewhere.invalid|0a1b2c|m", ratePerSecond: 0.1 },
    ];
    expect(new Progress(models(10), () => rows).look(0)).toMatchObject([
      { ratePerSecond: 2, throttled: 8, accepted: 30, overloaded: 1, inFlight: 2, queued: 8 },
    ]);
  });

  it("tells the time left by the results of late, and not by those of long ago", () => {
    const progress = new Progress(models(1_000), () => []);
    let done = 0;
    const advance = (fromS: number, untilS: number, perSecond: number): void => {
      for (let atS = fromS; atS < untilS; atS += 1) {
        progress.look(atS * 1_000);
        for (let index = 0; index < perSecond; index += 1, done += 1) progress.onResult("m", OK);
      }
    };
    expect(progress.look(0)[0]).not.toHaveProperty("leftMs");
    advance(0, 30, 1);
    expect(progress.look(30_000)[0]?.leftMs).toBeCloseTo(970_000, -4);
    advance(30, 60, 10);
    expect(progress.look(60_000)[0]?.leftMs).toBeCloseTo(((1_000 - done) / 10) * 1_000, -4);
  });

  it("counts what is in hosted batches, and takes what they have worked off for the pace", () => {
    let worked = 0;
    const progress = new Progress(
      models(100),
      () => [],
      () => new Map([["m", { batches: 2, requests: 40, worked }]]),
    );
    expect(progress.look(0)).toMatchObject([{ batches: 2, inFlight: 40, queued: 60, worked: 0 }]);
    worked = 10;
    // Nothing moves between two looks: that is no pace of nought.
    expect(progress.look(60_000)[0]?.leftMs).toBeCloseTo(9 * 60_000, -2);
    expect(progress.look(120_000)[0]?.leftMs).toBeCloseTo(9 * 120_000, -2);
  });

  it("has no time left when all is done", () => {
    const progress = new Progress(models(1), () => []);
    progress.onResult("m", OK);
    expect(progress.look(5)).toMatchObject([{ leftMs: 0, queued: 0 }]);
  });
});
