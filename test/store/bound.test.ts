import { describe, expect, it } from "vitest";
import { fleetContestant } from "../../simulations/contestants/fleet.js";
import { runWorld } from "../../simulations/world/world.js";

const LIMIT = 40;
const LIFE_MS = 40_000;
const ALLOWED_A_BIN = 10;
const SEEDS = 8;
/** No member of these fleets hears later of what the store has, nor tells it later what the rate has grown by where it sends. */
const HEARING_MS = 1_400;
const LATENESS_SECONDS = 0.1;

interface Life {
  readonly processes: number;
  readonly seed: number;
}

/** What a fleet sends, and the rate that its store tells at each moment. */
function live({ processes, seed }: Life) {
  const rates: { readonly atMs: number; readonly rate: number }[] = [];
  const contestant = fleetContestant(
    "fleet",
    {},
    {
      onStore: (store, { clock }) => {
        const ask = store.compareAndSet.bind(store);
        store.compareAndSet = (replacement, done) =>
          ask(replacement, (reply) => {
            if (reply.kind === "won") rates.push({ atMs: clock.now(), rate: rateIn(replacement.next) });
            done(reply);
          });
      },
    },
  );
  const scenario = {
    name: "fleet",
    story: "Many processes, one limit.",
    durationMs: LIFE_MS,
    server: { limit: { kind: "policer", requestsPerSecond: LIMIT, depthMs: 500 } },
    clients: Array.from({ length: processes }, () => ({ workload: { kind: "saturated", waiting: 5 } }) as const),
    bounds: [],
  } as const;
  const { tries } = runWorld({ scenario, contestant, seed });
  const sentAtMs = Array.from({ length: tries.length }, (_, row) => tries.sentAtMs.at(row));
  return { sentAtMs: sentAtMs.sort((one, other) => one - other), rates };
}

/** The rate of the first budget, which is that of requests: to read all of each value would take longer than all the rest. */
function rateIn(value: string): number {
  return Number(/"law":\{"mode":"\w+","rate":([^,]+),/.exec(value)?.[1] ?? 1);
}

/** Most that was sent over any stretch beyond what the rate allowed, which is the highest that any member may have gone by. */
function excess({ sentAtMs, rates }: ReturnType<typeof live>): number {
  const stepMs = 50;
  const sent = new Array<number>(LIFE_MS / stepMs).fill(0);
  for (const atMs of sentAtMs) {
    const bin = Math.floor(atMs / stepMs);
    sent[bin] = (sent[bin] ?? 0) + 1;
  }
  let most = 0;
  let sum = 0;
  let from = 0;
  for (const [bin, count] of sent.entries()) {
    const atMs = bin * stepMs;
    while ((rates[from + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs - HEARING_MS) from += 1;
    let highest = 1;
    for (let at = from; at < rates.length && (rates[at]?.atMs ?? 0) <= atMs + HEARING_MS; at++) {
      highest = Math.max(highest, rates[at]?.rate ?? 0);
    }
    sum = Math.max(0, sum + count - (highest * stepMs) / 1_000);
    most = Math.max(most, sum - LATENESS_SECONDS * highest);
  }
  return most;
}

/**
 * Variance of how many go while the rate allows ten, as a multiple of the mean: 1 where each is sent at random, 0 where all are evenly
 * apart. Counted by what the rate allows and not by the clock, so that the rate may move.
 */
function dispersion({ sentAtMs, rates }: ReturnType<typeof live>, fromMs: number): number {
  const counts: number[] = [];
  let allowed = 0;
  let at = 0;
  let lastMs = fromMs;
  for (const atMs of sentAtMs) {
    if (atMs < fromMs) continue;
    while ((rates[at + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) at += 1;
    allowed += ((rates[at]?.rate ?? 1) * (atMs - lastMs)) / 1_000;
    lastMs = atMs;
    const bin = Math.floor(allowed / ALLOWED_A_BIN);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const whole = Array.from(counts.slice(0, -1), (count) => count ?? 0);
  const mean = whole.reduce((sum, count) => sum + count, 0) / whole.length;
  return whole.reduce((sum, count) => sum + (count - mean) ** 2, 0) / whole.length / mean;
}

describe("what a fleet sends", () => {
  it("is never more than its rate, and one send of each, allow over any stretch; and its phases don't lock", () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const life = live({ processes: 8, seed });
      expect.soft(excess(life), `seed ${seed}`).toBeLessThan(8);
      expect.soft(dispersion(life, 25_000), `seed ${seed}`).toBeLessThan(1.2);
    }
  });

  it("is never more than that and another send of those that put theirs off, in a fleet that looks what others have told", () => {
    const life = live({ processes: 70, seed: 1 });
    expect(excess(life)).toBeLessThan(70 + 60);
    // About that of sends at random, 0.96 to 1.58 over four seeds: nor do the phases of so many lock.
    expect(dispersion(life, 25_000)).toBeLessThan(2);
  });

  it("would show locked phases: all of seventy that send in the same moments", () => {
    const { sentAtMs, rates } = live({ processes: 8, seed: 1 });
    const everyMs = (70 / LIMIT) * 1_000;
    const locked = { sentAtMs: sentAtMs.map((atMs) => Math.ceil(atMs / everyMs) * everyMs), rates };
    expect(dispersion(locked, 25_000)).toBeGreaterThan(20);
  });
});
