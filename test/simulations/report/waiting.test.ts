import { describe, expect, it } from "vitest";
import { binsOf } from "../../../simulations/report/bins.js";
import { waitingOf } from "../../../simulations/report/waiting.js";
import { handmade } from "./some-runs.js";

describe("what waits", () => {
  it("is queued from being asked for until it is sent, and then in flight until its headers come", () => {
    const recording = handmade({ tries: [{ sentAtMs: 2_500, waitMs: 2_000, answeredAtMs: 4_500, endedAtMs: 4_500 }] });
    const { queued, inFlight } = waitingOf(recording, binsOf(6_000, 10));
    expect(queued).toEqual([1, 1, 0, 0, 0, 0]);
    expect(inFlight).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it("is queued again between a refusal and the next try", () => {
    const tries = [
      { sentAtMs: 500, outcome: "throttled", answeredAtMs: 1_500 },
      { sentAtMs: 4_500, request: 0, attempt: 2, waitMs: 3_000, answeredAtMs: 5_500, endedAtMs: 5_500 },
    ] as const;
    expect(waitingOf(handmade({ tries }), binsOf(6_000, 10)).queued).toEqual([0, 1, 1, 1, 0, 0]);
  });

  it("is queued to the end where it is refused last, or never sent", () => {
    const tries = [{ sentAtMs: 500, outcome: "throttled", answeredAtMs: 600 }] as const;
    const recording = handmade({ tries, unsentAtMs: [1_500] });
    expect(waitingOf(recording, binsOf(3_000, 10)).queued).toEqual([1, 2, 2]);
  });

  it("is measured before first tries alone, in seconds", () => {
    const tries = [
      { sentAtMs: 500, waitMs: 100 },
      { sentAtMs: 600, waitMs: 200 },
      { sentAtMs: 700, waitMs: 400 },
      { sentAtMs: 800, waitMs: 9_000, attempt: 2, request: 0 },
    ];
    const { p50, p99 } = waitingOf(handmade({ tries }), binsOf(2_000, 10));
    expect(p50).toEqual([0.2, null]);
    expect(p99).toEqual([0.4, null]);
  });
});
