import { describe, expect, it } from "vitest";
import { Driver } from "../../../simulations/playground/driver.js";
import type { Word } from "../../../simulations/playground/message.js";
import { INITIAL_VALUES, type Settings } from "../../../simulations/playground/settings.js";
import { Tempo } from "../../../simulations/playground/tempo.js";

const SETTINGS: Settings = {
  scenario: "",
  contestants: ["sluice"],
  values: { ...INITIAL_VALUES, minutes: 1, latency: 0.2, speed: 10 },
  changes: [],
};

/** A driver whose real time goes on when it is told to, or a little with each look at it. */
function driven() {
  const words: Word[] = [];
  const tasks: { atMs: number; task: () => void }[] = [];
  let nowMs = 0;
  const driver = new Driver({
    now: () => {
      nowMs += 0.01;
      return nowMs;
    },
    later: (delayMs, task) => void tasks.push({ atMs: nowMs + delayMs, task }),
    tell: (word) => void words.push(word),
  });
  /** Real milliseconds pass. */
  const pass = (ms: number, isPageReady = true): void => {
    const untilMs = nowMs + ms;
    while (nowMs < untilMs) {
      const next = tasks.shift();
      if (next === undefined || next.atMs > untilMs) {
        if (next !== undefined) tasks.unshift(next);
        nowMs = untilMs;
        return;
      }
      nowMs = Math.max(nowMs, next.atMs);
      const before = words.length;
      next.task();
      if (isPageReady && words.slice(before).some(({ type }) => type === "news")) driver.hear({ type: "ready" });
    }
  };
  const told = <Type extends Word["type"]>(type: Type) =>
    words.filter((word): word is Extract<Word, { type: Type }> => word.type === type);
  const lastMs = () => told("news").at(-1)?.nowMs;
  return { driver, words, pass, told, lastMs };
}

describe("who drives a race", () => {
  it("goes as fast as it can from the very first moment, when no time has passed", () => {
    const tempo = new Tempo(5);
    tempo.restart(5, 1_000);
    expect(tempo.targetMs(5, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect([tempo.targetMs(5, 20), tempo.targetMs(15.3, 20)]).toEqual([1_000, 1_206]);
  });

  it("says what it runs, keeps to its speed, stands still when told, and measures the end", () => {
    const { driver, pass, told, lastMs } = driven();
    driver.hear({ type: "run", run: 3, settings: SETTINGS, isPlaying: true });
    expect(told("began")).toMatchObject([
      { run: 3, durationMs: 60_000, contestants: ["clairvoyant", "sluice"], limit: 10 },
    ]);
    pass(2_000);
    expect(lastMs()).toBeGreaterThan(19_000);
    expect(lastMs()).toBeLessThan(20_500);
    expect(told("news").at(-1)?.timesReal).toBeCloseTo(10, 0);
    driver.hear({ type: "pause" });
    pass(100);
    const pausedMs = lastMs();
    pass(1_000);
    expect(lastMs()).toBe(pausedMs);
    driver.hear({ type: "play", speed: Number.POSITIVE_INFINITY });
    pass(60_000);
    expect(told("news").at(-1)).toMatchObject({ nowMs: 60_000, isOver: true, isPlaying: false });
    expect(told("ended")).toHaveLength(1);
    expect(told("ended")[0]?.metrics[0]?.goodput).toBe(1);
  });

  it("steps to the next decision, and to the next second", () => {
    const { driver, pass, told, lastMs } = driven();
    driver.hear({ type: "run", run: 1, settings: SETTINGS, isPlaying: false });
    pass(50);
    expect(lastMs()).toBe(0);
    driver.hear({ type: "step", to: "decision" });
    pass(100);
    const firstMs = lastMs() ?? 0;
    expect(firstMs).toBeGreaterThan(0);
    expect(told("news").flatMap(({ tracks }) => tracks[1]?.decisions ?? [])).toHaveLength(1);
    driver.hear({ type: "step", to: "second" });
    pass(100);
    expect(lastMs()).toBe(Math.floor(firstMs / 1_000 + 1) * 1_000);
  });

  it("tells a page nothing that is still busy with the last news", () => {
    const { driver, pass, told } = driven();
    driver.hear({ type: "run", run: 1, settings: SETTINGS, isPlaying: true });
    pass(1_500, false);
    expect(told("news")).toHaveLength(1);
    driver.hear({ type: "ready" });
    pass(100, false);
    expect(told("news")).toHaveLength(2);
    expect(told("news")[1]?.nowMs).toBeGreaterThan(10_000);
  });

  it("says what can't be run, and runs the next", () => {
    const { driver, pass, told } = driven();
    driver.hear({ type: "run", run: 1, settings: { ...SETTINGS, contestants: ["nobody"] }, isPlaying: true });
    expect(told("failed")).toEqual([{ type: "failed", run: 1, message: "there is no contestant 'nobody'" }]);
    driver.hear({ type: "run", run: 2, settings: SETTINGS, isPlaying: true });
    pass(100);
    expect(told("news").at(-1)?.run).toBe(2);
  });

  it("tells what charts show, and nothing twice", () => {
    const { driver, pass, told } = driven();
    driver.hear({
      type: "run",
      run: 1,
      settings: { ...SETTINGS, values: { ...SETTINGS.values, speed: 2_000 } },
      isPlaying: true,
    });
    pass(60_000);
    const sums = new Map<string, number[]>();
    for (const { tracks } of told("news")) {
      for (const [name, { from, values }] of Object.entries(tracks[1]?.columns ?? {})) {
        const list = sums.get(name) ?? [];
        for (const [index, value] of values.entries()) list[from + index] = value;
        sums.set(name, list);
      }
    }
    const total = (name: string): number => sums.get(name)?.reduce((sum, value) => sum + (value ?? 0), 0) ?? 0;
    const metrics = told("ended")[0]?.metrics[1];
    expect(total("0/sent")).toBe(metrics?.attempts);
    expect(total("0/accepted") + total("0/429")).toBeGreaterThan(0.99 * total("0/sent"));
    expect(total("0/429") / (total("0/accepted") + total("0/429"))).toBeCloseTo(metrics?.refused ?? 0, 2);
  });
});
