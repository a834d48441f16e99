import { Member } from "./member.js";
import { isReply, type Replacement, type Reply, type Store } from "./store.js";

export { type CheckStoreOptions, checkStore } from "./check-store.js";
export {
  ABSENT,
  AHEAD_MAX_MS,
  BEHIND_MAX_MS,
  HEAD_BYTES,
  type Replacement,
  type Reply,
  type Store,
  tagOf,
  UNREADABLE,
  VALUE_BYTES_MAX,
} from "./store.js";

/** What a database must be able to do, that a fleet may meet there. */
export interface StoreParts {
  /** The first sluice begins to use it: time to connect. It isn't waited for. @defaultValue nothing is done */
  open?(): void;
  /**
   * Replaces the value of a key if that has the tag which is expected, in one step that nobody else's comes between. It must
   *
   * - compare `tagOf(value)` with `expected`: {@link ABSENT} where there is no value, {@link UNREADABLE} where it has no tag, or is
   *   longer than {@link VALUE_BYTES_MAX}, or isn't a text;
   * - go by one clock, its own, in milliseconds since 1970, and lose where that is more than {@link BEHIND_MAX_MS} after the writer's
   *   `nowMs`, or more than {@link AHEAD_MAX_MS} before it;
   * - forget a value that wasn't replaced for `ttlMs`;
   * - hand back the value that stands there, where it lost, and its time in each case.
   *
   * Rejects where nobody knows whether it was written; what takes longer than 250 ms counts as that. `checkStore()` tells whether a
   * store does all this.
   */
  compareAndSet(ask: Replacement): Promise<Exclude<Reply, { readonly kind: "failed" }>>;
  /**
   * The first {@link HEAD_BYTES} of a value at least, for who only looks: in a fleet of more than sixty each member does, once a second.
   * Empty or undefined where there is no value. @defaultValue members of such a fleet hear later of one another
   */
  peek?(key: string): Promise<string | undefined>;
  /** The last sluice is through: connections and timers end. @defaultValue nothing is done */
  close?(): void | Promise<void>;
}

/** A store for `createSluice({ store })` in a database of your choice. `redisStore()` and `channelStore()` are made by it. */
export function createStore(parts: StoreParts): Store {
  let users = 0;
  const store: Store = {
    open() {
      users += 1;
      if (users === 1) parts.open?.();
    },
    compareAndSet(ask, done) {
      const failed = (error: unknown): Reply => ({ kind: "failed", error });
      new Promise<Reply>((resolve) => resolve(parts.compareAndSet(ask)))
        .then(
          (reply) => (isReply(reply) ? reply : failed(new Error("the store gave an answer that makes no sense"))),
          failed,
        )
        .then(done);
    },
    ...(parts.peek !== undefined && {
      peek(key, done) {
        new Promise<string | undefined>((resolve) => resolve(parts.peek?.(key))).then(done, () => done(undefined));
      },
    }),
    join: (member) => new Member({ ...member, store }),
    async close() {
      users -= 1;
      if (users === 0) await parts.close?.();
    },
  };
  return store;
}
