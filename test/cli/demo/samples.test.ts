import { describe, expect, it } from "vitest";
import type { Display } from "../../../src/cli/batch/display.js";
import type { ModelProgress } from "../../../src/cli/batch/progress.js";
import { sampling } from "../../../src/cli/demo/samples.js";

const row = (part: Partial<ModelProgress>): ModelProgress => ({
  ...{ model: "m", total: 10, done: 0, failed: 0, inFlight: 0, queued: 10 },
  ...{ accepted: 0, throttled: 0, overloaded: 0, tokens: 0 },
  ...part,
});

function sampled(periodMs: number) {
  const shown: { atMs: number; models: readonly string[] }[] = [];
  const display: Display = {
    periodMs,
    show: (rows, atMs) => shown.push({ atMs, models: rows.map(({ model }) => model) }),
    note: () => undefined,
    end: () => undefined,
  };
  return {
    shown,
    ...sampling(
      display,
      () => "chat",
      () => [row({ model: "plain: chat" })],
    ),
  };
}

describe("sampling", () => {
  it("remembers the mean rate of each second until the model is done, and when that was", () => {
    const { display, rates, endsMs } = sampled(1_000);
    display.show([row({ ratePerSecond: 2 })], 100);
    display.show([row({ ratePerSecond: 4 })], 600);
    display.show([row({ ratePerSecond: 9, phase: "pause" })], 1_100);
    display.show([row({ ratePerSecond: 9, done: 10 })], 2_300);
    display.show([row({ ratePerSecond: 9, done: 10 })], 5_000);
    expect(rates().get("m")).toEqual([3, 0]);
    expect(endsMs.get("m")).toBe(2_300);
  });

  it("looks often, and shows both ways of sending at the display's own pace and at the end", () => {
    const { display, shown } = sampled(1_000);
    for (const atMs of [100, 500, 1_000, 1_400, 1_990]) display.show([row({})], atMs);
    display.show([row({ done: 10 })], 2_050);
    expect(display.periodMs).toBe(100);
    expect(shown.map(({ atMs }) => atMs)).toEqual([1_000, 1_990, 2_050]);
    expect(shown[0]?.models).toEqual(["sluice: chat", "plain: chat"]);
  });
});
