import fc from "fast-check";
import { observe } from "../../src/control/observe.js";
import { predict, quotaSend, quotaVoid } from "../../src/control/quota.js";
import type { QuotaReading, QuotaStamp, QuotaState } from "../../src/control/quota-state.js";
import { createQuota } from "../../src/control/quota-state.js";
import type { LimitTraits } from "../../src/signal/signal.js";

/** Histories of sends and answers between one client and one honest server, with any latencies. Seconds. */

export interface Send {
  /** Since the send before. */
  readonly gap: number;
  /** On the way to the server, and from the server's verdict to its news. */
  readonly uplink: number;
  readonly latency: number;
}

export interface Plant {
  readonly traits: LimitTraits;
  readonly limit: number;
  readonly window: number;
}

export interface Answer {
  readonly at: number;
  readonly index: number;
  readonly sentAt: number;
  readonly reading: QuotaReading;
  readonly isAccepted: boolean;
  /** True level just after it was served. */
  readonly level: number;
}

export type Event =
  | { readonly type: "send"; readonly at: number; readonly index: number }
  | ({ readonly type: "answer" } & Answer);

const tenths = (max: number) => fc.integer({ min: 0, max: max * 1000 }).map((value) => value / 1000);

export const sends = fc.array(
  fc.record({ gap: tenths(2), uplink: tenths(0.06), latency: fc.oneof(tenths(0.5), tenths(5), tenths(30)) }),
  { minLength: 2, maxLength: 60 },
);

export const refillPlant: fc.Arbitrary<Plant> = fc
  .record({ limit: fc.integer({ min: 5, max: 600 }), window: fc.constantFrom(1, 10, 60) })
  .map(({ limit, window }) => ({ traits: { kind: "refill", windowMs: window * 1000 }, limit, window }));

export const windowPlant: fc.Arbitrary<Plant> = fc
  .record({ limit: fc.integer({ min: 5, max: 600 }), window: fc.constantFrom(10, 60) })
  .map(({ limit, window }) => ({ traits: { kind: "window", windowMs: window * 1000 }, limit, window }));

/** What the server had left at any instant, and the answers in the order of their arrival at the client. */
export function history(
  plant: Plant,
  list: readonly Send[],
): { events: readonly Event[]; levelAt: (at: number) => number } {
  const { limit, window } = plant;
  const isRefill = plant.traits.kind === "refill";
  let at = 1;
  const sent = list.map((send, index) => {
    at += send.gap;
    return { index, sentAt: at, arrivesAt: at + send.uplink, latency: send.latency };
  });
  const levels: { at: number; level: number }[] = [{ at: 0, level: limit }];
  const levelAt = (moment: number): number => {
    const last = levels.findLast((each) => each.at <= moment) ?? { at: 0, level: limit };
    if (isRefill) return Math.min(limit, last.level + (limit / window) * (moment - last.at));
    return Math.floor(moment / window) === Math.floor(last.at / window) ? last.level : limit;
  };
  const answers: Answer[] = [];
  for (const { index, sentAt, arrivesAt, latency } of sent.toSorted(
    (a, b) => a.arrivesAt - b.arrivesAt || a.index - b.index,
  )) {
    const before = levelAt(arrivesAt);
    const isAccepted = before >= 1;
    const level = isAccepted ? before - 1 : before;
    levels.push({ at: arrivesAt, level });
    const resetIn = isRefill
      ? ((limit - level) * window) / limit
      : (Math.floor(arrivesAt / window) + 1) * window - arrivesAt;
    const reading = { limit, remaining: Math.floor(level), resetIn };
    answers.push({ at: arrivesAt + latency, index, sentAt, reading, isAccepted, level });
  }
  const events: Event[] = [
    ...sent.map(({ index, sentAt }) => ({ type: "send" as const, at: sentAt, index })),
    ...answers.map((answer) => ({ type: "answer" as const, ...answer })),
  ];
  return { events: events.toSorted((a, b) => a.at - b.at || (a.type === "send" ? -1 : 1)), levelAt };
}

export interface Follower {
  quota: QuotaState;
  readonly stamps: Map<number, QuotaStamp>;
}

export function follow(plant: Plant): Follower {
  return { quota: createQuota(plant.traits), stamps: new Map() };
}

/** One event through the observer. */
export function step(follower: Follower, event: Event): void {
  if (event.type === "send") {
    const { quota, stamp } = quotaSend(follower.quota, event.at, 1);
    follower.quota = quota;
    follower.stamps.set(event.index, stamp);
    return;
  }
  const stamp = follower.stamps.get(event.index);
  if (stamp === undefined) throw new Error("BUG: an answer before its send");
  if (!event.isAccepted) follower.quota = quotaVoid(follower.quota, stamp, 1);
  follower.quota = observe(follower.quota, event.at, stamp, event.reading, !event.isAccepted);
}

export function levelAtEnd(follower: Follower, at: number): number | null {
  return predict(follower.quota, at).level;
}
