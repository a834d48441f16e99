import { describe, expect, it } from "vitest";
import { fleetContestant } from "../../simulations/contestants/fleet.js";
import { runWorld } from "../../simulations/world/world.js";

const LIMIT = 40;
const SECONDS = 60;
const STARTED_SECONDS = 20;
/** What the probes of that time buy, each of eight that hear of it at different times. */
const PROBES_BUY = 8;

/** Where answers are sooner than members tell one another what they send, each hears of what it can't know of yet. */
describe("a fleet whose server answers promptly, and tells what is left", () => {
  it.each([1, 8])("takes what the others send for nobody else's: %i processes", (processes) => {
    const scenario = {
      name: "fleet",
      story: "Many processes, one limit that headers tell.",
      durationMs: SECONDS * 1_000,
      server: {
        limit: { kind: "policer", requestsPerSecond: LIMIT },
        answers: { medianMs: 200, sigma: 0.4, refusalMs: 20 },
        headers: { provider: "openai", isHostKnown: true },
      },
      clients: Array.from({ length: processes }, () => ({ workload: { kind: "saturated", waiting: 60 } }) as const),
      bounds: [],
    } as const;
    const { tries } = runWorld({ scenario, contestant: fleetContestant("fleet"), seed: 1 });
    let [accepted, refused] = [0, 0];
    for (let row = 0; row < tries.length; row++) {
      if (tries.sentAtMs.at(row) < STARTED_SECONDS * 1_000) continue;
      if (tries.outcomeOf(row) === "accepted") accepted += 1;
      else refused += 1;
    }
    expect(accepted / (LIMIT * (SECONDS - STARTED_SECONDS))).toBeGreaterThan(0.97);
    expect(refused).toBeLessThanOrEqual(PROBES_BUY);
  });
});
