import { describe, expect, test } from "vitest";
import { observe } from "../../src/control/observe.js";
import { predict, quotaSend } from "../../src/control/quota.js";
import { createQuota, type QuotaState } from "../../src/control/quota-state.js";
import { isEndSupposed } from "../../src/control/unstated.js";
import { windowEnd } from "../../src/control/window.js";

const LIMIT = 600;
const LAG = 0.3;

/** A send each `every` seconds to windows of a minute that begin `phase` late, which tell what is left and nothing more. */
function lived({ phase, every, until }: { phase: number; every: number; until: number }): QuotaState {
  let quota = createQuota({ kind: "window", windowMs: 60_000 });
  let spent = 0;
  let window = -1;
  for (let at = every / 2; at < until; at += every) {
    const present = Math.floor((at - phase) / 60);
    if (present !== window) spent = 0;
    window = present;
    spent++;
    const sent = quotaSend(quota, at, 1);
    quota = observe(
      sent.quota,
      at + Math.min(LAG, every / 2),
      sent.stamp,
      { limit: LIMIT, remaining: LIMIT - spent },
      false,
    );
  }
  return quota;
}

describe("a window whose end no header tells", () => {
  test("is supposed to have begun with the first answer, until one is seen to begin", () => {
    const quota = lived({ phase: 20, every: 0.5, until: 10 });
    expect(isEndSupposed(quota.reset)).toBe(true);
    expect(windowEnd(quota.reset)).toBeCloseTo(60.25, 6);
    expect(quota.level).toBe(LIMIT - 20);
  });

  test("ends a window after `remaining` was seen to rise, and the next ones with it", () => {
    const quota = lived({ phase: 20, every: 0.5, until: 30 });
    expect(isEndSupposed(quota.reset)).toBe(false);
    expect(Math.abs((windowEnd(quota.reset) ?? 0) - 80)).toBeLessThan(0.5);
    expect(quota.level).toBeCloseTo(LIMIT - 20, 1);
    const later = predict(quota, 30 + 3 * 60);
    expect(later.level).toBeGreaterThan(LIMIT - 1);
    expect(Math.abs((windowEnd(later.reset) ?? 0) - 260)).toBeLessThan(0.5);
  });

  test("is found late rather than early by one who looks seldom, and finely by one who looks often", () => {
    const seldom = windowEnd(lived({ phase: 23, every: 4, until: 30 }).reset) ?? 0;
    expect(seldom).toBeGreaterThanOrEqual(83);
    expect(seldom).toBeLessThan(87.1);
    const often = windowEnd(lived({ phase: 23, every: 0.1, until: 380 }).reset) ?? 0;
    expect(Math.abs(often - 383)).toBeLessThan(0.15);
  });

  test("moves its end where it is seen to begin at another time than before", () => {
    const quota = lived({ phase: 20, every: 0.5, until: 130 });
    const sent = quotaSend(quota, 130.2, 1);
    const seen = observe(sent.quota, 130.4, sent.stamp, { limit: LIMIT, remaining: LIMIT - 1 }, false);
    expect(Math.abs((windowEnd(seen.reset) ?? 0) - 190.2)).toBeLessThan(0.5);
    expect(seen.level).toBe(LIMIT - 1);
  });

  test("a rise by what overtakes on its way is no beginning", () => {
    const quota = lived({ phase: 20, every: 0.5, until: 40 });
    const sent = quotaSend(quota, 40, 1);
    const seen = observe(sent.quota, 40.2, sent.stamp, { limit: LIMIT, remaining: LIMIT - 33 }, false);
    expect(windowEnd(seen.reset)).toBeCloseTo(windowEnd(quota.reset) ?? 0, 6);
  });
});
