import { describe, expect, it } from "vitest";
import { fleetContestant } from "../../simulations/contestants/fleet.js";
import { runWorld } from "../../simulations/world/world.js";
import { amidProbe, createBudget, heardAfter, onSend, sentEarlier } from "../../src/control/budget.js";
import { chooseTier, trustInitial } from "../../src/control/trust.js";
import { step } from "../../src/store/step.js";
import { SPEC } from "./fleet.js";

const LIMIT = 40;
const SECONDS = 100;
/** Probes for room beyond the headers are due after 100 sends, and 400 and 1,600 more: the first falls into the start. */
const STARTED_SECONDS = 20;
/** Each of those two costs one refusal at least, or it would have shown nothing: 0.06 % of what is sent meanwhile. */
const REFUSED_MAX = 0.001;

/** What part eight processes are refused of a bucket of a second whose headers are true, once they have started. */
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
  expect(accepted / (LIMIT * (SECONDS - STARTED_SECONDS))).toBeGreaterThan(0.97);
  return refused / (accepted + refused);
}

describe("a fleet whose server tells its limit truly", () => {
  it.each(["together", "openai"])("is refused nothing but what its probes buy: %s", { timeout: 60_000 }, (provider) => {
    expect(refusedBy(provider, 5)).toBeLessThanOrEqual(REFUSED_MAX);
  });

  it("steers inside no bucket that is emptied before one knows what the others took", () => {
    const quota = { ...createBudget(SPEC, 0).quota, limit: 40, level: 30 };
    const shared = (window: number) => ({
      ...quota,
      hearing: 1.25,
      reset: { ...quota.reset, window, isWindowTold: true },
    });
    expect(chooseTier(trustInitial, { ...shared(1), hearing: 0 })).toBe(2);
    expect(chooseTier(trustInitial, shared(1))).toBe(1);
    expect(chooseTier(trustInitial, shared(10))).toBe(2);
  });

  it("hears of a probe's refusal as soon as it does, and knows of a bucket what it knew", () => {
    const fresh = createBudget(SPEC, 0);
    const steady = heardAfter(fresh, 1_250);
    expect(steady).toMatchObject({ law: { lag: 1.25 }, quota: { hearing: 1.25 } });
    const probing = { ...steady, trust: { ...steady.trust, probe: { ...steady.trust.probe, since: 0 } } };
    expect(heardAfter(probing, 250)).toMatchObject({ law: { lag: 0.25 }, quota: { hearing: 1.25 } });
    expect(heardAfter(steady, 0).quota.hearing).toBe(0);
  });

  it("takes for a probe's what was sent from its beginning until all had heard that it had ended, and nothing else", () => {
    const fresh = createBudget(SPEC, 0);
    // The probe ended after 10 s: the next one is due its patience later.
    const probe = { ...fresh.trust.probe, count: 2, begunAt: 6, dueAt: 250, patience: 240 };
    const state = { ...fresh, trust: { ...fresh.trust, probe } };
    const event = { charged: 1, expected: 0, inFlightBefore: 0, isBurst: false, isBottleneck: true };
    const sentAt = (nowMs: number) => {
      const { stamp } = onSend(state, { ...event, nowMs });
      return { ...stamp, trust: { tier: 1, probe: 0 } } as const;
    };
    expect(amidProbe(state, sentAt(11_000), 1_400).trust.probe).toBe(2);
    expect(amidProbe(state, sentAt(11_500), 1_400).trust.probe).toBe(0);
    expect(amidProbe(state, sentAt(10_000), 0).trust.probe).toBe(0);
    expect(amidProbe(state, sentAt(6_000), 0).trust.probe).toBe(2);
    expect(amidProbe(state, sentAt(5_900), 1_400).trust.probe).toBe(0);
    expect(amidProbe(fresh, sentAt(11_000), 1_400).trust.probe).toBe(0);
  });

  it("takes for no probe's what was sent before that began, however late it is told", () => {
    const fresh = createBudget(SPEC, 0);
    const probe = { ...fresh.trust.probe, count: 2, since: 6, begunAt: 6 };
    const state = { ...fresh, trust: { ...fresh.trust, probe } };
    const event = { charged: 1, expected: 0, inFlightBefore: 0, isBurst: false, isBottleneck: true };
    const { stamp } = onSend(state, { ...event, nowMs: 7_000 });
    const ofProbe = { ...stamp, trust: { tier: 1, probe: 2 } } as const;
    expect(sentEarlier(state, ofProbe, 6_000, 0).trust).toEqual({ tier: 1, probe: 2 });
    expect(sentEarlier(state, ofProbe, 5_900, 0).trust).toEqual({ tier: 1, probe: 0 });
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
