import { describe, expect, it } from "vitest";
import { step } from "../../src/store/step.js";
import { SPEC } from "./fleet.js";

describe("a fleet whose server tells its limit truly", () => {
  it("knows in all its processes whose limit it is, once one of them has had an answer", () => {
    const limit = { dimension: "requests" } as const;
    const traits = { kind: "refill", windowMs: 1_000, isPerSecond: true } as const;
    const message = { id: "abcdefghijkl", seq: 1, want: 1, isLimited: true, inFlight: 0, isLeaving: false } as const;
    const notes = [
      { kind: "born", limit, atMs: 0, born: undefined } as const,
      { kind: "known", limit, atMs: 5, traits } as const,
    ];
    const { ledger } = step(undefined, { ...message, notes, own: [], seen: undefined }, 10, () => SPEC);
    const [budget] = ledger.budgets;
    expect(budget?.state.config).toMatchObject({ traits, burst: 1 });
    expect(budget?.state.quota.reset).toMatchObject({ kind: "refill", window: 1, isWindowTold: true });
  });
});
