import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../src/clock.js";

const YEAR_MS = 365 * 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the system's clock", () => {
  it.each([0, 1, 999, 2 ** 31 - 1, 2 ** 31, 2 ** 32, YEAR_MS])(
    "runs a task once, %d ms from now, though setTimeout fires at once for more than 2^31 - 1",
    (delayMs) => {
      const task = vi.fn();
      const startedAtMs = systemClock.now();
      systemClock.after(delayMs, () => task(systemClock.now() - startedAtMs));
      if (delayMs > 0) vi.advanceTimersByTime(delayMs - 1);
      expect(task).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      vi.advanceTimersByTime(2 * YEAR_MS);
      expect(task.mock.calls).toEqual([[delayMs]]);
    },
  );

  it.each([10, YEAR_MS])("takes a task of %d ms back, at any time before, and as often as one likes", (delayMs) => {
    for (const share of [0, 0.5, 0.99]) {
      const task = vi.fn();
      const takeBack = systemClock.after(delayMs, task);
      vi.advanceTimersByTime(share * delayMs);
      takeBack();
      takeBack();
      vi.advanceTimersByTime(2 * delayMs);
      expect(task).not.toHaveBeenCalled();
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it("takes nothing back that has run", () => {
    const task = vi.fn();
    const takeBack = systemClock.after(5, task);
    vi.advanceTimersByTime(5);
    takeBack();
    expect(task).toHaveBeenCalledTimes(1);
  });

  it("takes a delay below 0 for none", () => {
    const task = vi.fn();
    systemClock.after(-5, task);
    vi.advanceTimersByTime(0);
    expect(task).toHaveBeenCalledTimes(1);
  });
});
