import type { Outcome } from "../../../src/signal/signal.js";
import type { RefusalKind } from "../page-data.js";
import { Waits } from "./waits.js";

/** What happened to one key in a stretch of time. */
export interface KeyBin {
  sent: number;
  accepted: number;
  readonly refusals: Record<RefusalKind, number>;
  /** The highest that was allowed. */
  rate: number | null;
  /** The last that the server told. */
  limit: number | null;
}

/** What happened in a stretch of time. */
export interface Bin {
  readonly keys: Map<string, KeyBin>;
  readonly waits: Waits;
  /** At its end; undefined where nothing happened in it. */
  queued: number | undefined;
  inFlight: number | undefined;
  /** By reason: how many, and the rate after the last. */
  readonly decisions: Map<string, { many: number; rate: number }>;
}

const KIND_OF: Readonly<Record<Outcome, RefusalKind | "accepted">> = {
  accepted: "accepted",
  throttled: "429",
  exhausted: "429",
  overloaded: "503",
  saturated: "503",
  failed: "lost",
};

export function newBin(): Bin {
  return { keys: new Map(), waits: new Waits(), queued: undefined, inFlight: undefined, decisions: new Map() };
}

/** What a bin has of a key, made if it isn't there. */
export function keyIn({ keys }: Bin, key: string): KeyBin {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const made = { sent: 0, accepted: 0, refusals: { "429": 0, "503": 0, lost: 0 }, rate: null, limit: null };
  keys.set(key, made);
  return made;
}

export function count(bin: KeyBin, outcome: Outcome): void {
  const kind = KIND_OF[outcome];
  if (kind === "accepted") bin.accepted += 1;
  else bin.refusals[kind] += 1;
}

export function decide({ decisions }: Bin, reason: string, many: number, rate: number): void {
  const cell = decisions.get(reason);
  if (cell === undefined) decisions.set(reason, { many, rate });
  else Object.assign(cell, { many: cell.many + many, rate });
}

/** Adds what happened in the next bin. */
export function merge(into: Bin, next: Bin): void {
  for (const [key, { sent, accepted, refusals, rate, limit }] of next.keys) {
    const own = keyIn(into, key);
    own.sent += sent;
    own.accepted += accepted;
    for (const kind of ["429", "503", "lost"] as const) own.refusals[kind] += refusals[kind];
    if (rate !== null) own.rate = Math.max(own.rate ?? 0, rate);
    own.limit = limit ?? own.limit;
  }
  into.waits.add(next.waits);
  into.queued = next.queued ?? into.queued;
  into.inFlight = next.inFlight ?? into.inFlight;
  for (const [reason, { many, rate }] of next.decisions) decide(into, reason, many, rate);
}
