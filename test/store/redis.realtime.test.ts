import { setTimeout as sleep } from "node:timers/promises";
import { Redis as IoRedis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSluiceError } from "../../src/errors.js";
import { createSluice } from "../../src/index.js";
import { redisStore } from "../../src/store/redis.js";
import { ABSENT, type Reply, type Store, tagOf, UNREADABLE } from "../../src/store/store.js";
import { hasRedis, type Redis, startRedis } from "./redis-server.js";

const TTL_MS = 60_000;
const PREFIX = "test";

describe.skipIf(!hasRedis())("a store in a real Redis", () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  /** Asks by a clock that is so much ahead. A question that was late by accident, which is refused, is asked again. */
  async function ask(store: Store, key: string, expected: string, next: string, aheadMs = 0): Promise<Reply> {
    for (;;) {
      const nowMs = Date.now() + aheadMs;
      const reply = await new Promise<Reply>((done) =>
        store.compareAndSet({ key, expected, next, nowMs, ttlMs: TTL_MS }, done),
      );
      if (aheadMs !== 0 || reply.kind !== "lost" || tagOf(reply.value) !== expected) return reply;
    }
  }

  /** Opened, and connected. */
  async function opened(options: Partial<Parameters<typeof redisStore>[0]> = {}): Promise<Store> {
    const store = redisStore({ url: redis.url, prefix: PREFIX, ...options });
    store.open();
    while ((await ask(store, "warm", "never", "x|")).kind === "failed") await sleep(10);
    return store;
  }

  it("goes on after its script was forgotten, and after what it held was", async () => {
    const store = await opened();
    expect((await ask(store, "flushed", ABSENT, "1.a|one")).kind).toBe("won");
    await redis.tell("SCRIPT", "FLUSH");
    expect((await ask(store, "flushed", "1.a", "2.a|two")).kind).toBe("won");
    await redis.tell("FLUSHALL");
    expect(await ask(store, "flushed", "2.a", "3.a|three")).toMatchObject({ kind: "lost" });
    expect((await ask(store, "flushed", ABSENT, "3.a|three")).kind).toBe("won");
    await store.close();
  });

  it("replaces what somebody else wrote there, once", async () => {
    const [one, two] = [await opened(), await opened()];
    await redis.tell("FLUSHALL");
    for (const poison of ["", "no tag", "|", `x|${"x".repeat(300_000)}`]) {
      await ask(one, "poisoned", ABSENT, "1.a|one");
      const [name = ""] = (await redis.tell("KEYS", `${PREFIX}:*`)) as string[];
      await redis.tell("FLUSHALL");
      await redis.tell("SET", name, poison);
      const replies = await Promise.all(
        [one, two].map((store, at) => ask(store, "poisoned", UNREADABLE, `1.${at}|new`)),
      );
      expect(replies.map(({ kind }) => kind).sort()).toEqual(["lost", "won"]);
      await redis.tell("FLUSHALL");
    }
    await Promise.all([one.close(), two.close()]);
  });

  it("names no key, host or credential in Redis, and lets what nobody renews vanish", async () => {
    const store = await opened();
    await redis.tell("FLUSHALL");
    const key = "https://api.together.xyz|sk-secret-of-mine|llama";
    await ask(store, key, ABSENT, "1.a|one");
    const names = (await redis.tell("KEYS", "*")) as string[];
    expect(names.some((name) => /^test:\{[\w-]{22}\}:1$/.test(name))).toBe(true);
    expect(names.join()).not.toMatch(/together|secret|llama/);
    for (const name of names) expect(Number(await redis.tell("PTTL", name))).toBeGreaterThan(0);
    await store.close();
  });

  it("takes a client that is there already, node-redis or ioredis, and leaves it open", async () => {
    const node = createClient({ url: redis.url });
    await node.connect();
    const io = new IoRedis(redis.port, "127.0.0.1");
    for (const client of [node, io]) {
      const store = redisStore({ client: client as never, prefix: PREFIX });
      store.open();
      await redis.tell("FLUSHALL");
      expect((await ask(store, "given", ABSENT, "1.a|one")).kind).toBe("won");
      await store.close();
    }
    expect(await node.ping()).toBe("PONG");
    expect(await io.ping()).toBe("PONG");
    node.destroy();
    io.disconnect();
  });

  it("needs a user with few rights, and says what is missing", async () => {
    const rights = ["+evalsha", "+eval", "+get", "+set", "+time", "+hello", "+auth", "+ping"];
    await redis.tell("ACL", "SETUSER", "fleet", "on", ">pass", `~${PREFIX}:*`, "resetchannels", "-@all", ...rights);
    await redis.tell(
      "ACL",
      "SETUSER",
      "poor",
      "on",
      ">pass",
      `~${PREFIX}:*`,
      "resetchannels",
      "-@all",
      "+hello",
      "+auth",
    );
    const url = (user: string) => redis.url.replace("//", `//${user}:pass@`);
    const store = await opened({ url: url("fleet") });
    await redis.tell("FLUSHALL");
    expect((await ask(store, "rights", ABSENT, "1.a|one")).kind).toBe("won");
    await store.close();
    const poor = redisStore({ url: url("poor"), prefix: PREFIX });
    poor.open();
    await expect
      .poll(async () => {
        const reply = await ask(poor, "rights", ABSENT, "1.a|one");
        return reply.kind === "failed" ? String(reply.error) : reply.kind;
      })
      .toContain("NOPERM");
    await poor.close();
  });

  it("leaves no connection behind, though it is closed while it connects", async () => {
    const store = redisStore({ url: redis.url, prefix: PREFIX });
    store.open();
    await store.close();
    await sleep(200);
    const connected = async (): Promise<number> =>
      String(await redis.tell("CLIENT", "LIST"))
        .trim()
        .split("\n").length;
    await expect.poll(connected).toBe(1);
  });

  it("governs two sluices as one, and lets the process end", async () => {
    const options = { random: Math.random };
    const sluices = [1, 2].map(() =>
      createSluice({ ...options, store: redisStore({ url: redis.url, prefix: PREFIX }) }),
    );
    const answer = { status: 200, headers: {} };
    await Promise.all(sluices.map((sluice) => sluice.schedule(() => Promise.resolve(answer), { key: "both" })));
    await expect.poll(() => sluices.map((sluice) => sluice.budgets()[0]?.store)).toEqual(["shared", "shared"]);
    await expect
      .poll(() => sluices.reduce((sum, sluice) => sum + (sluice.budgets()[0]?.share ?? 0), 0), { timeout: 10_000 })
      .toBeGreaterThan(0.9);
    await Promise.all(sluices.map((sluice) => sluice.close()));
  });
});

describe("options of a store in Redis", () => {
  it("are refused by name, without a password in the message", () => {
    for (const [options, message] of [
      [{}, "either url or client"],
      [{ url: "redis://x", client: { sendCommand: async () => 0 } }, "either url or client"],
      [{ url: "http://user:s3cret@host" }, "must begin with redis:// or rediss://, not http://"],
      [{ url: "s3cret" }, "url must be such as"],
      [{ url: "redis://x", prefix: "a b" }, "prefix must be"],
    ] as const) {
      let error: unknown;
      try {
        redisStore(options as never);
      } catch (thrown) {
        error = thrown;
      }
      expect(isSluiceError(error)).toBe(true);
      expect(String(error)).toContain(message);
      expect(String(error)).not.toContain("s3cret");
    }
  });
});
