import { describe, expect, it } from "vitest";
import { binsOf } from "../../../simulations/report/bins.js";
import { ratesOf } from "../../../simulations/report/rates.js";
import type { Sample } from "../../../simulations/world/log.js";
import { handmade } from "./some-runs.js";

const sample = (atMs: number, limit: number | null, ...rates: (number | null)[]): Sample => ({
  atMs,
  limits: [limit],
  rates: rates.map((rate) => [rate]),
});

describe("the rates of a run", () => {
  it("count every refusal once, by what it means, in the bin in which it was sent", () => {
    const outcomes = [
      "accepted",
      "throttled",
      "throttled",
      "overloaded",
      "saturated",
      "failed",
      "silent",
      "abandoned",
      "pending",
    ] as const;
    const recording = handmade({ tries: outcomes.map((outcome, index) => ({ sentAtMs: 1_000 + index, outcome })) });
    const [model] = ratesOf(recording, binsOf(3_000, 10));
    expect(model?.refusals).toEqual({ "429": [0, 2, 0], "503": [0, 2, 0], lost: [0, 2, 0] });
    expect(model?.accepted).toEqual([0, 1, 0]);
    expect(model?.sent).toEqual([0, 9, 0]);
  });

  it("tell accepted and sent per second, however wide the bins are", () => {
    const tries = Array.from({ length: 40 }, (_, index) => ({ sentAtMs: index * 100 }));
    const [model] = ratesOf(handmade({ tries }), binsOf(4_000, 2));
    expect(model?.accepted).toEqual([10, 10]);
  });

  it("keep the peaks of a sawtooth where bins hold several samples", () => {
    const samples = [sample(0, 10, 8), sample(1_000, 10, 11), sample(2_000, 10, 9), sample(3_000, 10, 10)];
    const [model] = ratesOf(handmade({ samples }), binsOf(4_000, 2));
    expect(model?.rate).toEqual([11, 10]);
    expect(model?.limit).toEqual([10, 10]);
  });

  it("add up what the clients allow themselves, and show each where there are several", () => {
    const samples = [sample(0, 10, 3, null), sample(1_000, 10, 3, 4)];
    const [model] = ratesOf(handmade({ samples, clients: 2 }), binsOf(2_000, 10));
    expect(model?.rate).toEqual([3, 7]);
    expect(model?.clientRates).toEqual([
      [3, 3],
      [null, 4],
    ]);
  });

  it("have no limit where only concurrency holds requests back, and no rate where nobody has one", () => {
    const [model] = ratesOf(handmade({ samples: [sample(0, null, null)] }), binsOf(1_000, 10));
    expect(model).toMatchObject({ limit: [null], rate: [null] });
  });

  it("show the busiest models first", () => {
    const tries = [0, 1, 1, 2, 2, 2].map((model, index) => ({ sentAtMs: index, model }));
    const tracks = ratesOf(handmade({ tries, models: ["quiet", "middle", "busy"] }), binsOf(1_000, 10));
    expect(tracks.map(({ name }) => name)).toEqual(["busy", "middle", "quiet"]);
  });
});
