import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createSluice } from "../../src/index.js";
import type { Sluice } from "../../src/sluice.js";
import { type RedisStoreOptions, redisStore } from "../../src/store/redis.js";
import { faultyLine } from "./faulty-line.js";
import { makePapers } from "./papers.js";
import { hasRedis, type Redis, startRedis, startTlsRedis } from "./redis-server.js";

/** Where leases are short, so that what is to be seen is seen soon. */
const RATE = 400;
const ANSWER = { status: 200, headers: {} };

/** One that always has something to send. */
interface One {
  readonly sluice: Sluice;
  readonly warnings: string[];
  done: number;
  failed: number;
}

describe.skipIf(!hasRedis())("a real Redis in trouble", () => {
  let redis: Redis;
  let ones: One[] = [];
  beforeAll(async () => {
    redis = await startRedis("--enable-debug-command", "yes");
  });
  afterEach(async () => {
    await closeAll();
    await redis.tell("REPLICAOF", "NO", "ONE");
    await redis.tell("CONFIG", "SET", "maxmemory", "0");
    await redis.tell("FLUSHALL");
  });
  afterAll(() => redis.close());

  async function closeAll(): Promise<void> {
    const started = ones;
    ones = [];
    await Promise.all(started.map(({ sluice }) => sluice.close()));
  }

  function start(options: RedisStoreOptions): One {
    const control = { rateInitial: RATE, rateMax: RATE };
    const one: One = {
      sluice: createSluice({ store: redisStore(options), control }),
      warnings: [],
      done: 0,
      failed: 0,
    };
    ones.push(one);
    one.sluice.event$.subscribe((event) => {
      if (event.type === "warning" && event.code === "store") one.warnings.push(event.message);
    });
    // Whatever fails at once must not keep the others from running.
    const always = async (): Promise<void> => {
      while (ones.includes(one)) {
        await one.sluice
          .schedule(async () => ANSWER, { key: "m" })
          .then(
            () => (one.done += 1),
            () => (one.failed += ones.includes(one) ? 1 : 0),
          );
      }
    };
    for (let waiting = 0; waiting < 20; waiting++) void always();
    return one;
  }

  const standings = (some: readonly One[]): unknown[] => some.map(({ sluice }) => sluice.budgets()[0]?.store);
  const shares = (some: readonly One[]): number[] => some.map(({ sluice }) => sluice.budgets()[0]?.share ?? 0);

  async function areShared(some: readonly One[]): Promise<void> {
    const isEven = () => shares(some).every((share) => Math.abs(share * some.length - 1) < 0.1);
    const isShared = () => isEven() && standings(some).every((standing) => standing === "shared");
    await expect.poll(isShared, { timeout: 20_000, message: "even parts" }).toBe(true);
    expect(some.map(({ failed }) => failed)).toEqual(some.map(() => 0));
  }

  /** They say why, and go on. */
  async function areAway(some: readonly One[], why: RegExp): Promise<void> {
    await expect.poll(() => standings(some), { timeout: 10_000 }).toEqual(some.map(() => "away"));
    const before = some.map(({ done }) => done);
    await sleep(250);
    for (const [index, { done, warnings }] of some.entries()) {
      expect(warnings.at(-1)).toMatch(
        /^the store is away: this process goes on with a little less than its last share: /,
      );
      expect(warnings.at(-1)).toMatch(why);
      expect(done).toBeGreaterThan(before[index] ?? 0);
    }
  }

  async function two(): Promise<One[]> {
    const both = [start({ url: redis.url }), start({ url: redis.url })];
    await areShared(both);
    return both;
  }

  it("that is out of memory is away, and back when it has some", async () => {
    const both = await two();
    await redis.tell("CONFIG", "SET", "maxmemory", "1");
    await areAway(both, /OOM/);
    await redis.tell("CONFIG", "SET", "maxmemory", "0");
    await areShared(both);
    for (const { warnings } of both) expect(warnings.at(-1)).toBe("the store is there: the rate is shared again");
  });

  it("that was made a replica is away, and back when it is the master", async () => {
    const both = await two();
    await redis.tell("REPLICAOF", "127.0.0.1", "1");
    await areAway(both, /READONLY/);
    await redis.tell("REPLICAOF", "NO", "ONE");
    await areShared(both);
  });

  it.each([
    ["CLIENT", "PAUSE", "1500", "ALL"],
    ["DEBUG", "SLEEP", "1.5"],
  ])("that doesn't get to answer (%s %s) is away, and back when it does", async (...words) => {
    const both = await two();
    const told = redis.tell(...words);
    await areAway(both, /no answer in 250 ms/);
    await told;
    await areShared(both);
  });

  it("whose value somebody replaced by a list goes on with what the members know", async () => {
    const both = await two();
    const [name = ""] = (await redis.tell("KEYS", "sluice:*")) as string[];
    await redis.tell("DEL", name);
    await redis.tell("RPUSH", name, "poison");
    await expect.poll(() => redis.tell("TYPE", name)).toBe("string");
    await areShared(both);
    for (const { warnings } of both) expect(warnings).toEqual([]);
  });

  it("that some can't reach is away for these, and theirs goes to the others meanwhile", async () => {
    const line = await faultyLine(redis.port);
    const [cutOff, other] = [start({ url: `redis://127.0.0.1:${line.port}` }), start({ url: redis.url })];
    await areShared([cutOff, other]);
    line.cut();
    await areAway([cutOff], /closed unexpectedly|ECONNRE/);
    await expect.poll(() => shares([other])[0]).toBeGreaterThan(0.99);
    line.heal();
    await areShared([cutOff, other]);
    // A connection that nobody ends, and on which nothing comes through any more.
    line.freeze();
    await areAway([cutOff], /no answer in 250 ms/);
    line.heal();
    await areShared([cutOff, other]);
    expect(other.warnings).toEqual([]);
    line.close();
  });

  it("is reached by TLS and by a user with few rights, and says what is wrong where it isn't", async () => {
    const papers = makePapers();
    const secured = await startTlsRedis(papers);
    const rights = ["+evalsha", "+eval", "+get", "+set", "+time"];
    await secured.tell("ACL", "SETUSER", "fleet", "on", ">s3cret", "~sluice:*", "resetchannels", "-@all", ...rights);
    const url = secured.url.replace("//", "//fleet:s3cret@");
    const both = [start({ url, tls: papers.tls }), start({ url, tls: papers.tls })];
    await areShared(both);
    const { ca } = papers.tls;
    const wrong = [
      [start({ url }), /self-signed certificate|unable to verify/],
      [start({ url, tls: { ca } }), /certificate required|closed/],
      [start({ url, tls: papers.tls, prefix: "other" }), /NOPERM/],
      [start({ url: url.replace("s3cret", "s3cre7"), tls: papers.tls }), /WRONGPASS/],
    ] as const;
    await expect.poll(() => standings(wrong.map(([one]) => one)), { timeout: 8_000 }).toEqual(Array(4).fill("alone"));
    for (const [{ warnings }, why] of wrong) {
      expect(warnings[0]).toMatch(/^the store can't be used: this process finds its rate by itself: /);
      expect(warnings[0]).toMatch(why);
      expect(warnings.join()).not.toMatch(/s3cre/);
    }
    await areShared(both);
    await closeAll();
    await secured.close();
    papers.remove();
  });
});
