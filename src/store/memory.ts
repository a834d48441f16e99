import type { Clock } from "../clock.js";
import { Member, type MemberParts } from "./member.js";
import {
  AHEAD_MAX_MS,
  BEHIND_MAX_MS,
  HEAD_BYTES,
  type Replacement,
  type Reply,
  type Store,
  tagOf,
  VALUE_BYTES_MAX,
} from "./store.js";

/** How a store in memory behaves. */
export interface MemoryStoreOptions {
  /** Its own time is `wallNow()`. */
  readonly clock: Clock;
  /** How long a question takes to get there, in milliseconds, and the answer back. Default: neither takes any time. */
  readonly latencyMs?: (() => number) | undefined;
}

/** So many limits are remembered; one that is forgotten is learnt again from who uses it. */
const KEYS_MAX = 10_000;

/** A store within one process, or in a simulation. Keeps the very contract that Redis is made to keep. */
export class MemoryStore implements Store {
  readonly #clock: Clock;
  readonly #latencyMs: (() => number) | undefined;
  /** The one that was written the longest ago comes first. */
  readonly #values = new Map<string, { readonly value: string; readonly endsAtMs: number }>();
  /** Questions and answers on their way. */
  readonly #underWay = new Set<() => void>();
  #users = 0;
  /** Whether it answers. */
  isAway = false;
  /** How often it was asked. */
  asked = 0;
  lost = 0;
  /** How often it was only looked at. */
  peeked = 0;

  constructor({ clock, latencyMs }: MemoryStoreOptions) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  open(): void {
    this.#users += 1;
  }

  join(parts: Omit<MemberParts, "store">): Member {
    return new Member({ ...parts, store: this });
  }

  close(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    for (const cancel of this.#underWay) cancel();
    this.#underWay.clear();
  }

  /** Forgets all. */
  flush(): void {
    this.#values.clear();
  }

  compareAndSet(ask: Replacement, done: (reply: Reply) => void): void {
    this.asked += 1;
    if (this.#latencyMs === undefined) {
      const reply = this.#answer(ask);
      if (reply !== undefined) done(reply);
      return;
    }
    this.#later(this.#latencyMs(), () => {
      const reply = this.#answer(ask);
      if (reply !== undefined) this.#later(this.#latencyMs?.() ?? 0, () => done(reply));
    });
  }

  peek(key: string, done: (head: string | undefined) => void): void {
    this.peeked += 1;
    this.#later(this.#latencyMs?.() ?? 0, () => {
      if (this.isAway) return;
      const head = this.#values.get(key)?.value.slice(0, HEAD_BYTES);
      this.#later(this.#latencyMs?.() ?? 0, () => done(head));
    });
  }

  #later(delayMs: number, task: () => void): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#underWay.delete(cancel);
      task();
    });
    this.#underWay.add(cancel);
  }

  #answer({ key, expected, next, nowMs: believedMs, ttlMs }: Replacement): Reply | undefined {
    if (this.isAway) return undefined;
    const nowMs = Math.floor(this.#clock.wallNow());
    const known = this.#values.get(key);
    const held = known !== undefined && known.endsAtMs > nowMs ? known.value : undefined;
    const value = held !== undefined && held.length > VALUE_BYTES_MAX ? "" : held;
    const lagMs = nowMs - believedMs;
    if (tagOf(value) !== expected || lagMs > BEHIND_MAX_MS || lagMs < -AHEAD_MAX_MS) {
      this.lost += 1;
      return { kind: "lost", nowMs, value };
    }
    this.#values.delete(key);
    this.#values.set(key, { value: next, endsAtMs: nowMs + ttlMs });
    this.#forget(nowMs);
    return { kind: "won", nowMs };
  }

  /** What nobody renews goes, and what was renewed the longest ago where there is too much. */
  #forget(nowMs: number): void {
    for (const [key, { endsAtMs }] of this.#values) {
      if (endsAtMs > nowMs && this.#values.size <= KEYS_MAX) return;
      this.#values.delete(key);
    }
  }
}
