import { describe, expect, it } from "vitest";
import { Outlook } from "../../../simulations/playground/browser/outlook.js";
import { burstLines, sceneOf, type Told } from "../../../simulations/playground/browser/scene.js";
import { TrackBook } from "../../../simulations/playground/browser/track-book.js";
import type { TrackNews } from "../../../simulations/playground/track-log.js";

const SAMPLE_MS = 1_000;

/** What was told of somebody who got so much each second. */
function bookOf(acceptedPerSecond: number, seconds: number): TrackBook {
  const values = () => Float64Array.from({ length: seconds }, () => acceptedPerSecond);
  const columns = Object.fromEntries(
    ["0/accepted", "0/sent", "tokens", "0/limit"].map((name) => [name, { from: 0, values: values() }]),
  );
  const book = new TrackBook();
  book.take({ columns, lanes: [], cells: new Float64Array(), decisions: [] } as unknown as TrackNews);
  return book;
}

function told(nowMs: number, { contestants = ["clairvoyant", "one", "two"] } = {}): Told {
  const facts = { sampleMs: SAMPLE_MS, models: ["m"], contestants };
  const books = contestants.map((_, index) => bookOf(10 - index, Math.ceil(nowMs / SAMPLE_MS)));
  return { facts, books, nowMs };
}

describe("what is looked at of a run", () => {
  it("is all so far, half a minute at least, and no more than the run has", () => {
    const outlook = new Outlook(120_000);
    expect([0, 12_345, 60_000, 200_000].map((nowMs) => outlook.range(nowMs))).toEqual([
      [0, 30],
      [0, 30],
      [0, 60],
      [0, 120],
    ]);
    expect(new Outlook(10_000).range(5_000)).toEqual([0, 10]);
  });

  it("is the last minute, or the whole run, where it was chosen", () => {
    const outlook = new Outlook(300_000);
    outlook.show(60);
    expect([10_000, 100_000, 300_000].map((nowMs) => outlook.range(nowMs))).toEqual([
      [0, 30],
      [40, 100],
      [240, 300],
    ]);
    outlook.show(-1);
    expect(outlook.range(0)).toEqual([0, 300]);
  });

  it("stays at a part that is looked at closer, while time goes on, until another look is chosen", () => {
    const outlook = new Outlook(300_000);
    outlook.zoom([20, 35]);
    expect([outlook.range(40_000), outlook.range(250_000)]).toEqual([
      [20, 35],
      [20, 35],
    ]);
    outlook.zoom(undefined);
    expect(outlook.range(40_000)).toEqual([0, 40]);
    outlook.zoom([20, 35]);
    outlook.show(60);
    expect(outlook.range(100_000)).toEqual([40, 100]);
  });

  it.each([
    ["beyond both ends", [-5, 900], [0, 300]],
    ["from right to left", [35, 20], [20, 35]],
    ["of nothing", [20, 20], [0, 40]],
    ["after the end", [400, 500], [0, 40]],
    ["that is no number", [Number.NaN, 20], [0, 40]],
  ] as const)("is what there is of the run, for a part %s", (_name, range, expected) => {
    const outlook = new Outlook(300_000);
    outlook.zoom(range);
    expect(outlook.range(40_000)).toEqual(expected);
  });
});

describe("what charts show of a run", () => {
  it("does not fall at its end, where five seconds aren't over: of them there is less than there will be", () => {
    const { tracks } = sceneOf(told(12_500), [0, 30]);
    expect(tracks.map(({ title, goodput }) => [title, goodput.binS, goodput.own, goodput.optimum])).toEqual([
      ["one", 5, [9, 9], [10, 10]],
      ["two", 5, [8, 8], [10, 10]],
    ]);
    for (const kind of ["sent", "tokens"] as const) {
      expect(burstLines(told(12_500), kind, [0, 30])).toEqual({
        times: [0, 5],
        lines: [
          [9, 9],
          [8, 8],
        ],
      });
    }
  });

  it("is there from the first moment", () => {
    const { tracks, durationS } = sceneOf(told(400), [0, 30]);
    expect([durationS, tracks.map(({ goodput }) => goodput.own.length)]).toEqual([30, [1, 1]]);
    expect(sceneOf(told(0), [0, 30]).tracks[0]?.models[0]?.accepted).toEqual([0]);
    expect(burstLines(told(0), "sent", [0, 30])).toEqual({ times: [0], lines: [[0], [0]] });
  });

  it("begins where one looks, and has no more than there is to see", () => {
    const [track] = sceneOf(told(100_000), [40, 52]).tracks;
    expect([track?.fromS, track?.binS, track?.models[0]?.accepted]).toEqual([40, 1, Array(12).fill(9)]);
    expect(burstLines(told(100_000), "sent", [42, 61]).times).toEqual([40, 45, 50, 55]);
    // A part that hasn't come yet.
    const [none] = sceneOf(told(10_000), [40, 52]).tracks;
    expect(none?.models[0]?.accepted.length).toBeLessThanOrEqual(1);
    expect(burstLines(told(10_000), "sent", [40, 52]).times).toEqual([40]);
  });

  it("merges a long run to what a screen can tell apart", () => {
    const [track] = sceneOf(told(3_600_000), [0, 3_600]).tracks;
    expect([track?.binS, track?.models[0]?.accepted.length]).toEqual([8, 450]);
    expect(track?.models[0]?.accepted.every((each) => each === 9)).toBe(true);
  });

  it("is made when a chart asks, once, for contestants of whom nothing was told too", () => {
    const { facts } = told(5_000);
    const silent = { facts, books: facts.contestants.map(() => new TrackBook()), nowMs: 5_000 };
    const [track] = sceneOf(silent, [0, 30]).tracks;
    expect(track?.waiting).toBe(track?.waiting);
    expect(track?.goodput.own).toEqual([0]);
    expect(track?.decisions.lanes).toEqual([]);
  });
});
