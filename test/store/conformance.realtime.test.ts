import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.js";
import { createSluice } from "../../src/index.js";
import { channelStore } from "../../src/store/channel.js";
import { checkStore, createStore, type Replacement, type StoreParts, tagOf } from "../../src/store/create-store.js";
import { MemoryStore } from "../../src/store/memory.js";
import { redisStore } from "../../src/store/redis.js";
import { sqlStore } from "../examples/guides/fleet.js";
import { hasRedis, startCluster, startRedis } from "./redis-server.js";

type Place = Map<string, { readonly value: string; readonly endsAtMs: number }>;

/** What somebody else might write, with whatever they may get wrong. */
function compareAndSetIn(place: Place, wrong: Partial<Record<"tags" | "times" | "lengths" | "ends", true>> = {}) {
  return async ({ key, expected, next, nowMs: writersMs, ttlMs }: Replacement) => {
    const nowMs = Date.now();
    const held = place.get(key);
    let value = held !== undefined && (wrong.ends || held.endsAtMs > nowMs) ? held.value : undefined;
    if (!wrong.lengths && value !== undefined && value.length > 262_144) value = "";
    const lagMs = nowMs - writersMs;
    const isInTime = wrong.times || (lagMs <= 250 && lagMs >= -20);
    if ((!wrong.tags && tagOf(value) !== expected) || !isInTime) return { kind: "lost", nowMs, value } as const;
    place.set(key, { value: next, endsAtMs: nowMs + ttlMs });
    return { kind: "won", nowMs } as const;
  };
}

function ofPlace(parts: Partial<StoreParts> & { readonly compareAndSet: StoreParts["compareAndSet"] }) {
  return () => createStore(parts);
}

describe("the contract of a store", () => {
  it("is kept in memory", async () => {
    const store = new MemoryStore({ clock: systemClock });
    expect(await checkStore(() => store)).toEqual([]);
  });

  it("is kept over a channel", async () => {
    channelStore({ name: "checked" });
    const thread = new Worker(new URL("checking-thread.mjs", import.meta.url), { argv: ["checked"] });
    expect(await once(thread, "message")).toEqual([[]]);
  });

  it("is kept by the store of the guide, over rows that are locked", async () => {
    const place: Place = new Map();
    let last: Promise<unknown> = Promise.resolve();
    const connect = () =>
      sqlStore((key, work) => {
        const row = () => {
          const nowMs = Date.now();
          const held = place.get(key);
          const write = async (value: string, ttlMs: number) => {
            place.set(key, { value, endsAtMs: nowMs + ttlMs });
          };
          return work({ nowMs, value: held !== undefined && held.endsAtMs > nowMs ? held.value : undefined, write });
        };
        const done = last.then(row);
        last = done;
        return done;
      });
    expect(await checkStore(connect)).toEqual([]);
  });

  it.skipIf(!hasRedis())("is kept in a real Redis", async () => {
    const redis = await startRedis();
    expect(await checkStore(() => redisStore({ url: redis.url }))).toEqual([]);
    await redis.close();
  });

  it.skipIf(!hasRedis())("is kept in a real cluster, by either client, and both share one limit there", async () => {
    const nodes = await startCluster(3);
    const [first] = nodes;
    const port = first?.port ?? 0;
    const node = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
    await node.connect();
    const io = new Cluster([{ host: "127.0.0.1", port }]);
    const stores = [() => redisStore({ client: node }), () => redisStore({ client: io })];
    for (const store of stores) expect(await checkStore(store)).toEqual([]);
    const sluices = stores.map((store) => createSluice({ store: store() }));
    const budgets = () => sluices.flatMap((sluice) => sluice.budgets());
    // More limits than nodes: some lie behind each of them.
    const keys = Array.from({ length: 12 }, (_, index) => `model-${index}`);
    const asked = sluices.flatMap((sluice) => keys.map((key) => sluice.schedule(async () => key, { key })));
    await Promise.all(asked);
    // Each has a part of what the other has a part of.
    await expect
      .poll(() => budgets().filter(({ store, share = 1 }) => store === "shared" && share < 1))
      .toHaveLength(24);
    for (const key of keys) {
      const parts = budgets().flatMap((budget) => (budget.key === key ? [budget.share ?? 1] : []));
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(1 + 1e-9);
    }
    const counts = await Promise.all(nodes.map((each) => each.tell("DBSIZE")));
    expect(counts.every((count) => Number(count) > 0)).toBe(true);
    await Promise.all(sluices.map((sluice) => sluice.close()));
    node.destroy();
    io.disconnect();
    await Promise.all(nodes.map((each) => each.close()));
  });

  it("is kept by a database of somebody else's, which opens and closes once", async () => {
    const told: string[] = [];
    const place: Place = new Map();
    const store = createStore({
      compareAndSet: compareAndSetIn(place),
      open: () => told.push("open"),
      close: () => void told.push("close"),
    });
    expect(await checkStore(() => store)).toEqual([]);
    expect(told).toEqual(["open", "close"]);
    const sluice = createSluice({ store });
    await sluice.schedule(async () => 1);
    expect(sluice.budgets()[0]).toMatchObject({ store: "shared", share: 1 });
    await sluice.close();
    // Its place was given back by then.
    expect([...place.values()].at(-1)?.value).toContain('"m":{}');
    expect(told).toEqual(["open", "close", "open", "close"]);
  });
});

describe("a check of the contract", () => {
  it.each([
    ["tags", "can be made once"],
    ["times", "behind or ahead"],
    ["lengths", "too long"],
    ["ends", "forgotten"],
  ] as const)("finds what is wrong with %s", async (what, rule) => {
    const breaches = await checkStore(ofPlace({ compareAndSet: compareAndSetIn(new Map(), { [what]: true }) }));
    expect(breaches.join("\n")).toContain(rule);
    if (what !== "tags") expect(breaches).toHaveLength(1);
  });

  it("finds two that meet nowhere, and one that isn't there", async () => {
    const apart = await checkStore(() => createStore({ compareAndSet: compareAndSetIn(new Map()) }));
    expect(apart.join()).toContain("can be made once");
    const compareAndSet = () => Promise.reject(new Error("nobody there"));
    expect(await checkStore(ofPlace({ compareAndSet }), { patienceMs: 100 })).toEqual([
      "no answer in 100 ms: Error: nobody there",
    ]);
    const senseless = () => Promise.resolve({ kind: "won" } as never);
    expect((await checkStore(ofPlace({ compareAndSet: senseless }), { patienceMs: 100 })).join()).toContain(
      "makes no sense",
    );
  });
});
