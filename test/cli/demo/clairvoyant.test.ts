import { describe, expect, it } from "vitest";
import { clairvoyantOf } from "../../../src/cli/demo/clairvoyant.js";
import { clairvoyantRow, rowOf, type Seen, table } from "../../../src/cli/demo/report.js";

const second = (atS: number, allowed: number) => ({ atMs: atS * 1_000, allowed, throttled: 0, overloaded: 0 });

/** Began at 10.4 s, with the first request at 10.9 s: 10 a second, then 2, and read in the middle of the last second. */
const TRACE = [second(10, 1), second(11, 10), second(12, 2), second(13, 1)];
const PERIOD = { beginMs: 10_400, readMs: 13_500 };

describe("clairvoyantOf", () => {
  const truth = clairvoyantOf(TRACE, PERIOD);

  it("integrates the limit from the beginning of the job, not from its first request", () => {
    expect(truth.allowedUntil(10_400)).toBe(0);
    expect(truth.allowedUntil(11_000)).toBeCloseTo(6);
    expect(truth.allowedUntil(12_500)).toBeCloseTo(17);
    expect(truth.allowedUntil(99_000)).toBeCloseTo(19);
  });

  it("knows the rate at an instant, in whole seconds and in parts of one", () => {
    expect([10_700, 11_500, 12_500, 13_400, 14_000].map((atMs) => truth.rateAt(atMs))).toEqual(
      [10, 10, 2, 2, 0].map((n) => expect.closeTo(n, 9)),
    );
  });

  it("knows when so many could have been let in, or that the trace ends before", () => {
    expect(truth.instantOf(6)).toBeCloseTo(11_000);
    expect(truth.instantOf(17)).toBeCloseTo(12_500);
    expect(truth.instantOf(20)).toBeUndefined();
  });

  it("makes nothing of an empty trace", () => {
    expect(clairvoyantOf([], PERIOD).allowedUntil(12_000)).toBe(0);
  });
});

describe("the table", () => {
  const seen: Seen = {
    lanes: [{ model: "m", offered: 20, throttled: 8, overloaded: 0, trace: TRACE }],
    period: PERIOD,
    ends: new Map([["m", { answered: 12, lost: 5, endMs: 2_100 }]]),
  };

  it("counts answers against what the limit let in until the last of them", () => {
    expect(rowOf("x", seen)).toEqual({
      ...{ name: "x", requests: 17, answered: 12, lost: 5, throttled: 8, overloaded: 0, wallMs: 2_100 },
      triesPerAnswer: 20 / 12,
      goodputRatio: expect.closeTo(12 / 17),
    });
  });

  it("gives the clairvoyant the same requests, and the time that the limits allow", () => {
    expect(clairvoyantRow(seen)).toMatchObject({
      answered: 17,
      lost: 0,
      goodputRatio: 1,
      wallMs: expect.closeTo(2_100),
    });
  });

  it("fits 80 columns", () => {
    const rows = [clairvoyantRow(seen), { ...rowOf("plain loop", seen), answered: 1_234_567, requests: 9_999_999 }];
    for (const line of table(rows).split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});
