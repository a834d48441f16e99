import { describe, expect, it } from "vitest";
import { CLAIRVOYANT } from "../../../simulations/contestants/clairvoyant.js";
import type { LoggedOutcome, Recording } from "../../../simulations/world/log.js";
import type { ServerSpec } from "../../../simulations/world/plant.js";
import { runWorld } from "../../../simulations/world/world.js";

/** How a saturated clairvoyant fares for two minutes. */
function optimum(server: ServerSpec, durationMs = 120_000, waiting = 100): Recording {
  const scenario = {
    name: "plant",
    story: "A saturated client meets a server.",
    durationMs,
    server,
    clients: [{ workload: { kind: "saturated", waiting } }],
    bounds: [],
  } as const;
  return runWorld({ scenario, contestant: CLAIRVOYANT, seed: 1 });
}

function counts({ tries }: Recording): Partial<Record<LoggedOutcome, number>> {
  const seen: Partial<Record<LoggedOutcome, number>> = {};
  for (let row = 0; row < tries.length; row++) {
    const outcome = tries.outcomeOf(row);
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }
  return seen;
}

/** Servers, and what a clairvoyant gets through in two minutes: [least, most]. */
const SERVERS: readonly (readonly [string, ServerSpec, readonly [number, number]])[] = [
  ["a policer", { limit: { kind: "policer", requestsPerSecond: 10 } }, [1_209, 1_210]],
  ["a slow policer", { limit: { kind: "policer", requestsPerSecond: 0.3 } }, [36, 37]],
  ["a fixed window", { limit: { kind: "window", requestsPerSecond: 10 } }, [1_700, 1_800]],
  ["a sliding log", { limit: { kind: "sliding", requestsPerSecond: 10 } }, [1_700, 1_800]],
  ["GCRA", { limit: { kind: "gcra", requestsPerSecond: 10 } }, [1_200, 1_201]],
  [
    "concurrency",
    { limit: { kind: "concurrency", inFlightMax: 23, isInFlightUnsaid: true }, answers: { medianMs: 2_000, sigma: 0 } },
    [23 * 60, 23 * 61],
  ],
  ["attribution", { limit: { kind: "together", mode: "attribution", capacityPerSecond: 30 } }, [3_600, 3_660]],
  ["a silent line", { limit: { kind: "silent", requestsPerSecond: 10 } }, [1_200, 1_201]],
  [
    "a suspension",
    {
      limit: { kind: "policer", requestsPerSecond: 10 },
      schedule: [
        { atMs: 30_000, requestsPerSecond: 0 },
        { atMs: 90_000, requestsPerSecond: 10 },
      ],
    },
    [600, 620],
  ],
  [
    "a step down and up",
    {
      limit: { kind: "policer", requestsPerSecond: 40 },
      schedule: [
        { atMs: 40_000, requestsPerSecond: 10 },
        { atMs: 80_000, requestsPerSecond: 40 },
      ],
    },
    [3_600, 3_680],
  ],
  [
    "a sine",
    {
      limit: { kind: "policer", requestsPerSecond: 20 },
      waves: [{ shape: "sine", mean: 20, amplitude: 15, periodMs: 60_000 }],
    },
    [2_400, 2_460],
  ],
  [
    "an outage",
    {
      limit: { kind: "policer", requestsPerSecond: 10 },
      faults: [{ kind: "status-503", fromMs: 30_000, untilMs: 60_000 }],
    },
    [900, 930],
  ],
];

describe("a clairvoyant at a server in virtual time", () => {
  it.each(SERVERS)("is never refused by %s, and gets all that is allowed", (_name, server, [least, most]) => {
    const waiting = 500;
    const { accepted = 0, pending: _, ...refused } = counts(optimum(server, 120_000, waiting));
    expect(refused).toEqual({});
    expect(accepted).toBeGreaterThanOrEqual(least);
    expect(accepted).toBeLessThanOrEqual(most);
  });

  it("meets the noise that everybody meets", () => {
    const limit = { kind: "policer", requestsPerSecond: 50 } as const;
    const { accepted = 0, overloaded = 0 } = counts(optimum({ limit, faults: [{ kind: "status-503", share: 0.1 }] }));
    expect(overloaded / (accepted + overloaded)).toBeGreaterThan(0.08);
    expect(overloaded / (accepted + overloaded)).toBeLessThan(0.12);
  });

  it("has a cold model loaded by one request, and waits until it is", () => {
    const limit = { kind: "policer", requestsPerSecond: 10, coldStartMs: 60_000 } as const;
    expect(counts(optimum({ limit }))).toEqual({ overloaded: 1, accepted: expect.closeTo(610, -1) });
  });
});
