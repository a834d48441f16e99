import type { Member, MemberParts } from "./member.js";

/**
 * Where processes meet: one opaque text a limit, replaced by compare-and-set. What the text says is the ledger's affair; how a
 * rate moves is control's. So a store is small, and the same for memory, Redis and a channel.
 */
export interface Store {
  /** Somebody begins to use it: it stays until as many have closed it. */
  open(): void;
  /**
   * Replaces the value of a key if it is still the one that was read, and if the writer isn't far behind or ahead of the
   * store's own time. Calls `done` exactly once; never throws.
   */
  compareAndSet(ask: Replacement, done: (reply: Reply) => void): void;
  /**
   * Reads the beginning of a value, {@link HEAD_BYTES} of it at most: of a large fleet's ledger that is what its limits are, without who
   * has which part. Calls `done` at most once, with undefined where there is nothing; never throws. A store without it serves a large
   * fleet too, whose members hear later of one another.
   */
  peek?(key: string, done: (head: string | undefined) => void): void;
  /**
   * Takes a place among the processes that share one limit. It comes with the store: who uses none needn't load what a fleet needs.
   * @internal
   */
  join(parts: Omit<MemberParts, "store">): Member;
  /** One that had opened it is through. After the last one nothing keeps the process alive, and what is still asked fails. */
  close(): void | Promise<void>;
}

/** A value to be put in the place of the one that was read. */
export interface Replacement {
  /**
   * Whose value: the budget's own key, in which there may be a host, a credential's fingerprint and a model. Where others may read
   * the names of keys, hash it, as `redisStore()` does.
   */
  readonly key: string;
  /** Tag of the value that was read; {@link ABSENT} where there was none, {@link UNREADABLE} where it makes no sense. */
  readonly expected: string;
  /** `tag|text`. */
  readonly next: string;
  /** The store's time, in milliseconds since 1970, as the writer believes it to be. */
  readonly nowMs: number;
  /** The value vanishes when it wasn't replaced for so long, in milliseconds. */
  readonly ttlMs: number;
}

/** What became of it. `nowMs` is the store's own time, in milliseconds since 1970. */
export type Reply =
  | { readonly kind: "won"; readonly nowMs: number }
  /** With the value that stands there: no second look is needed. Absent where there is none. */
  | { readonly kind: "lost"; readonly nowMs: number; readonly value: string | undefined }
  /** Nobody knows whether it was written. */
  | { readonly kind: "failed"; readonly error: unknown };

/** Whether a value is an answer of a store. */
export function isReply(value: unknown): value is Reply {
  const { kind, nowMs, value: found } = (value ?? {}) as { kind?: unknown; nowMs?: unknown; value?: unknown };
  if (kind === "failed") return true;
  if (!Number.isFinite(nowMs)) return false;
  return kind === "won" || (kind === "lost" && (found === undefined || typeof found === "string"));
}

/** The tag of what isn't there. */
export const ABSENT = "0";
/** The tag of what can't be read: it can only be replaced whole. */
export const UNREADABLE = "!";

/** No value is longer, in bytes: a larger one was written by somebody else. */
export const VALUE_BYTES_MAX = 262_144;
/** How much of a value is its beginning, in bytes. */
export const HEAD_BYTES = 16_384;
/** A writer who believes the store's time to be so much earlier than it is has slept, in milliseconds. */
export const BEHIND_MAX_MS = 250;
/** A writer who believes it to be so much later has another clock, in milliseconds. */
export const AHEAD_MAX_MS = 20;

const TAG = /^([\w.-]{1,64})\|/;

/** The tag of a value. */
export function tagOf(value: string | undefined): string {
  if (value === undefined) return ABSENT;
  return TAG.exec(value)?.[1] ?? UNREADABLE;
}

/** What a value says, behind its tag; undefined where it has none. */
export function textOf(value: string): string | undefined {
  const tag = TAG.exec(value);
  return tag === null ? undefined : value.slice(tag[0].length);
}
