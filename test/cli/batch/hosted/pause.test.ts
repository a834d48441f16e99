import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../../../simulations/index.js";
import { Pauses, sleep } from "../../../../src/cli/batch/hosted/pause.js";

describe("Pauses", () => {
  it("grow from the first up to a minute, less a quarter at most, and begin again where something has happened", () => {
    const longest = new Pauses(15_000, () => 0);
    const shortest = new Pauses(15_000, () => 1);
    const grown = [15_000, 22_500, 33_750, 50_625, 60_000, 60_000];
    expect(grown.map(() => longest.next())).toEqual(grown);
    expect(grown.map(() => shortest.next())).toEqual(grown.map((ms) => 0.75 * ms));
    longest.restart();
    expect(longest.next()).toBe(15_000);
  });

  it("are never shorter than the server asks for", () => {
    const pauses = new Pauses(1_000, () => 0.5);
    expect(pauses.next(90_000)).toBe(90_000);
    expect(pauses.next(10)).toBeGreaterThan(1_000);
  });

  it("stay as long as the first one where that is longer than a minute", () => {
    const pauses = new Pauses(300_000, () => 0);
    expect([pauses.next(), pauses.next()]).toEqual([300_000, 300_000]);
  });
});

describe("sleep", () => {
  it("ends in its time, or when it is told to, and leaves no timer", async () => {
    const clock = createVirtualClock();
    const abort = new AbortController();
    const first = sleep(clock, 1_000, abort.signal);
    await clock.runAsync(1_000);
    await first;
    const second = sleep(clock, 1e9, abort.signal);
    abort.abort();
    await second;
    await sleep(clock, 1e9, abort.signal);
    expect(clock.pending).toBe(0);
  });
});
