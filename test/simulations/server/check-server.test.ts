import { describe, expect, it } from "vitest";
import { checkServerSpec, problemsOfServer } from "../../../simulations/server/check-server.js";

const limit = { kind: "policer", requestsPerSecond: 10 };

/** Wrong servers, and what is said of each. */
const WRONG: readonly (readonly [unknown, readonly string[]])[] = [
  [{}, ["limit is missing"]],
  [{ limit: 5 }, ["limit must be a limit: an object with a kind, got 5"]],
  [
    { limit: { kind: "bucket" } },
    [expect.stringMatching(/^limit\.kind must be one of together, policer, .*got 'bucket'$/)],
  ],
  [{ limit: { ...limit, requestsPerSecond: -1 } }, ["limit.requestsPerSecond must be >=0, got -1"]],
  [{ limit: { ...limit, rps: 1 } }, [expect.stringMatching(/^limit\.rps unknown field; there are kind, depthMs, /)]],
  [{ limit: { kind: "concurrency" } }, ["limit.inFlightMax is missing"]],
  [{ limit, limits: { big: { kind: "window", windowMs: 0 } } }, ["limits.big.windowMs must be >0, got 0"]],
  [
    { limit: { ...limit, requestPerSecond: 1 } },
    ["limit.requestPerSecond unknown field; did you mean 'requestsPerSecond'?"],
  ],
  [{ limit: { kind: "polcier" } }, [expect.stringMatching(/got 'polcier'; did you mean 'policer'\?$/)]],
  [{ limit, fault: [] }, ["fault unknown field; did you mean 'faults'?"]],
  [{ limit, faults: [{ kind: "status-503", shares: 0.5 }] }, ["faults.0.shares unknown field; did you mean 'share'?"]],
  [
    { limit, faults: [{ kind: "status-504" }] },
    [expect.stringMatching(/^faults\.0\.kind must be one of .*got 'status-504'; did you mean 'status-50\d'\?$/)],
  ],
  [{ limit, headers: { provider: "openai", ere: "x" } }, ["headers.ere unknown field; did you mean 'era'?"]],
  [{ limit, headers: { provider: "opnai" } }, [expect.stringMatching(/got 'opnai'; did you mean 'openai'\?$/)]],
  [
    { limit, headers: { provider: "openai", lies: [{ kind: "foreign", limit: { ...limit, depthMS: 1 } }] } },
    ["headers.lies.0.limit.depthMS unknown field; did you mean 'depthMs'?"],
  ],
  [{ limit, limits: { big: { ...limit, depth: 1 } } }, ["limits.big.depth unknown field; did you mean 'depthMs'?"]],
  [
    { limit, waves: [{ shape: "ramp", from: 1, too: 2, overMs: 1 }] },
    ["waves.0.to is missing", "waves.0.too unknown field; did you mean 'to'?"],
  ],
  [
    { limit, headers: { provider: "acme" } },
    [expect.stringMatching(/^headers\.provider must be one of .*got 'acme'$/)],
  ],
  [{ limit, headers: { provider: "openai", era: "2025" } }, ["headers.era is known of together alone, got '2025'"]],
  [{ limit, faults: [{ kind: "status-503", share: 2 }] }, ["faults.0.share must be <=1, got 2"]],
  [{ limit, waves: [{ shape: "saw" }] }, ["waves.0.shape must be 'sine', 'ramp', got 'saw'"]],
  [
    { limit, schedule: [{ atMs: 0, requestsPerSecond: "9" }] },
    ["schedule.0.requestsPerSecond must be number, got '9'"],
  ],
  [{ limit, answers: { like: "slow" } }, ["answers.like must be one of 'fast', 'stream', 'mid', 'long', got 'slow'"]],
  [
    { limit, headers: { provider: "openai", lies: [{ kind: "foreign", limit: { ...limit, depthMs: -1 } }] } },
    ["headers.lies.0.limit.depthMs must be >=0, got -1"],
  ],
];

describe("a server's data", () => {
  it.each(WRONG)("%j: the wrong field, its range and its value", (server, said) => {
    expect(problemsOfServer(server).map(({ path, message }) => `${path.join(".")} ${message}`)).toEqual(said);
  });

  it("may have functions where limits stand", () => {
    const server = { limit: () => limit, limits: { own: () => limit } };
    expect(checkServerSpec(server)).toBe(server);
  });

  it("is refused with a line for each problem", () => {
    expect(() => checkServerSpec({ limit, answers: { medianMs: -1, sigma: 9 } })).toThrow(
      "server.answers.medianMs must be >=0, got -1\nserver.answers.sigma must be <=3, got 9",
    );
  });
});
