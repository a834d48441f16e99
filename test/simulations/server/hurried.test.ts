import { describe, expect, it } from "vitest";
import { hurried } from "../../../simulations/server/hurried.js";
import { createPlant, type ServerSpec } from "../../../simulations/world/plant.js";

const SERVER: ServerSpec = {
  limit: { kind: "policer", requestsPerSecond: 10, depthMs: 4_000 },
  answers: { medianMs: 500 },
  headers: { provider: "openai", lies: [{ kind: "scaled", factor: 2, fromMs: 10_000, untilMs: 20_000 }] },
  schedule: [
    { atMs: 10_000, requestsPerSecond: 4 },
    { atMs: 20_000, outageMs: 6_000, fault: { kind: "status-500", fromMs: 21_000 } },
  ],
  waves: [{ shape: "ramp", from: 4, to: 8, overMs: 10_000, fromMs: 30_000, everyMs: 1_000 }],
  faults: [{ kind: "status-502", share: 0.5, fromMs: 40_000 }],
  neighbours: [{ requestsPerSecond: 1, untilMs: 50_000 }],
};

describe("a server whose story goes faster", () => {
  it("is the same where it goes as it was told", () => {
    expect(hurried(SERVER, 1)).toBe(SERVER);
  });

  it("does all that it does sooner and for a shorter while, at the same rates and with the same answers", () => {
    const { limit, answers } = SERVER;
    expect(hurried(SERVER, 10)).toEqual({
      limit,
      answers,
      headers: { provider: "openai", lies: [{ kind: "scaled", factor: 2, fromMs: 1_000, untilMs: 2_000 }] },
      schedule: [
        { atMs: 1_000, requestsPerSecond: 4 },
        { atMs: 2_000, outageMs: 600, fault: { kind: "status-500", fromMs: 2_100 } },
      ],
      waves: [{ shape: "ramp", from: 4, to: 8, overMs: 1_000, fromMs: 3_000, everyMs: 100 }],
      faults: [{ kind: "status-502", share: 0.5, fromMs: 4_000 }],
      neighbours: [{ requestsPerSecond: 1, untilMs: 5_000 }],
    });
  });

  it("has at each instant the limit that the other has so many times later", () => {
    const plain: ServerSpec = { ...SERVER, faults: [], neighbours: [] };
    const [slow, fast] = [createPlant(plain, "1"), createPlant(hurried(plain, 10), "1")];
    for (let atMs = 0; atMs < 50_000; atMs += 2_500) {
      expect(fast.allowed(atMs / 10, "model", "one")).toEqual(slow.allowed(atMs, "model", "one"));
    }
  });

  it("never takes a step shorter than a millisecond", () => {
    const { waves } = hurried(
      { ...SERVER, waves: [{ shape: "sine", mean: 4, amplitude: 2, periodMs: 60_000 }] },
      10_000,
    );
    expect(waves).toEqual([{ shape: "sine", mean: 4, amplitude: 2, periodMs: 6, everyMs: 1 }]);
  });
});
