import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { livenessInitial, readLiveness } from "../../src/control/liveness.js";
import { quotaSend } from "../../src/control/quota.js";
import { createQuota, type QuotaState } from "../../src/control/quota-state.js";
import {
  chooseTier,
  isUnpredicted,
  type TrustEvidence,
  type TrustState,
  trustAccepted,
  trustInitial,
  trustRefused,
  trustSend,
} from "../../src/control/trust.js";

const MADE = createQuota({ kind: "refill", windowMs: 60_000 });
const QUOTA: QuotaState = { ...MADE, limit: 600, level: 300, observedAt: 0, variance: 0 };
const STAMP = quotaSend(QUOTA, 0, 1).stamp;

function evidence(changes: Partial<TrustEvidence> = {}): TrustEvidence {
  const usual: TrustEvidence = {
    now: 0,
    quota: QUOTA,
    quotaStamp: STAMP,
    stamp: { tier: 2, probe: 0 },
    cost: 1,
    levelBefore: 300,
    hasReading: true,
  };
  return { ...usual, ...changes };
}

const unexpected = evidence();
const predicted = evidence({ levelBefore: 0.3 });
const repeat = (
  count: number,
  step: (trust: TrustState) => TrustState,
  from: TrustState = trustInitial,
): TrustState => {
  let trust = from;
  for (let index = 0; index < count; index += 1) trust = step(trust);
  return trust;
};
const distrusted = repeat(2, (trust) => trustRefused(trust, unexpected));
/** Trust, from worst to best: what later refusals may never raise. */
const worth = (trust: TrustState): number => (trust.doubt === null ? 100 - trust.suspicion - trust.weariness : 0);

describe("what may steer", () => {
  test("is the level where it is alive and the bucket deep enough, else the limit, else feedback", () => {
    expect(chooseTier(trustInitial, QUOTA)).toBe(2);
    expect(chooseTier(trustInitial, { ...QUOTA, level: null })).toBe(1);
    expect(chooseTier(trustInitial, { ...QUOTA, limit: 2 })).toBe(1);
    expect(chooseTier(trustInitial, { ...QUOTA, liveness: { score: -4, block: null } })).toBe(1);
    expect(chooseTier(trustInitial, { ...QUOTA, limit: null })).toBe(0);
    expect(chooseTier(trustInitial, { ...QUOTA, reset: { ...QUOTA.reset, window: null } })).toBe(0);
  });

  test("is the limit for a window too short to steer inside", () => {
    const short = { ...QUOTA, reset: { ...QUOTA.reset, kind: "window", window: 1, end: 1 } } as const;
    expect(chooseTier(trustInitial, short)).toBe(1);
    expect(chooseTier(trustInitial, { ...short, reset: { ...short.reset, window: 10 } })).toBe(2);
  });

  test("isn't a window that was inferred from a single answer", () => {
    const reset = { ...QUOTA.reset, isWindowTold: false, votes: 1 };
    expect(chooseTier(trustInitial, { ...QUOTA, reset })).toBe(0);
    expect(chooseTier(trustInitial, { ...QUOTA, reset: { ...reset, votes: 4 } })).toBe(2);
  });
});

describe("trust", () => {
  test("ends with the second refusal in a row that the level had promised room for", () => {
    expect(trustRefused(trustInitial, unexpected).doubt).toBeNull();
    expect(distrusted.doubt).toBe("refusals");
    expect(chooseTier(distrusted, QUOTA)).toBe(0);
  });

  test("forgives one such refusal in fifty accepts", () => {
    const once = trustRefused(trustInitial, unexpected);
    const recovered = repeat(50, (trust) => trustAccepted(trust, unexpected), once);
    expect(trustRefused(recovered, unexpected).doubt).toBeNull();
  });

  test("bears four predicted refusals without an accept in between, and not five", () => {
    const tired = repeat(4, (trust) => trustRefused(trust, predicted));
    expect(tired.doubt).toBeNull();
    expect(tired.suspicion).toBe(0);
    expect(trustRefused(tired, predicted).doubt).toBe("refusals");
  });

  test("isn't shaken by a window that begins a little late", () => {
    const reset = { ...QUOTA.reset, kind: "window", end: 61 } as const;
    const late = evidence({ quota: { ...QUOTA, reset }, levelBefore: 599, quotaStamp: { ...STAMP, sentAt: 1.2 } });
    expect(isUnpredicted(late)).toBe(false);
    expect(isUnpredicted({ ...late, quotaStamp: { ...STAMP, sentAt: 30 } })).toBe(true);
    expect(isUnpredicted({ ...late, levelBefore: 100 })).toBe(true);
  });

  test("isn't touched by refusals of what was sent before a limit was heard to have fallen", () => {
    const fallen = evidence({
      now: 2,
      quota: { ...QUOTA, limit: 60, loweredAt: 1 },
      quotaStamp: { ...STAMP, sentAt: 0.5 },
    });
    const many = repeat(20, (trust) => trustRefused(trust, fallen));
    expect(many).toMatchObject({ doubt: null, suspicion: 0, weariness: 0 });
    const later = { ...fallen, quotaStamp: { ...STAMP, sentAt: 1.5 } };
    expect(repeat(2, (trust) => trustRefused(trust, later)).doubt).toBe("refusals");
  });

  test("comes back after three refusals that the shadow predicted, then after six, and never after more than 24", () => {
    let trust = distrusted;
    const needed: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      let count = 0;
      while (trust.doubt !== null && count < 100) {
        trust = trustRefused(trust, evidence({ levelBefore: 0.3, stamp: { tier: 0, probe: 0 } }));
        count += 1;
      }
      needed.push(count);
      trust = trustRefused(trust, unexpected);
    }
    expect(needed).toEqual([3, 6, 12, 24, 24, 24]);
  });

  test("isn't given back to headers that are gone, dead, or still contradicted", () => {
    const shadow = { levelBefore: 0.3, stamp: { tier: 0, probe: 0 } } as const;
    const gone = repeat(30, (trust) => trustRefused(trust, evidence({ ...shadow, hasReading: false })), distrusted);
    expect(gone.doubt).toBe("refusals");
    const dead = { ...QUOTA, liveness: { score: -8, block: null } };
    expect(repeat(30, (trust) => trustRefused(trust, evidence({ ...shadow, quota: dead })), distrusted).doubt).toBe(
      "refusals",
    );
    const alternating = repeat(
      30,
      (trust) => trustRefused(trustRefused(trust, evidence(shadow)), evidence({ ...shadow, levelBefore: 300 })),
      distrusted,
    );
    expect(alternating.doubt).toBe("refusals");
  });

  test("is whole again once a sliding log is found behind what was read as a window, but only once", () => {
    const sliding = evidence({ quota: { ...QUOTA, reset: { ...QUOTA.reset, kind: "sliding" } } });
    const cleared = trustAccepted(distrusted, sliding);
    expect(cleared.doubt).toBeNull();
    const again = repeat(2, (trust) => trustRefused(trust, sliding), cleared);
    expect(trustAccepted(again, sliding).doubt).toBe("refusals");
  });

  test("waits for headers that have vanished, and takes the first that comes", () => {
    const without = (now: number) => evidence({ now, hasReading: false });
    const brief = repeat(20, (trust) => trustAccepted(trust, without(5)));
    expect(brief.isVanished).toBe(false);
    const long = repeat(10, (trust) => trustAccepted(trust, without(11)));
    expect(chooseTier(long, QUOTA)).toBe(0);
    expect(chooseTier(trustAccepted(long, evidence({ now: 12 })), QUOTA)).toBe(2);
    expect(repeat(20, (trust) => trustRefused(trust, { ...without(11), levelBefore: 0 })).isVanished).toBe(false);
  });
});

describe("a probe for room beyond the header", () => {
  const drive = (count: number, quota: QuotaState, from: TrustState = trustInitial, start = 0): TrustState =>
    repeat(count, (trust) => trustSend(trust, quota, start).trust, from);

  test("begins with the hundredth send, and the next four times as far away", () => {
    expect(drive(99, QUOTA).probe.since).toBeNull();
    const probing = drive(100, QUOTA);
    expect(probing.probe.since).toBe(0);
    const found = trustRefused(probing, evidence({ levelBefore: 0.3, stamp: { tier: 2, probe: 1 } }));
    expect(found.probe.since).toBeNull();
    expect(found.weariness).toBe(0);
    expect(drive(399, QUOTA, found, 100).probe.count).toBe(1);
    expect(drive(400, QUOTA, found, 100).probe.count).toBe(2);
  });

  test("goes by what the header owned to when it began, less what is sent beyond the refill; the first, and one who sees the level alone, at full pace", () => {
    const first = drive(100, QUOTA);
    expect(first.probe).toMatchObject({ since: 0, begunAt: 0, room: null });
    const ended = trustRefused(first, evidence({ levelBefore: 0.3, stamp: { tier: 2, probe: 1 } }));
    expect(ended.probe).toMatchObject({ since: null, begunAt: 0 });
    expect(drive(400, QUOTA, ended, 100).probe.room).toBeNull();
    const shared = { ...QUOTA, hearing: 0.25 };
    const second = drive(400, shared, ended, 100);
    expect(second.probe).toMatchObject({ since: 100, begunAt: 100, room: 300 });
    const faster = trustSend(second, shared, 100.4, 3).trust;
    expect(faster.probe.room).toBeCloseTo(298.8, 9);
    // Nothing was held back by the rate, or the clock stood still.
    expect(trustSend(faster, shared, 105, 0).trust.probe).toMatchObject({ room: faster.probe.room, reckonedAt: 105 });
    expect(trustSend(faster, shared, 100.3, 3).trust.probe).toMatchObject({ reckonedAt: 100.4 });
    const previous = { sentAt: 99, limit: 600, remaining: 20, resetIn: 1 };
    const told = { ...shared, reset: { ...QUOTA.reset, previous } };
    expect(drive(400, told, ended, 100).probe.room).toBe(20);
  });

  test("never begins near a refusal, among others, or on a sliding log", () => {
    expect(drive(200, QUOTA, { ...trustInitial, lastRefusedAt: -10 }).probe.count).toBe(0);
    expect(drive(200, { ...QUOTA, others: 1 }).probe.count).toBe(0);
    expect(drive(200, { ...QUOTA, sharedAt: -100 }).probe.count).toBe(0);
    expect(drive(200, { ...QUOTA, reset: { ...QUOTA.reset, kind: "sliding" } }).probe.count).toBe(0);
    expect(drive(200, QUOTA, distrusted, 100).probe.count).toBe(0);
  });

  test("proves the header too low by four accepts beyond it", () => {
    const probing = drive(100, QUOTA);
    const beyond = evidence({ stamp: { tier: 2, probe: 1 }, quotaStamp: { ...STAMP, level: -2 }, levelBefore: -1 });
    const three = repeat(3, (trust) => trustAccepted(trust, beyond), probing);
    expect(three.doubt).toBeNull();
    const four = trustAccepted(three, beyond);
    expect(four.doubt).toBe("low");
    expect(chooseTier(four, QUOTA)).toBe(0);
    const elsewhere = { ...beyond, stamp: { tier: 2, probe: 0 } } as const;
    expect(repeat(9, (trust) => trustAccepted(trust, elsewhere), probing).doubt).toBeNull();
  });

  test("proves nothing where the limit fell while it ran: what it got through, the old limit had allowed", () => {
    const ten = { ...QUOTA, limit: 10, reset: { ...QUOTA.reset, window: 1 } };
    const stamp = { tier: 1, probe: 1 } as const;
    const sentAt = (at: number) => ({ ...STAMP, sentAt: at, level: null });
    let probing = drive(100, ten);
    for (let at = 0; at < 5; at += 0.1)
      probing = trustAccepted(probing, evidence({ now: at, quota: ten, quotaStamp: sentAt(at), stamp }));
    expect(probing).toMatchObject({ doubt: null, probe: { since: 0 } });
    const refused = evidence({ now: 5.2, quota: { ...ten, limit: 2 }, quotaStamp: sentAt(5), stamp });
    expect(trustRefused(probing, refused).doubt).toBe("low");
    const told = { ...refused, quota: { ...refused.quota, loweredAt: 5.2 } };
    expect(trustRefused(probing, told)).toMatchObject({ doubt: null, probe: { since: null } });
    expect(trustAccepted(probing, told)).toMatchObject({ doubt: null, probe: { since: null } });
  });

  test("ends by itself where something else holds the sender back", () => {
    const probing = drive(100, QUOTA);
    expect(trustSend(probing, QUOTA, 1e4).trust.probe.since).not.toBe(0);
  });
});

describe("laws of trust", () => {
  const event = fc.record({
    isAccepted: fc.boolean(),
    levelBefore: fc.option(fc.double({ min: -50, max: 600, noNaN: true }), { nil: undefined }),
    tier: fc.constantFrom(0, 1, 2),
    gap: fc.double({ min: 0, max: 5, noNaN: true }),
    hasReading: fc.boolean(),
  });
  const play = (events: readonly (typeof event extends fc.Arbitrary<infer Drawn> ? Drawn : never)[]): TrustState => {
    let trust = trustInitial;
    let now = 0;
    for (const { isAccepted, levelBefore, tier, gap, hasReading } of events) {
      now += gap;
      const sent = trustSend(trust, QUOTA, now);
      const stamp = { ...sent.stamp, tier: tier as 0 | 1 | 2 };
      const heard = evidence({ now, stamp, levelBefore, hasReading });
      trust = isAccepted ? trustAccepted(sent.trust, heard) : trustRefused(sent.trust, heard);
    }
    return trust;
  };

  test("k + 1 unpredicted refusals never leave more trust than k", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const trust = play(events);
        if (trust.doubt !== null) return;
        const heard = evidence({ now: 1e4 });
        expect(worth(trustRefused(trust, heard))).toBeLessThanOrEqual(worth(trust));
      }),
    );
  });

  test("a predicted refusal never raises suspicion", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const trust = play(events);
        expect(trustRefused(trust, evidence({ levelBefore: 0.9 })).suspicion).toBeLessThanOrEqual(
          Math.max(trust.suspicion, 3),
        );
      }),
    );
  });

  test("stays plain, finite data, and goes on from a snapshot", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const trust = play(events);
        const text = JSON.stringify(trust);
        expect(text).not.toMatch(/NaN|Infinity/);
        expect(JSON.parse(text)).toEqual(trust);
        expect(trust.suspicion).toBeGreaterThanOrEqual(0);
        expect(trust.margin).toBeGreaterThanOrEqual(0.9);
        expect(trust.margin).toBeLessThanOrEqual(0.995);
      }),
    );
  });
});

describe("whether `remaining` is alive", () => {
  const sample = { era: 1, unit: 1, refill: 10, variance: 0 };

  test("a number that never moves while we send is dead after a few comparisons", () => {
    let liveness = livenessInitial;
    // Each answer claims 100 left, where the estimate had fallen by 20: it corrects 20 upwards each time.
    for (let at = 0; at < 16; at += 2) {
      liveness = readLiveness(liveness, { ...sample, sentAt: at, remaining: 100, correction: 20 });
    }
    expect(liveness.score).toBeLessThanOrEqual(-4);
  });

  test("a number that moves as predicted, or falls faster because of a neighbour, is alive", () => {
    let alone = livenessInitial;
    let crowded = livenessInitial;
    for (let at = 0; at < 40; at += 2) {
      alone = readLiveness(alone, { ...sample, sentAt: at, remaining: 500 - 10 * at, correction: 0 });
      crowded = readLiveness(crowded, { ...sample, sentAt: at, remaining: 2000 - 40 * at, correction: -60 });
    }
    expect(alone.score).toBe(8);
    expect(crowded.score).toBeGreaterThan(0);
  });
});

describe("a window proven too low", () => {
  const low: TrustState = { ...trustInitial, doubt: "low" };
  const window: QuotaState = { ...QUOTA, level: -2, reset: { ...QUOTA.reset, kind: "window", window: 1, end: 1 } };
  const sent = { ...STAMP, level: -2 };
  // Its answer comes in a later window.
  const beyond = evidence({ quota: { ...window, era: STAMP.era + 3 }, quotaStamp: sent, stamp: { tier: 0, probe: 0 } });
  const refused = evidence({ quota: window, levelBefore: 0, stamp: { tier: 0, probe: 0 } });

  test("isn't believed again for refusals that it can't but foretell, while it denies what is let in", () => {
    const again = repeat(
      6,
      (trust) =>
        trustRefused(
          repeat(5, (each) => trustAccepted(each, beyond), trust),
          refused,
        ),
      low,
    );
    expect(again.doubt).toBe("low");
  });

  test("is, once nothing is let in beyond it", () => {
    expect(repeat(3, (trust) => trustRefused(trust, refused), low).doubt).toBeNull();
  });
});
