import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBudget, onResponse, onSend, planOf, snapshotBudget } from "../../src/control/budget.js";
import { reviveBudget } from "../../src/control/revive.js";
import { play, toldHistory } from "./budget-history.js";
import { balanced } from "./loop.js";

/** Where every part of some JSON stands. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...path, name]))];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[name] = replaced(copy[name], rest, by);
  return copy;
}

const spec = balanced;

describe("a saved budget", () => {
  it("goes on from any history, at the rate that it had", () => {
    fc.assert(
      fc.property(toldHistory, fc.nat({ max: 1e9 }), (acts, nowMs) => {
        const last = play(acts).at(-1);
        if (last === undefined) return;
        const saved: unknown = JSON.parse(JSON.stringify(snapshotBudget(last.after)));
        const revived = reviveBudget(saved, spec, nowMs, 0);
        expect(revived?.law.rate).toBe(last.after.law.rate);
      }),
    );
  });

  it.each([-1, 0, 1e15])("ramps no further than its range, though %d was saved for the ramp's end", (ceiling) => {
    const saved = snapshotBudget(createBudget(spec, 0));
    const revived = reviveBudget({ ...saved, law: { ...saved.law, ceiling } }, spec, 0, 0);
    expect(revived?.law.ceiling).toBeGreaterThanOrEqual(revived?.config.rateMin ?? Infinity);
    expect(revived?.law.ceiling).toBeLessThanOrEqual(spec.rateMax);
  });

  it("of a version that kept less of it goes on all the same", () => {
    const saved = snapshotBudget(createBudget(spec, 0));
    const { hearing: _, ...quota } = saved.quota;
    const { begunAt: __, room: ___, reckonedAt: ____, ...probe } = saved.trust.probe;
    const revived = reviveBudget({ ...saved, quota, trust: { ...saved.trust, probe } }, spec, 0, 0);
    expect(revived).toMatchObject({ quota: { hearing: 0 }, trust: { probe: saved.trust.probe } });
  });

  it("with any part of it spoilt is refused, or gives a rate in range and goes on", () => {
    const junk = fc.constantFrom(null, undefined, "x", -1, 0, 1e300, Number.NaN, Infinity, [], {}, [1], true);
    fc.assert(
      fc.property(toldHistory, fc.nat(), junk, (acts, which, value) => {
        const last = play(acts).at(-1);
        if (last === undefined) return;
        const saved = snapshotBudget(last.after);
        const paths = pathsOf(saved);
        const spoilt = replaced(saved, paths[which % paths.length] ?? [], value);
        const revived = reviveBudget(spoilt, spec, 1_000, 0);
        if (revived === undefined) return;
        const sent = onSend(revived, {
          nowMs: 2_000,
          charged: 1,
          expected: 0,
          inFlightBefore: 0,
          isBurst: false,
          isBottleneck: true,
        });
        const { state } = onResponse(sent.state, { nowMs: 2_100, stamp: sent.stamp, verdict: "refused", dice: 0.5 });
        for (const plan of [planOf(revived, 1_000), planOf(state, 2_200)]) {
          expect(plan.ratePerSecond).toBeGreaterThan(0);
          expect(plan.ratePerSecond).toBeLessThanOrEqual(spec.rateMax);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
