import { describe, expect, it } from "vitest";
import { seededRandom } from "../../simulations/index.js";
import { Latency } from "../../src/flow/latency.js";

describe("how long answers usually take", () => {
  it("is nothing while none has come, and the first one's time after that", () => {
    const latency = new Latency();
    expect(latency.usualMs).toBe(0);
    latency.note(400);
    expect(latency.usualMs).toBe(400);
  });

  it("is that time where all take equally long, and comes back to it", () => {
    const latency = new Latency();
    for (const ms of [400, 8_000, ...Array.from({ length: 200 }, () => 400)]) latency.note(ms);
    expect(latency.usualMs).toBeCloseTo(400, 1);
  });

  it("is more than nine in ten of them take, and less than the longest", () => {
    const latency = new Latency();
    const dice = seededRandom(1);
    const times = Array.from({ length: 2_000 }, () => 300 + 400 * dice());
    const within = times.filter((ms) => {
      const isWithin = ms <= latency.usualMs;
      latency.note(ms);
      return isWithin;
    });
    expect(within.length / times.length).toBeGreaterThan(0.9);
    expect(latency.usualMs).toBeLessThan(900);
  });
});
