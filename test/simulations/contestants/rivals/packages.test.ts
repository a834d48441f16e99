import { describe, expect, it } from "vitest";
import { AWS_ADAPTIVE } from "../../../../simulations/contestants/rivals/aws.js";
import { BOTTLENECK } from "../../../../simulations/contestants/rivals/bottleneck.js";
import { EFFECT } from "../../../../simulations/contestants/rivals/effect.js";
import { LANGCHAIN } from "../../../../simulations/contestants/rivals/langchain.js";
import { OPENAI } from "../../../../simulations/contestants/rivals/openai.js";
import { P_QUEUE } from "../../../../simulations/contestants/rivals/p-queue.js";
import { P_THROTTLE } from "../../../../simulations/contestants/rivals/p-throttle.js";
import { packageRival } from "../../../../simulations/contestants/rivals/package.js";
import type { Contestant } from "../../../../simulations/world/contestant.js";
import { enter, mostWithin, type Said, type Seen } from "./arena.js";

const fine = (): Said => ({ status: 200 });
const refusing = (headers: Record<string, string> = {}) => ({ status: 429, headers }) satisfies Said;

/** Times between tries of one request, from each answer to the next try. */
function pauses(seen: readonly Seen[]): number[] {
  return seen.slice(1).map(({ atMs }, index) => atMs - (seen[index]?.atMs ?? Number.NaN) - 100);
}

describe("openai", () => {
  it("retries twice, after half a second and one, less a quarter at most, and then fails", async () => {
    const { ask, run, seen, ends } = await enter(OPENAI, () => refusing());
    ask(1);
    await run(60_000);
    const [first = 0, second = 0] = pauses(seen);
    expect(seen).toHaveLength(3);
    expect(first).toBeGreaterThanOrEqual(374);
    expect(first).toBeLessThanOrEqual(500);
    expect(second).toBeGreaterThanOrEqual(749);
    expect(second).toBeLessThanOrEqual(1_000);
    expect(ends.get(0)?.ending).toBe("failed");
  });

  it("waits for Retry-After", async () => {
    const { ask, run, seen, ends } = await enter(OPENAI, ({ attempt }) =>
      attempt === 1 ? refusing({ "retry-after": "7" }) : fine(),
    );
    ask(1);
    await run(60_000);
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 7_100]);
    expect(ends.get(0)).toEqual({ ending: "succeeded", atMs: 7_200 });
  });

  it("retries a lost connection", async () => {
    const { ask, run, seen, ends } = await enter(OPENAI, ({ attempt }) => (attempt === 1 ? {} : fine()));
    ask(1);
    await run(60_000);
    expect([seen.length, ends.get(0)?.ending]).toEqual([2, "succeeded"]);
  });
});

describe("langchain", () => {
  it("takes a 429 that names no wait for final", async () => {
    const { ask, run, seen, ends } = await enter(LANGCHAIN, () => refusing());
    ask(1);
    await run(60_000);
    expect([seen.length, ends.get(0)?.ending]).toEqual([1, "failed"]);
  });

  it("retries a 429 that names a wait of a minute at most, and a 503 six times", async () => {
    const named = await enter(LANGCHAIN, ({ attempt }) => (attempt === 1 ? refusing({ "retry-after": "20" }) : fine()));
    named.ask(1);
    await named.run(60_000);
    expect(named.seen.map(({ atMs }) => atMs)).toEqual([0, 20_100]);
    const broken = await enter(LANGCHAIN, () => ({ status: 503 }));
    broken.ask(1);
    await broken.run(10 * 60_000);
    expect(broken.seen).toHaveLength(7);
  });
});

describe("aws-adaptive", () => {
  it("holds nothing back until it is refused, and paces from then on", async () => {
    const server = await enter(AWS_ADAPTIVE, ({ atMs }) =>
      atMs < 2_000 ? fine() : atMs < 2_100 ? refusing() : fine(),
    );
    server.ask(50);
    await server.run(1_000);
    expect(server.seen).toHaveLength(50);
    expect(server.client.ratePerSecond?.("model")).toBeUndefined();
    await server.run(2_000);
    server.ask(10);
    await server.run(2_500);
    const { ratePerSecond } = server.client;
    const rate = ratePerSecond?.("model") ?? Number.NaN;
    // It measured 40 a second and then 10 at once; 0.7 of what it makes of that, and never more than twice of it.
    expect(rate).toBeGreaterThanOrEqual(0.5);
    expect(rate).toBeLessThan(60);
    const before = server.seen.length;
    server.ask(400);
    await server.run(4_500);
    const sent = server.seen.length - before;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(200);
  });

  it("makes three attempts of each request", async () => {
    const { ask, run, seen, ends } = await enter(AWS_ADAPTIVE, () => refusing());
    ask(1);
    await run(120_000);
    expect([seen.length, ends.get(0)?.ending]).toEqual([3, "failed"]);
  });
});

describe("p-queue", () => {
  it("has ten under way, and retries within its slot", async () => {
    const { ask, run, seen, ends } = await enter(P_QUEUE, ({ attempt }) => (attempt < 3 ? refusing() : fine()));
    ask(40);
    await run(60_000);
    expect(Math.max(...seen.map(({ inFlight }) => inFlight))).toBe(10);
    expect([seen.length, ends.size]).toEqual([120, 40]);
  });

  it("gives up after five tries", async () => {
    const { ask, run, seen, ends } = await enter(P_QUEUE, () => ({ status: 503 }));
    ask(1);
    await run(300_000);
    expect([seen.length, ends.get(0)?.ending]).toEqual([5, "failed"]);
  });
});

describe("those told the limit", () => {
  it("p-throttle lets out no more calls in its interval than it was told, beyond the edge of two", async () => {
    const { ask, run, seen } = await enter(P_THROTTLE, fine, { limitPerSecond: 7.5 });
    ask(200);
    await run(20_000);
    const intervalMs = (7 / 7.5) * 1_000;
    expect(mostWithin(seen, intervalMs * 0.99)).toBeLessThanOrEqual(14);
    expect(seen.length).toBeLessThanOrEqual(7 * (20_000 / intervalMs + 1));
    expect(seen.length).toBeGreaterThanOrEqual(7 * (20_000 / intervalMs - 1));
  });

  it("bottleneck spaces them evenly", async () => {
    const { ask, run, seen } = await enter(BOTTLENECK, fine, { limitPerSecond: 8 });
    ask(100);
    await run(10_000);
    const gaps = seen.slice(1).map(({ atMs }, index) => atMs - (seen[index]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(124);
    expect(seen.length).toBeGreaterThanOrEqual(79);
  });

  it("effect keeps to its window, and sends what was refused again without end", async () => {
    const { ask, run, seen, ends } = await enter(EFFECT, ({ attempt }) => (attempt < 12 ? refusing() : fine()), {
      limitPerSecond: 5,
    });
    ask(10);
    await run(30_000);
    expect(mostWithin(seen, 900)).toBeLessThanOrEqual(10);
    expect(seen.length).toBeGreaterThanOrEqual(119);
    expect([...ends.values()].every(({ ending }) => ending === "succeeded")).toBe(true);
  });

  it("effect waits for Retry-After", async () => {
    const { ask, run, seen } = await enter(EFFECT, ({ attempt }) =>
      attempt === 1 ? refusing({ "retry-after": "5" }) : fine(),
    );
    ask(1);
    await run(30_000);
    expect(seen.map(({ atMs }) => Math.floor(atMs / 1_000))).toEqual([0, 5]);
  });

  it("send freely where nothing limits the rate", async () => {
    for (const rival of [P_THROTTLE, BOTTLENECK, EFFECT]) {
      const { ask, run, seen } = await enter(rival, fine, { limitPerSecond: Number.POSITIVE_INFINITY });
      ask(60);
      await run(200);
      expect(seen, rival.name).toHaveLength(60);
    }
  });
});

describe("every package", () => {
  const all: readonly Contestant[] = [OPENAI, LANGCHAIN, AWS_ADAPTIVE, P_QUEUE, P_THROTTLE, BOTTLENECK, EFFECT];

  it.each(all)("$name ends each request once, and none that was taken back", async (rival) => {
    const { ask, run, ends } = await enter(rival, ({ request }) => (request % 3 === 0 ? { status: 400 } : fine()));
    ask(9);
    const takeBack = ask(1);
    await run(50);
    takeBack();
    await run(60_000);
    expect([...ends.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...ends.values()].filter(({ ending }) => ending === "failed")).toHaveLength(3);
  });

  it.each(all)("$name drops what has passed its deadline", async (rival) => {
    const { ask, run, ends } = await enter(rival, () => ({ status: 200, afterMs: 5_000 }));
    ask(1, { deadlineMs: 1_000 });
    await run(60_000);
    const { ending, atMs = 0 } = ends.get(0) ?? {};
    expect(ending).toBe("dropped");
    // A package may hear of it in a turn of its own.
    expect(atMs).toBeGreaterThanOrEqual(1_000);
    expect(atMs).toBeLessThanOrEqual(1_001);
  });

  it("that isn't installed says what to install", async () => {
    const absent = packageRival({
      name: "absent",
      specifiers: ["@nobody/has-this-one/deep"],
      join: () => ({ submit: () => () => {} }),
    });
    await expect(absent.prepare?.()).rejects.toThrow(
      "absent needs the package @nobody/has-this-one, which isn't installed: npm install --save-dev @nobody/has-this-one",
    );
  });
});
