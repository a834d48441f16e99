import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDelayMs, type TimeForm, writeDelay } from "../../src/signal/instant.js";

const NOW_MS = Date.UTC(2026, 7, 4, 14, 29, 44);
const read = (text: string): number | undefined => readDelayMs(text, { nowMs: () => NOW_MS });

describe("the ways to write a time", () => {
  test.for([
    ["0", 0],
    ["2", 2_000],
    ["7.66", 7_660],
    ["0.1", 100],
    [" 30 ", 30_000],
    ["6m0s", 360_000],
    ["1h16m0.667s", 4_560_667],
    ["26ms", 26],
    ["17.399999999s", 17_399.999999],
    ["1m", 60_000],
    ["2d", 172_800_000],
    ["33 seconds", 33_000],
    ["2 minutes", 120_000],
    ["634 ms", undefined],
    ["634 milliseconds", 634],
    ["1785853844", 60_000],
    ["1785853844000", 60_000],
    ["Tue, 04 Aug 2026 14:30:00 GMT", 16_000],
    ["Tuesday, 04-Aug-26 14:30:00 GMT", 16_000],
    ["Tue Aug  4 14:30:00 2026", 16_000],
    ["2026-08-04T14:30:00Z", 16_000],
    ["2026-08-04T16:30:00.250+02:00", 16_250],
    ["2026-08-04T14:30:00", 16_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["1350085394", 0],
    ["0s, req_b176c7aa266e48aa8eff647b6b309bb8", 0],
    ["-30", undefined],
    ["-1s", undefined],
    ["NaN", undefined],
    ["Infinity", undefined],
    ["1e9", undefined],
    ["0x10", undefined],
    ["soon", undefined],
    ["", undefined],
    ["9999999999999999999999", undefined],
    ["400000000", undefined],
    ["Fri, 31 Dec 9999 23:59:59 GMT", undefined],
    ["2026-13-45T99:99:99Z", undefined],
  ] as const)("%s", ([text, delayMs]) => {
    const found = read(text);
    if (delayMs === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(delayMs, 5);
  });

  test("a year is a wait, however unwelcome", () => {
    expect(read("31536000")).toBe(31_536_000_000);
  });

  test("an instant without a time to take it against can't be read", () => {
    expect(readDelayMs("1785853844")).toBeUndefined();
    expect(readDelayMs("2026-08-04T14:30:00Z")).toBeUndefined();
    expect(readDelayMs("60")).toBe(60_000);
  });

  test("of a date and a number in one field the larger is obeyed, or the first taken", () => {
    const text = "Tue, 04 Aug 2026 14:30:00 GMT, 120";
    expect(readDelayMs(text, { nowMs: () => NOW_MS, list: "largest" })).toBe(120_000);
    expect(readDelayMs(text, { nowMs: () => NOW_MS })).toBe(16_000);
  });

  test("bare numbers count what the header's name says", () => {
    expect(readDelayMs("3000", { unitMs: 1 })).toBe(3_000);
  });
});

describe("reading inverts writing", () => {
  const forms: readonly (readonly [TimeForm, number])[] = [
    ["seconds", 1_000],
    ["float-seconds", 1],
    ["milliseconds", 1],
    ["duration", 1],
    ["epoch-seconds", 1_000],
    ["epoch-milliseconds", 1],
    ["rfc3339", 1_000],
    ["http-date", 1_000],
  ];
  test.for(forms)("%s", ([form, gridMs]) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), (steps) => {
        const delayMs = Math.floor(steps / gridMs) * gridMs;
        const text = writeDelay(delayMs, form, NOW_MS);
        const unitMs = form === "milliseconds" ? 1 : 1_000;
        expect(readDelayMs(text, { nowMs: () => NOW_MS, unitMs })).toBeCloseTo(delayMs, 5);
      }),
    );
  });

  test("a client that obeys is never early", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), fc.constantFrom(...forms), (delayMs, [form]) => {
        const unitMs = form === "milliseconds" ? 1 : 1_000;
        const found = readDelayMs(writeDelay(delayMs, form, NOW_MS), { nowMs: () => NOW_MS, unitMs }) ?? -1;
        expect(found).toBeGreaterThanOrEqual(delayMs - 1e-3);
      }),
    );
  });
});

test("no text makes a negative or endless wait", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.eEsmhd:TZ, GMT]{0,40}$/), fc.double().map(String)),
      (text) => {
        for (const list of ["first", "largest"] as const) {
          const found = readDelayMs(text, { nowMs: () => NOW_MS, list });
          expect(found === undefined || (Number.isFinite(found) && found >= 0)).toBe(true);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
