import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RunTracker } from "../../../../simulations/report/real/run-tracker.js";
import { Waits } from "../../../../simulations/report/real/waits.js";
import type { SluiceEvent } from "../../../../src/flow/event.js";

const sent = (atS: number, request: number, more: object = {}) =>
  ({
    type: "sent",
    atMs: atS * 1_000,
    key: "m",
    request,
    attempt: 1,
    waitMs: 0,
    ratePerSecond: 2,
    ...more,
  }) as SluiceEvent;
const response = (atS: number, request: number, outcome = "accepted") =>
  ({ type: "response", atMs: atS * 1_000, key: "m", request, attempt: 1, outcome }) as SluiceEvent;
const queued = (atS: number, request: number) =>
  ({ type: "queued", atMs: atS * 1_000, key: "m", request, queued: 1 }) as SluiceEvent;
const decision = (atS: number, ratePerSecond: number, limitPerSecond: number, because = "level") =>
  ({
    ...{ type: "decision", atMs: atS * 1_000, key: "m", dimension: "requests", ratePerSecond, limitPerSecond },
    decision: { move: "increase", because, atMs: atS * 1_000 },
  }) as SluiceEvent;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("what a page draws of a run while it runs", () => {
  it("counts what happened second by second, and keeps what was said last", () => {
    const tracker = new RunTracker(0, (key) => key.toUpperCase());
    for (const event of [
      queued(0, 1),
      queued(0, 2),
      sent(0.1, 1),
      response(0.4, 1),
      sent(2.1, 2, { ratePerSecond: 5 }),
    ]) {
      tracker.take(event);
    }
    tracker.take(decision(2.2, 5, 8));
    tracker.take(response(3.5, 2, "throttled"));
    const { models, waiting, binS, decisions } = tracker.track("run", 4_500);
    const [model] = models;
    expect([binS, model?.name]).toEqual([1, "M"]);
    expect(model?.sent).toEqual([1, 0, 1, 0, 0]);
    expect(model?.accepted).toEqual([1, 0, 0, 0, 0]);
    expect(model?.refusals["429"]).toEqual([0, 0, 0, 1, 0]);
    expect(model?.rate).toEqual([2, 2, 5, 5, 5]);
    expect(model?.limit).toEqual([null, null, 8, 8, 8]);
    expect(waiting.queued).toEqual([1, 1, 0, 0, 0]);
    expect(waiting.inFlight).toEqual([0, 0, 1, 0, 0]);
    expect(decisions).toEqual({ lanes: [{ because: "level", move: 0, many: 1 }], rows: [[2, 0, 1, 5]] });
  });

  it("takes no more room for a week than for an hour, and loses none of it", () => {
    const tracker = new RunTracker(0, String);
    const count = 5_000;
    for (let index = 0; index < count; index++) {
      const atS = (index * 7 * 86_400) / count;
      tracker.take(sent(atS, index, { waitMs: 1_000 }));
      tracker.take(response(atS, index, index % 10 === 0 ? "overloaded" : "accepted"));
    }
    const { models, waiting, binS } = tracker.track("run", 7 * 86_400_000);
    const [model] = models;
    expect(waiting.queued.length).toBeLessThanOrEqual(1_201);
    expect(sum(model?.sent ?? []) * binS).toBeCloseTo(count, -2);
    expect(sum(model?.refusals["503"] ?? [])).toBe(count / 10);
    for (const wait of waiting.p99) if (wait !== null) expect(wait).toBeCloseTo(1, 0);
  });

  it("tells the busiest models apart, and stays bounded whatever keys come", () => {
    const tracker = new RunTracker(0, String);
    for (let index = 0; index < 1_000; index++) tracker.take(sent(1, index, { key: `m${index % 100}` }));
    for (let index = 0; index < 50; index++) tracker.take(sent(2, index, { key: "m5" }));
    const { models } = tracker.track("run", 3_000);
    expect(models).toHaveLength(6);
    expect(models[0]?.name).toBe("m5");
  });

  it("knows the quantiles of waits to a twentieth", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 200 }), (all) => {
        const waits = new Waits();
        const half = new Waits();
        for (const [index, waitMs] of all.entries()) (index % 2 === 0 ? waits : half).take(waitMs);
        waits.add(half);
        const sorted = [...all].sort((a, b) => a - b);
        for (const share of [0.5, 0.99]) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
          const ratio = (waits.quantile(share) ?? Number.NaN) / exact;
          expect(ratio).toBeGreaterThan(0.95);
          expect(ratio).toBeLessThan(1.051);
        }
      }),
    );
    expect(new Waits().quantile(0.5)).toBeNull();
  });
});
