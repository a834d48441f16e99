import { systemClock } from "../clock.js";
import { systemRandom } from "../random.js";
import { letters } from "./letters.js";
import {
  ABSENT,
  AHEAD_MAX_MS,
  BEHIND_MAX_MS,
  HEAD_BYTES,
  type Reply,
  type Store,
  tagOf,
  UNREADABLE,
  VALUE_BYTES_MAX,
} from "./store.js";

/** What {@link checkStore} may be told. */
export interface CheckStoreOptions {
  /** How long it waits for a first answer, in milliseconds. @defaultValue 5,000 */
  readonly patienceMs?: number;
}

const TTL_MS = 60_000;
const SHORT_TTL_MS = 300;
/** What any text may hold. */
const TEXT = `{"a":"ü \\"'|\\u0000 ${"x".repeat(10_000)}"}`;

/**
 * Whether a store keeps the contract, in real time and about two seconds: what it breaks, one sentence each; nothing where all is well.
 * `connect` gives a store as one process would make it, and is called twice. Keys have random names, and vanish within a minute.
 */
export async function checkStore(
  connect: () => Store,
  { patienceMs = 5_000 }: CheckStoreOptions = {},
): Promise<readonly string[]> {
  const stores = [connect(), connect()] as const;
  for (const store of stores) store.open();
  const breaches: string[] = [];
  try {
    const [one, other] = [new Asker(stores[0]), new Asker(stores[1])];
    await Promise.all([one.connected(patienceMs), other.connected(patienceMs)]);
    for (const [rule, keeps] of Object.entries(RULES)) {
      if (!(await keeps(one, other, letters(systemRandom, 12)))) breaches.push(rule);
    }
  } catch (error) {
    breaches.push(error instanceof Error ? error.message : String(error));
  } finally {
    for (const store of stores) await store.close();
  }
  return breaches;
}

/** Each by what it says, with two processes and a key that nobody has used. */
const RULES: Readonly<Record<string, (one: Asker, other: Asker, key: string) => Promise<boolean>>> = {
  "a key that isn't there has the tag of what is absent, and can be made once": async (one, other, key) =>
    (await one.ask(key, "1.a", "1.b|")).kind === "lost" &&
    (await one.ask(key, ABSENT, "1.a|")).kind === "won" &&
    (await other.ask(key, ABSENT, "1.b|")).kind === "lost",
  "who loses is handed the value that stands there, letter by letter": async (one, other, key) => {
    await one.ask(key, ABSENT, `1.a|${TEXT}`);
    const reply = await other.ask(key, ABSENT, "1.b|");
    return reply.kind === "lost" && reply.value === `1.a|${TEXT}`;
  },
  "of many who replace the same value one wins, and it is the winner's that stands": async (one, other, key) => {
    await one.ask(key, ABSENT, "1.a|");
    const tags = ["2.a", "2.b", "2.c", "2.d", "2.e", "2.f", "2.g", "2.h"];
    const asked = tags.map((tag, index) => (index % 2 === 0 ? one : other).ask(key, "1.a", `${tag}|`));
    const winners = (await Promise.all(asked)).flatMap(({ kind }, index) => (kind === "won" ? [tags[index]] : []));
    return winners.length === 1 && (await one.tag(key)) === winners[0];
  },
  "a writer who is behind or ahead of the store's time loses, and changes nothing": async (one, _, key) => {
    await one.ask(key, ABSENT, "1.a|");
    const behind = await one.ask(key, "1.a", "2.a|", { aheadMs: -BEHIND_MAX_MS - 2_000 });
    const ahead = await one.ask(key, "1.a", "2.b|", { aheadMs: AHEAD_MAX_MS + 2_000 });
    return behind.kind === "lost" && ahead.kind === "lost" && (await one.tag(key)) === "1.a";
  },
  "a value without a tag can't be read, and is replaced once, and only as such": async (one, other, key) =>
    (await one.ask(key, ABSENT, "no tag")).kind === "won" &&
    (await other.ask(key, ABSENT, "1.a|")).kind === "lost" &&
    (await other.ask(key, UNREADABLE, "1.b|")).kind === "won" &&
    (await one.ask(key, UNREADABLE, "1.c|")).kind === "lost",
  "a value that is too long can't be read": async (one, other, key) => {
    await one.ask(key, ABSENT, `1.a|${"x".repeat(VALUE_BYTES_MAX)}`);
    return (await other.tag(key)) === UNREADABLE && (await other.ask(key, UNREADABLE, "1.b|")).kind === "won";
  },
  "who only looks, where that can be done, is shown the beginning of what stands there": async (one, other, key) => {
    const long = `1.a|${"x".repeat(2 * HEAD_BYTES)}`;
    await one.ask(key, ABSENT, long);
    const head = await other.peek(key);
    const nothing = await other.peek(`${key}:`);
    return head === undefined ? !other.canPeek : long.startsWith(head) && head.length >= HEAD_BYTES && !nothing;
  },
  "keys are apart, however alike": async (one, _, key) => {
    await one.ask(key, ABSENT, "1.a|");
    return (await one.tag(`${key}:`)) === ABSENT && (await one.tag(key.slice(1))) === ABSENT;
  },
  "what isn't replaced in time is forgotten": async (one, other, key) => {
    await one.ask(key, ABSENT, "1.a|", { ttlMs: SHORT_TTL_MS });
    await wait(3 * SHORT_TTL_MS);
    return (await other.ask(key, ABSENT, "2.a|")).kind === "won";
  },
  "its time goes on, and is the same for all": async (one, other, key) => {
    const replies = [await one.ask(key, "-", "|"), await other.ask(key, "-", "|"), await one.ask(key, "-", "|")];
    const times = replies.map((reply) => (reply.kind === "failed" ? Number.NaN : reply.nowMs));
    return times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0));
  },
};

/** Asks as one process does, by the store's time as it last heard of it. */
class Asker {
  readonly #store: Store;
  #offsetMs = systemClock.wallNow() - systemClock.now();

  constructor(store: Store) {
    this.#store = store;
  }

  async connected(patienceMs: number): Promise<void> {
    const untilMs = systemClock.now() + patienceMs;
    for (;;) {
      const reply = await this.#once(letters(systemRandom, 12), "-", "|", 0, TTL_MS);
      if (reply.kind !== "failed") return;
      if (systemClock.now() > untilMs) throw new Error(`no answer in ${patienceMs} ms: ${String(reply.error)}`);
      await wait(20);
    }
  }

  /** A question that was late by accident, which is refused, is asked again. */
  async ask(key: string, expected: string, next: string, { aheadMs = 0, ttlMs = TTL_MS } = {}): Promise<Reply> {
    for (;;) {
      const reply = await this.#once(key, expected, next, aheadMs, ttlMs);
      if (reply.kind === "failed") throw new Error(`it failed: ${String(reply.error)}`);
      if (aheadMs !== 0 || reply.kind === "won" || tagOf(reply.value) !== expected) return reply;
    }
  }

  get canPeek(): boolean {
    return this.#store.peek !== undefined;
  }

  /** What the store shows; undefined where it can't, or nothing is there. */
  peek(key: string): Promise<string | undefined> {
    return new Promise((done) => (this.canPeek ? this.#store.peek?.(key, done) : done(undefined)));
  }

  /** Of what stands there. */
  async tag(key: string): Promise<string> {
    const reply = await this.ask(key, "-", "|");
    return reply.kind === "lost" ? tagOf(reply.value) : "";
  }

  async #once(key: string, expected: string, next: string, aheadMs: number, ttlMs: number): Promise<Reply> {
    const nowMs = systemClock.now() + this.#offsetMs + aheadMs;
    const reply = await new Promise<Reply>((done) =>
      this.#store.compareAndSet({ key, expected, next, nowMs, ttlMs }, done),
    );
    if (reply.kind !== "failed") this.#offsetMs = reply.nowMs - systemClock.now();
    return reply;
  }
}

function wait(delayMs: number): Promise<void> {
  return new Promise((done) => systemClock.after(delayMs, done));
}
