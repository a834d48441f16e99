import { describe, expect, it } from "vitest";
import { fleetContestant } from "../../simulations/contestants/fleet.js";
import { runWorld } from "../../simulations/world/world.js";
import { amidProbe, createBudget, onSend } from "../../src/control/budget.js";
import { step } from "../../src/store/step.js";
import { SPEC } from "./fleet.js";

const LIMIT = 40;
const SECONDS = 100;
/** Probes for room beyond the headers are due after 100 sends, and 400 and 1,600 more: the first falls into the start. */
const STARTED_SECONDS = 20;
const PROBES = 2;

/** What eight processes are refused of a bucket of a second whose headers are true, once they have started. */
function refusedBy(provider: string, seed: number): number {
  const scenario = {
    name: "fleet",
    story: "Many processes, one limit that headers tell.",
    durationMs: SECONDS * 1_000,
    server: {
      limit: { kind: "policer", requestsPerSecond: LIMIT, depthMs: 1_000 },
      headers: { provider, isHostKnown: true },
    },
    clients: Array.from({ length: 8 }, () => ({ workload: { kind: "saturated", waiting: 60 } }) as const),
    bounds: [],
  } as const;
  const { tries } = runWorld({ scenario, contestant: fleetContestant("fleet"), seed });
  let refused = 0;
  let accepted = 0;
  for (let row = 0; row < tries.length; row++) {
    if (tries.sentAtMs.at(row) < STARTED_SECONDS * 1_000) continue;
    if (tries.outcomeOf(row) === "accepted") accepted += 1;
    else refused += 1;
  }
  expect(accepted / (LIMIT * (SECONDS - STARTED_SECONDS))).toBeGreaterThan(0.93);
  return refused;
}

describe("a fleet whose server tells its limit truly", () => {
  it.each(["together", "openai"])("is refused nothing but what its probes buy, a few each: %s", (provider) => {
    expect(refusedBy(provider, 5)).toBeLessThanOrEqual(4 * PROBES);
  });

  it("takes for a probe's what was sent while not all had heard that it had ended, and nothing else", () => {
    const fresh = createBudget(SPEC, 0);
    // The probe ended after 10 s: the next one is due its patience later.
    const probe = { ...fresh.trust.probe, count: 2, dueAt: 250, patience: 240 };
    const state = { ...fresh, trust: { ...fresh.trust, probe } };
    const event = { charged: 1, expected: 0, inFlightBefore: 0, isBurst: false, isBottleneck: true };
    const sentAt = (nowMs: number) => {
      const { stamp } = onSend(state, { ...event, nowMs });
      return { ...stamp, trust: { tier: 1, probe: 0 } } as const;
    };
    expect(amidProbe(state, sentAt(11_000), 1_400).trust.probe).toBe(2);
    expect(amidProbe(state, sentAt(11_500), 1_400).trust.probe).toBe(0);
    expect(amidProbe(state, sentAt(10_000), 0).trust.probe).toBe(0);
    expect(amidProbe(fresh, sentAt(11_000), 1_400).trust.probe).toBe(0);
  });

  it("knows in all its processes whose limit it is, once one of them has had an answer", () => {
    const limit = { dimension: "requests" } as const;
    const traits = { kind: "refill", windowMs: 1_000, isPerSecond: true } as const;
    const message = { id: "abcdefghijkl", seq: 1, want: 1, isLimited: true, inFlight: 0, isLeaving: false } as const;
    const together = { apartSinceMs: undefined, fractionMax: 1, roundTripMs: 1 } as const;
    const notes = [
      { kind: "born", limit, atMs: 0, born: undefined } as const,
      { kind: "known", limit, atMs: 5, traits } as const,
    ];
    const { ledger } = step(undefined, { ...message, ...together, notes, own: [], seen: undefined }, 10, () => SPEC);
    const [budget] = ledger.budgets;
    expect(budget?.state.config).toMatchObject({ traits, burst: 1 });
    expect(budget?.state.quota.reset).toMatchObject({ kind: "refill", window: 1, isWindowTold: true });
  });
});
