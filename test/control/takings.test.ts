import { describe, expect, test } from "vitest";
import { quotaSend } from "../../src/control/quota.js";
import { createQuota, type QuotaStamp } from "../../src/control/quota-state.js";
import { isMoreThanTold, take, takingsInitial } from "../../src/control/takings.js";

const window = { ...createQuota({ kind: "window", windowMs: 60_000 }), limit: 300 };
const STAMP: QuotaStamp = quotaSend(window, 1, 1).stamp;

function taken(count: number, quota = window, stamp = STAMP, from = takingsInitial) {
  let takings = from;
  for (let accept = 0; accept < count; accept++) takings = take(takings, quota, stamp, 1);
  return takings;
}

describe("what one window lets in", () => {
  test("proves its limit too low once it is a fifth more and a few", () => {
    expect(isMoreThanTold(taken(366), window)).toBe(false);
    expect(isMoreThanTold(taken(367), window)).toBe(true);
  });

  test("is counted anew in the next window, and where the limit moves", () => {
    const next = { ...STAMP, era: STAMP.era + 1 };
    expect(taken(1, window, next, taken(360)).accepted).toBe(1);
    expect(taken(1, { ...window, limit: 100 }, STAMP, taken(360)).accepted).toBe(1);
    expect(taken(5, window, STAMP, taken(1, window, next)).accepted).toBe(1);
  });

  test("says nothing of a bucket, which refills meanwhile", () => {
    const bucket = { ...createQuota({ kind: "refill", windowMs: 60_000 }), limit: 300 };
    expect(taken(1_000, bucket)).toBe(takingsInitial);
  });
});
