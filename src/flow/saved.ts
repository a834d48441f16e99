import type { Clock } from "../clock.js";
import { snapshotBudget } from "../control/budget.js";
import type { KeyState, SluiceState } from "../state.js";
import type { Lane } from "./lane.js";

/** What a state tells of keys that haven't been used since. */
export class Saved {
  readonly #clock: Clock;
  readonly #keys = new Map<string, KeyState>();

  /** Takes the last of the keys that were used within `keyIdleMs`. */
  constructor(
    state: SluiceState | undefined,
    clock: Clock,
    { keysMax, keyIdleMs }: { readonly keysMax: number; readonly keyIdleMs: number },
  ) {
    this.#clock = clock;
    const oldestMs = clock.wallNow() - keyIdleMs;
    for (const key of state?.keys.slice(-keysMax) ?? []) if (key.usedAtMs > oldestMs) this.#keys.set(key.key, key);
  }

  /** What is known of a key, handed out once. */
  take(key: string): KeyState | undefined {
    const known = this.#keys.get(key);
    this.#keys.delete(key);
    return known;
  }

  /** The state of these lanes, and of the keys that still wait to be used. */
  snapshot(lanes: Iterable<Lane>): SluiceState {
    const takenAtMs = this.#clock.wallNow();
    const aheadMs = takenAtMs - this.#clock.now();
    return {
      version: 1,
      takenAtMs,
      keys: [...this.#keys.values(), ...Array.from(lanes, (lane) => stateOf(lane, lane.lastUsedMs + aheadMs))],
    };
  }
}

function stateOf({ key, budgets }: Lane, usedAtMs: number): KeyState {
  return {
    key,
    usedAtMs,
    budgets: budgets.map(({ dimension, scope, state }) => ({
      dimension,
      ...(scope === undefined ? {} : { scope }),
      state: snapshotBudget(state),
    })),
  };
}
