import { describe, expect, it } from "vitest";
import { sluiceContestant } from "../../../simulations/contestants/sluice.js";
import { invariants } from "../../../simulations/world/invariants.js";
import { runWorld } from "../../../simulations/world/world.js";
import { recordingOf, type WrittenRequest, type WrittenTry } from "../measure/recording.js";

describe("the invariants of a run", () => {
  it("hold of sluice, with users and clients that go away", () => {
    const impatient = [
      { share: 0.3, afterMs: 1_000 },
      { share: 0.2, afterMs: 500, since: "sent" as const },
    ];
    const recording = runWorld({
      scenario: {
        name: "restless",
        story: "Everybody comes and goes.",
        durationMs: 60_000,
        server: { limit: { kind: "policer", requestsPerSecond: 10 } },
        clients: [
          { workload: { kind: "saturated", waiting: 50, requests: { impatient } }, leavesAtMs: 40_000 },
          {
            workload: { kind: "bursts", size: 20, everyMs: 5_000, requests: { deadlineMs: 3_000 } },
            joinsAtMs: 20_000,
          },
        ],
        clockJumps: [{ atMs: 25_000, sleepMs: 5_000 }],
        bounds: [],
      },
      contestant: sluiceContestant("sluice"),
      seed: 1,
    });
    expect(invariants(recording)).toEqual([]);
  });

  const once: WrittenRequest = { askedAtMs: 0, endedAtMs: 5_000 };
  it.each<{ rule: string; tries?: readonly WrittenTry[]; requests?: readonly WrittenRequest[] }>([
    {
      rule: "a request was tried again while it was under way (request 0 at 1000 ms)",
      tries: [
        { atMs: 0, request: 0, endedAtMs: 2_000 },
        { atMs: 1_000, request: 0, attempt: 2 },
      ],
    },
    {
      rule: "tries of a request are not numbered one after another (request 0 at 1000 ms)",
      tries: [
        { atMs: 0, request: 0 },
        { atMs: 1_000, request: 0, attempt: 3 },
      ],
    },
    { rule: "a request was tried after it had ended (request 0 at 6000 ms)", tries: [{ atMs: 6_000 }] },
    {
      rule: "a try was under way after the end (request 0 at 1 ms, and 1 more)",
      tries: [
        { atMs: 1, endedAtMs: Number.NaN },
        { atMs: 2, endedAtMs: Number.NaN },
      ],
      requests: [once, once],
    },
    { rule: "a try waited for less than no time (request 0 at 1 ms)", tries: [{ atMs: 1, waitMs: -1 }] },
    {
      rule: "a request succeeded that the server never let in (request 0)",
      tries: [{ atMs: 1, outcome: "throttled" }],
    },
    {
      rule: "a request ended before it was asked for (request 0)",
      requests: [{ askedAtMs: 5, endedAtMs: 4, ending: "dropped" }],
    },
  ])("tell: $rule", ({ rule, tries = [], requests = [once] }) => {
    expect(invariants(recordingOf({ tries, requests }))).toEqual([rule]);
  });

  it("tell of timers, endings and rates", () => {
    const recording = { ...recordingOf({}), leaks: 2, endedAgain: 1 };
    const samples = [{ atMs: 1_000, limits: [1], rates: [[Number.NaN], [null], [1]] }];
    expect(invariants({ ...recording, samples })).toEqual([
      "timers are left after the end (2 of them)",
      "a request ended more than once (1 times)",
      "a rate is not a number above 0 (NaN at 1000 ms)",
    ]);
  });
});
