import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../simulations/load/check.js";
import { pathText } from "../../../simulations/load/problem.js";
import type { ServerSpec } from "../../../simulations/world/plant.js";
import type { Workload } from "../../../simulations/world/workload.js";
import { someScenario } from "../run/some-scenarios.js";

const limit = { kind: "policer", requestsPerSecond: 5 } as const;

function complaints(server: Partial<ServerSpec>, workload?: Workload): readonly string[] {
  const clients = workload && { clients: [{ workload }] };
  return problemsOf(someScenario({ server: { limit, ...server }, ...clients })).map(
    ({ path, message }) => `${pathText(path)} ${message}`,
  );
}

describe("an instant that the run never comes to", () => {
  it("is refused wherever it stands in the server", () => {
    const wave = { shape: "sine", mean: 5, amplitude: 1, periodMs: 1_000 } as const;
    expect(
      complaints({
        schedule: [
          { atMs: 12_000, requestsPerSecond: 4 },
          { atMs: 12_001, requestsPerSecond: 5 },
        ],
        waves: [{ ...wave, fromMs: 12_000 }],
        faults: [{ kind: "status-503", fromMs: 13_000 }],
        neighbours: [{ requestsPerSecond: 1, fromMs: 14_000 }],
        headers: { provider: "openai", lies: [{ kind: "silent-refusals", fromMs: 15_000 }] },
      }),
    ).toEqual([
      "server.schedule[1].atMs is 12001, but the run ends at 12000",
      "server.waves[0].fromMs is 12000, but the run ends at 12000",
      "server.faults[0].fromMs is 13000, but the run ends at 12000",
      "server.neighbours[0].fromMs is 14000, but the run ends at 12000",
      "server.headers.lies[0].fromMs is 15000, but the run ends at 12000",
    ]);
  });

  it("is refused in a workload", () => {
    expect(
      complaints({}, [
        { kind: "bursts", size: 2, everyMs: 1_000, firstAtMs: 12_001 },
        { kind: "steps", steps: [{ atMs: 60_000, requestsPerSecond: 1 }] },
      ]),
    ).toEqual([
      "clients[0].workload[0].firstAtMs is 12001, but the run ends at 12000",
      "clients[0].workload[1].steps[0].atMs is 60000, but the run ends at 12000",
    ]);
  });

  it("may be an end, which then lasts to the run's own, but not before the beginning", () => {
    expect(complaints({ faults: [{ kind: "status-503", fromMs: 1, untilMs: 99_000 }] })).toEqual([]);
    expect(complaints({ faults: [{ kind: "status-503", fromMs: 9, untilMs: 9 }] })).toEqual([
      "server.faults[0].untilMs is 9, not after fromMs 9",
    ]);
  });
});
