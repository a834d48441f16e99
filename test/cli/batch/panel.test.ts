import { describe, expect, it } from "vitest";
import { panel, plainLine } from "../../../src/cli/batch/panel.js";
import type { ModelProgress } from "../../../src/cli/batch/progress.js";

const ROW: ModelProgress = {
  model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
  total: 512,
  done: 160,
  failed: 0,
  inFlight: 12,
  queued: 340,
  ratePerSecond: 4.2,
  limitPerSecond: 5,
  phase: "follow",
  accepted: 160,
  throttled: 3,
  overloaded: 0,
  tokens: 12_345,
  leftMs: 80_000,
};
const HUGE: ModelProgress = {
  ...ROW,
  total: 5_000_000,
  done: 4_999_999,
  failed: 1_234_567,
  inFlight: 1_000,
  queued: 4_321_000,
  ratePerSecond: 12_345,
  limitPerSecond: 1e9,
  throttled: 9_999_999,
  tokens: 123_456_789,
  leftMs: 900_000_000,
};
const plain = (_: string, text: string) => text;
const look = (columns: number) => ({ columns, paint: plain });

describe("panel", () => {
  it("says of each model what a person watches", () => {
    const [, line = ""] = panel([ROW], look(80)).split("\n");
    expect(line.trim().split(/\s+/)).toEqual([
      "Llama…Turbo",
      "4.2/s",
      "5.0/s",
      "12",
      "340",
      "160/512",
      "3",
      "0",
      "12.3k",
      "1m20s",
    ]);
  });

  it.each([30, 31, 40, 60, 74, 80, 120, 200])("fits %d columns whatever the numbers", (columns) => {
    for (const line of panel([ROW, HUGE], look(columns)).split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it("keeps its columns apart whatever the numbers", () => {
    const [, line = ""] = panel([HUGE], look(80)).split("\n");
    expect(line.split(/\s+/)).toHaveLength(10);
  });

  it("shows whole names where there is room", () => {
    expect(panel([ROW], look(200))).toContain(ROW.model);
  });

  it("says that a model is paused, or done, or not yet known", () => {
    const { leftMs: _, ratePerSecond: __, ...unknown } = ROW;
    expect(panel([{ ...ROW, phase: "pause" }], look(80))).toContain("paused");
    expect(panel([{ ...ROW, done: 512, queued: 0 }], look(80))).toMatch(/done$/);
    expect(panel([unknown], look(80))).toMatch(/-$/);
  });

  it("shows of many models those with most to do", () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({ ...ROW, model: `m${index}`, total: 200 + index }));
    const lines = panel(rows, look(80)).split("\n");
    expect(lines).toHaveLength(14);
    expect(lines[1]).toMatch(/^m29 /);
    expect(lines.at(-1)).toBe("and 18 more models");
  });
});

describe("the panel of hosted batches", () => {
  const hosted = { ...ROW, batches: 3, worked: 120, inFlight: 300 };

  it("says how many there are, what is in them, and how much of that is worked off, and nothing of rates", () => {
    const [title = "", line = ""] = panel([hosted], look(80)).split("\n");
    expect(title.replace("in them", "in-them").trim().split(/\s+/)).toEqual([
      "model",
      "batches",
      "in-them",
      "worked",
      "queued",
      "done",
      "failed",
      "tokens",
      "left",
    ]);
    expect(line.trim().split(/\s+/)).toEqual([
      "Llama-3…-Turbo",
      "3",
      "300",
      "120",
      "340",
      "160/512",
      "0",
      "12.3k",
      "1m20s",
    ]);
    for (const columns of [30, 40, 60, 80, 200]) {
      for (const each of panel([hosted, { ...HUGE, batches: 99_999, worked: 999 }], look(columns)).split("\n")) {
        expect(each.length).toBeLessThanOrEqual(columns);
      }
    }
  });

  it("has the same in one line of a log", () => {
    expect(plainLine(hosted)).toContain(": 160/512 done, 300 in 3 batches (120 worked off), 340 queued, 12.3k tokens");
  });
});

describe("plainLine", () => {
  it("says the same in one line of a log", () => {
    expect(plainLine(ROW)).toBe(
      "meta-llama/Llama-3.3-70B-Instruct-Turbo: 160/512 done, rate 4.2/s, limit 5.0/s, 12 in flight, 340 queued, 3 x 429, 12.3k tokens, 1m20s left",
    );
  });
});
