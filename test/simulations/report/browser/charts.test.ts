import type UPlot from "uplot";
import { describe, expect, it } from "vitest";
import { chartFor } from "../../../../simulations/report/browser/chart-for.js";
import { ratesChart } from "../../../../simulations/report/browser/rates-chart.js";
import { groupRuns, sceneOf } from "../../../../simulations/report/scene.js";
import type { Sample } from "../../../../simulations/world/log.js";
import type { ChartSpec } from "../../../../src/page/browser/chart-options.js";
import { handmade, handRun, MINUTE, realRun } from "../some-runs.js";

function sceneOfRuns(...runs: Parameters<typeof groupRuns>[0][number][]) {
  const [group] = groupRuns(runs, 12);
  if (group === undefined) throw new Error("no runs");
  return sceneOf(group, 1);
}

/** The text of a series' legend at a bin. */
function legendText({ options, data }: ChartSpec, label: string, bin: number): unknown {
  const index = options.series.findIndex((series) => series.label === label);
  const value = options.series[index]?.value;
  const raw = data[index]?.[bin];
  return typeof value === "function" ? value({} as UPlot, raw as number, index, bin) : undefined;
}

describe("the charts of a report", () => {
  it("builds every chart", () => {
    const scene = sceneOfRuns(realRun(), realRun(MINUTE, "sluice", 2));
    for (const kind of ["rates", "decisions", "in-flight", "wait", "goodput", "behind", "standings"]) {
      const spec = chartFor(scene, { chart: kind, track: "0", model: "0" }, "key");
      expect(spec?.data[0]?.length, kind).toBeGreaterThan(0);
      expect(
        spec?.data.every((list) => list.length === spec.data[0]?.length),
        kind,
      ).toBe(true);
      expect(spec?.options.series.length, kind).toBe(spec?.data.length);
    }
    expect(chartFor(scene, { chart: "rates", track: "9" }, "key")).toBeUndefined();
  });

  it("marks each bin with refusals once, at the rate of that moment, and tells how many they were", () => {
    const samples = [8, 9, 10].map((rate, second): Sample => ({ atMs: second * 1_000, limits: [9], rates: [[rate]] }));
    const tries = [
      { sentAtMs: 1_100, outcome: "throttled" },
      { sentAtMs: 1_200, outcome: "throttled" },
      { sentAtMs: 2_100, outcome: "throttled" },
      { sentAtMs: 2_200, outcome: "overloaded" },
    ] as const;
    const scenario = { ...MINUTE, durationMs: 3_000 };
    const scene = sceneOfRuns(handRun(handmade({ samples, tries }), { scenario }));
    const [track] = scene.tracks;
    if (track === undefined) throw new Error("no track");
    const chart = ratesChart(scene, track, 0, "key");
    const marksOf = (label: string): unknown =>
      chart.data[chart.options.series.findIndex((series) => series.label === label)];
    expect(marksOf("▼ 429")).toEqual([null, 9, 10]);
    expect(marksOf("◆ 503")).toEqual([null, null, 10]);
    expect(chart.options.series.map(({ label }) => label)).not.toContain("✕ failed or lost");
    expect(legendText(chart, "▼ 429", 1)).toBe("2");
    expect(legendText(chart, "true limit", 1)).toBe("9/s");
  });

  it("has as many marks as there are bins with refusals in a real run", () => {
    const scene = sceneOfRuns(realRun());
    const [track] = scene.tracks;
    const bins = track?.models[0]?.refusals["429"].filter((count) => count > 0).length ?? 0;
    if (track === undefined || bins === 0) throw new Error("a minute without a refusal proves nothing");
    const chart = ratesChart(scene, track, 0, "key");
    const marks = chart.data[chart.options.series.findIndex(({ label }) => label === "▼ 429")] ?? [];
    expect([...marks].filter((mark) => mark !== null)).toHaveLength(bins);
  });

  it("tells the reasons and the rate of a bin", () => {
    const base = { client: 0, model: "model", dimension: "requests" } as const;
    const decisions = [
      { ...base, atMs: 1_100, ratePerSecond: 8, move: "decrease", because: "fresh-429" },
      { ...base, atMs: 1_200, ratePerSecond: 8.1, move: "increase", because: "recovering" },
      { ...base, atMs: 1_300, ratePerSecond: 8.2, move: "increase", because: "recovering" },
    ] as const;
    const scene = sceneOfRuns(handRun(handmade({ decisions })));
    const spec = chartFor(scene, { chart: "decisions", track: "0" }, "key");
    if (spec === undefined) throw new Error("no chart");
    expect(legendText(spec, "decisions", 1)).toBe("recovering ×2 → 8.2/s, fresh-429 → 8/s");
    expect(legendText(spec, "decisions", 2)).toBe("–");
  });

  it("shares its axes among runs side by side, and lets no flood press the others flat", () => {
    const samples = (rate: number): readonly Sample[] => [{ atMs: 0, limits: [10], rates: [[rate]] }];
    const [calm, flood] = [9, 1_000].map((rate) =>
      handRun(handmade({ samples: samples(rate) }), { contestant: `at-${rate}` }),
    );
    if (calm === undefined || flood === undefined) throw new Error("no runs");
    const scene = sceneOfRuns(calm, flood);
    const ranges = scene.tracks.map((track) => ratesChart(scene, track, 0, "key").options.scales?.["y"]?.range);
    expect(ranges[0]).toEqual(ranges[1]);
    expect((ranges[0] as [number, number])[1]).toBeLessThan(25);
  });
});
