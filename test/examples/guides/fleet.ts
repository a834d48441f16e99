import type { Sluice } from "sluice";

// #region own store
import { AHEAD_MAX_MS, BEHIND_MAX_MS, createStore, HEAD_BYTES, type Store, tagOf, VALUE_BYTES_MAX } from "sluice/store";

/** One row of your database, locked until the transaction ends, and the database's own time, in milliseconds since 1970. */
interface Row {
  readonly nowMs: number;
  /** Undefined where there is none, or it is older than its `ttlMs`. */
  readonly value: string | undefined;
  write(value: string, ttlMs: number): Promise<void>;
}

/** @param transaction begins one, hands over the row of a key, and commits it */
export function sqlStore(transaction: <T>(key: string, work: (row: Row) => Promise<T>) => Promise<T>): Store {
  return createStore({
    compareAndSet: ({ key, expected, next, nowMs: writersMs, ttlMs }) =>
      transaction(key, async ({ nowMs, value: held, write }) => {
        const value = (held?.length ?? 0) > VALUE_BYTES_MAX ? "" : held;
        const lagMs = nowMs - writersMs;
        const isInTime = lagMs <= BEHIND_MAX_MS && lagMs >= -AHEAD_MAX_MS;
        if (tagOf(value) !== expected || !isInTime) return { kind: "lost", nowMs, value };
        await write(next, ttlMs);
        return { kind: "won", nowMs };
      }),
    peek: (key) => transaction(key, async ({ value }) => value?.slice(0, HEAD_BYTES)),
  });
}
// #endregion

export async function check(connect: () => Store): Promise<void> {
  // #region check store
  const { checkStore } = await import("sluice/store");
  const breaches = await checkStore(connect); // called twice, for a store as each of two processes would make it
  if (breaches.length > 0) throw new Error(`not a store for a fleet: ${breaches.join("; ")}`);
  // #endregion
}

export function watchStore(sluice: Sluice, log: (text: string) => void): void {
  // #region store's troubles
  sluice.event$.subscribe((event) => {
    if (event.type === "warning" && event.code === "store") log(event.message);
  });
  // #endregion
}
