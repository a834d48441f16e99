import { describe, expect, it } from "vitest";
import { renderReport } from "../../../simulations/report/render-report.js";
import type { LoggedDecision, Sample } from "../../../simulations/world/log.js";
import { type HandTry, handmade, handRun, MINUTE, realRun } from "./some-runs.js";

const HOSTILE = `</script><script>alert("1")</script><img src=x onerror='alert(2)'>&`;

/** What is left of a page when scripts, styles and their like are taken out: its own markup. */
function markupOf(page: string): string {
  return page.replaceAll(/<(script|style|pre)\b[^>]*>[\s\S]*?<\/\1>/g, "");
}

/** The first tag that closes what isn't open, or is never closed. */
function firstUnbalanced(markup: string): string | undefined {
  const open: string[] = [];
  for (const [tag, slash, name = ""] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)\b(?:"[^"]*"|[^">])*>/g)) {
    if (name === "meta") continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return tag;
  }
  return open.at(-1);
}

describe("the page", () => {
  const run = realRun();
  const missed = {
    bound: { metric: "refused", atMost: 0.001, because: "to be missed" },
    value: 0.02,
    holds: false,
  } as const;
  const held = { bound: { metric: "goodput", atLeast: 0.9 }, value: 0.95, holds: true } as const;
  const page = renderReport([{ ...run, bounds: [held, missed] }]);

  it("is one whole document", () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/);
    expect(firstUnbalanced(markupOf(page))).toBeUndefined();
    expect(firstUnbalanced(markupOf(renderReport([run, { ...run, contestant: "other" }])))).toBeUndefined();
    const data: unknown = JSON.parse(
      page.match(/<script type="application\/json" id="data">(.*?)<\/script>/s)?.[1] ?? "",
    );
    expect(data).toMatchObject({ scenes: [{ durationS: 60, tracks: [{ binS: 1 }] }] });
  });

  it("loads nothing, and may load nothing", () => {
    const markup = markupOf(page);
    expect(markup.match(/\b(src|href|action|poster|srcset)="(?!#)[^"]*"/g)).toBeNull();
    expect(markup).not.toContain("<link");
    expect(page).not.toMatch(/@import|url\(|XMLHttpRequest|\bfetch\(|\bimport\(|new WebSocket|sendBeacon/);
    expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;`);
  });

  it("tells the story, the server, the clients, the contestant and the seed", () => {
    for (const words of [
      MINUTE.story,
      "policer, requests per second 10",
      "saturated, waiting 92",
      "sluice <small>seed 1</small>",
    ]) {
      expect(page).toContain(words);
    }
  });

  it("says of each bound what was wanted, what came of it, and whether it was held", () => {
    expect(page).toContain("✗ 1 of 2 bounds missed");
    expect(page).toMatch(
      /goodput<\/th><td class="held">✓ held<\/td><td class="number">95.0 %<\/td><td class="number">≥ 90.0 %/,
    );
    expect(page).toMatch(
      /refused<\/th><td class="missed">✗ missed<\/td><td class="number">2.0 %<\/td><td class="number">≤ 0.10 %.*to be missed/,
    );
    expect(
      renderReport([
        { ...run, bounds: [held] },
        { ...run, seed: 2, bounds: [held] },
      ]),
    ).toContain("✓ 1 bound held");
  });

  it("has a place, a name and words for every chart of a run", () => {
    const kinds = [...page.matchAll(/data-chart="([a-z-]+)"[^>]*role="img" aria-label="[^"]{20,}"/g)].map(
      ([, kind]) => kind,
    );
    expect(kinds).toEqual(["rates", "decisions", "in-flight", "wait", "goodput"]);
  });

  it("has the numbers of its charts as a table, and the reasons with their meaning", () => {
    expect(page).toContain("The charts as a table");
    expect(page).toMatch(/<code>start-doubling<\/code><\/th><td class="increase">▲ increase<\/td>/);
    expect(page).toContain("No limit is known yet: the rate doubles.");
  });

  it("has a leaderboard where there are several contestants", () => {
    const both = renderReport([
      run,
      { ...run, contestant: "rival", metrics: { ...run.metrics, goodput: 0.1, refused: 0.9 } },
    ]);
    expect(both).toContain('data-chart="standings"');
    expect(both).toMatch(/<th scope="row">sluice<\/th>.*● on it/);
    expect(both).not.toMatch(/<th scope="row">rival<\/th>.*● on it/);
    expect(page).not.toContain('data-chart="standings"');
  });

  it("keeps the place of the decisions for who gives no reasons beside one who does", () => {
    const both = renderReport([run, { ...run, contestant: "rival", recording: { ...run.recording, decisions: [] } }]);
    expect(both.match(/data-chart="decisions"/g)).toHaveLength(1);
    expect(both.match(/this one gives no reasons/g)).toHaveLength(1);
    expect(page).not.toContain("gives no reasons");
  });

  it("has an overview where there are several scenarios", () => {
    const pages = renderReport([run, { ...run, scenario: { ...MINUTE, name: "another" } }]);
    expect(pages).toContain('<a href="#scene-1">another</a>');
    expect(pages).toContain('<section data-scene="1" id="scene-1"');
  });

  it("lets no name, story or reason out of its place", () => {
    const decision: LoggedDecision = {
      atMs: 0,
      client: 0,
      model: HOSTILE,
      dimension: "requests",
      ratePerSecond: 1,
      move: "hold",
      because: HOSTILE,
    };
    const recording = handmade({ models: [HOSTILE, "other"], decisions: [decision], tries: [{ sentAtMs: 0 }] });
    const scenario = { ...MINUTE, name: HOSTILE, story: HOSTILE, options: { state: HOSTILE as never } };
    const bounds = [{ bound: { metric: HOSTILE as never, atLeast: 1, because: HOSTILE }, value: 0, holds: false }];
    const hostile = renderReport(
      [handRun(recording, { scenario, contestant: HOSTILE, bounds, metrics: { [HOSTILE]: 1 } })],
      { title: HOSTILE },
    );
    expect(hostile).not.toContain("<script>alert");
    expect(hostile).not.toContain("<img");
    expect(firstUnbalanced(markupOf(hostile))).toBeUndefined();
    expect(hostile.match(/<script\b/g)).toHaveLength(2);
  });

  it("says that nothing was run where nothing was", () => {
    expect(renderReport([])).toContain("There were no runs to tell of.");
  });

  it("tells of a run without a single try", () => {
    expect(firstUnbalanced(markupOf(renderReport([handRun(handmade({}))])))).toBeUndefined();
  });

  it("is equal for equal runs", () => {
    expect(renderReport([{ ...run, bounds: [held, missed] }])).toBe(page);
  });

  it("refuses to draw no runs at all", () => {
    expect(() => renderReport([run], { chartsMax: 0 })).toThrow("chartsMax must be at least 1, got 0");
  });

  it("says how many runs it didn't draw", () => {
    const runs = [1, 2, 3].map((seed) => ({ ...run, seed }));
    const some = renderReport(runs, { chartsMax: 2 });
    expect(some).toContain("Charts of 2 of 3 runs");
    expect(some.match(/data-chart="rates"/g)).toHaveLength(2);
  });

  it("stays under two megabytes with an hour of four contestants who were refused in every second", () => {
    const durationMs = 3_600_000;
    const seconds = Array.from({ length: durationMs / 1_000 }, (_, second) => second);
    const outcomes = ["accepted", "throttled", "overloaded", "failed"] as const;
    const tries = seconds.flatMap((second) =>
      outcomes.map(
        (outcome, index): HandTry => ({
          sentAtMs: second * 1_000 + index,
          outcome,
          waitMs: 1_234.567 * ((second % 97) + 1),
        }),
      ),
    );
    const samples = seconds.map(
      (second): Sample => ({
        atMs: second * 1_000,
        limits: [123.456 + (second % 17)],
        rates: [[98.7654 + (second % 31)]],
      }),
    );
    const reasons = ["recovering", "probing", "steady", "fresh-429"];
    const decisions = seconds.flatMap((second) =>
      reasons.map(
        (because): LoggedDecision => ({
          atMs: second * 1_000,
          client: 0,
          model: "model",
          dimension: "requests",
          ratePerSecond: 98.7654 + (second % 31),
          move: "hold",
          because,
        }),
      ),
    );
    const recording = handmade({ tries, samples, decisions });
    const runs = ["a", "b", "c", "d"].map((contestant) =>
      handRun(recording, { contestant, optimum: recording, scenario: { ...MINUTE, durationMs } }),
    );
    expect(Buffer.byteLength(renderReport(runs))).toBeLessThan(2_000_000);
  });
});
