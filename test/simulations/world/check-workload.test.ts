import { describe, expect, it } from "vitest";
import { checkWorkload, problemsOfWorkload } from "../../../simulations/world/check-workload.js";
import type { Workload } from "../../../simulations/world/workload.js";

const GOOD: readonly Workload[] = [
  { kind: "saturated", waiting: 10 },
  { kind: "poisson", requestsPerSecond: 2, model: "m", count: 100, isEven: true },
  { kind: "on-off", requestsPerSecond: 20, onMs: 30_000, offMs: 30_000 },
  { kind: "diurnal", requestsPerSecond: 5, swing: 0.8, periodMs: 86_400_000 },
  {
    kind: "steps",
    steps: [
      { atMs: 0, requestsPerSecond: 3 },
      { atMs: 300_000, requestsPerSecond: 30 },
    ],
  },
  { kind: "bursts", size: 50, everyMs: 10_000, firstAtMs: 5_000 },
  {
    kind: "saturated",
    waiting: 10,
    requests: [
      { share: 0.8, tokens: { input: 150, output: { median: 250, sigma: 0.6 }, estimate: 2, outputMax: 4_096 } },
      {
        share: [
          { atMs: 0, share: 0 },
          { atMs: 60_000, share: 0.2 },
        ],
        priority: 1,
        tenant: "a",
        deadlineMs: 5_000,
      },
    ],
  },
  [{ kind: "saturated", waiting: 1, requests: { impatient: [{ share: 0.2, afterMs: 500, since: "sent" }] } }],
  () => ({ wish: () => undefined }),
];

const BAD: readonly (readonly [unknown, string])[] = [
  [undefined, "workload must be an object, a function or a list of these, got undefined"],
  [[], "workload must not be empty"],
  [{}, "workload.kind is missing; there are saturated, poisson"],
  [{ kind: "poison", requestsPerSecond: 1 }, "got 'poison'; did you mean 'poisson'?"],
  [{ kind: "toString" }, "workload.kind must be a kind of workload, got 'toString'"],
  [{ kind: "saturated" }, "workload.waiting is missing"],
  [{ kind: "saturated", waiting: 1e9 }, "workload.waiting must be a whole number from 1 to 1000000, got 1000000000"],
  [{ kind: "saturated", waiting: 1.5 }, "workload.waiting must be a whole number from 1 to 1000000, got 1.5"],
  [{ kind: "saturated", waiting: 1, isEven: true }, "workload.isEven unknown field; there are kind, waiting, model"],
  [{ kind: "poisson", requestsPerSecond: Number.NaN }, "requestsPerSecond must be a number above 0, got NaN"],
  [{ kind: "poisson", requestsPerSecond: "2" }, "requestsPerSecond must be a number above 0, got '2'"],
  [{ kind: "steps", steps: [{ atMs: 0, requestsPerSecond: -1 }] }, "workload.steps.0.requestsPerSecond must be"],
  [{ kind: "steps", steps: [] }, "workload.steps must not be empty"],
  [
    { kind: "diurnal", requestsPerSecond: 1, swing: 2, periodMs: 1 },
    "workload.swing must be a number in [0, 1], got 2",
  ],
  [{ kind: "saturated", waiting: 1, requests: { tokens: { input: 1 } } }, "workload.requests.tokens.output is missing"],
  [
    { kind: "saturated", waiting: 1, requests: [{}, { tokens: { input: { median: 1 }, output: 1 } }] },
    "workload.requests.1.tokens.input.sigma is missing",
  ],
  [
    { kind: "saturated", waiting: 1, requests: [{ shares: 1 }] },
    "workload.requests.0.shares unknown field; did you mean 'share'?",
  ],
  [
    [
      { kind: "saturated", waiting: 1 },
      { kind: "saturated", waiting: 0 },
    ],
    "workload.1.waiting must be a whole number from 1 to 1000000, got 0",
  ],
];

describe("a workload's check", () => {
  it.each(GOOD)("lets through what can be run: %o", (workload) => {
    expect(checkWorkload(workload)).toBe(workload);
  });

  it.each(BAD)("names the field and what it may be: %o", (workload, message) => {
    expect(() => checkWorkload(workload)).toThrow(message);
  });

  it("tells everything that is wrong", () => {
    const problems = problemsOfWorkload({ kind: "bursts", size: 0, everyMs: 0, sise: 1 });
    expect(problems.map(({ path }) => path.join("."))).toEqual(["size", "everyMs", "sise"]);
  });
});
