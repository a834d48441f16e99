import { describe, expect, it } from "vitest";
import { AIMD_BUCKET } from "../../../../simulations/contestants/rivals/aimd-bucket.js";
import { DATADESIGNER } from "../../../../simulations/contestants/rivals/datadesigner.js";
import { RIVALS } from "../../../../simulations/contestants/rivals/index.js";
import { durationMs, LANGROID } from "../../../../simulations/contestants/rivals/langroid.js";
import { LIMIT_FOLLOWER, REMAINING_FOLLOWER } from "../../../../simulations/contestants/rivals/naive-headers.js";
import { NETFLIX_AIMD } from "../../../../simulations/contestants/rivals/netflix-aimd.js";
import { RETRY_ONLY } from "../../../../simulations/contestants/rivals/retry-only.js";
import { TOGETHER_GUIDE, TOGETHER_GUIDE_MENDED } from "../../../../simulations/contestants/rivals/together-guide.js";
import { VECTOR_ARC } from "../../../../simulations/contestants/rivals/vector-arc.js";
import { enter, mostWithin, type Said, type Seen } from "./arena.js";

const fine = (): Said => ({ status: 200 });
const between = (seen: readonly Seen[], fromMs: number, untilMs: number) =>
  seen.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
const mostInFlight = (seen: readonly Seen[]) => Math.max(...seen.map(({ inFlight }) => inFlight));

describe("retry-only", () => {
  it("sends everything at once, and refused requests until they are through", async () => {
    const { ask, run, seen, ends } = await enter(RETRY_ONLY, ({ attempt }) => ({ status: attempt < 8 ? 429 : 200 }));
    ask(50);
    await run(1);
    expect(seen).toHaveLength(50);
    await run(300_000);
    expect([seen.length, ends.size]).toEqual([400, 50]);
  });

  it("waits for Retry-After, and doesn't send again what is wrong in itself", async () => {
    const { ask, run, seen, ends } = await enter(RETRY_ONLY, ({ request, attempt }) =>
      request === 0 ? { status: 400 } : attempt === 1 ? { status: 429, headers: { "retry-after": "30" } } : fine(),
    );
    ask(2);
    await run(60_000);
    expect(seen.map(({ request, atMs }) => [request, atMs])).toEqual([
      [0, 0],
      [1, 0],
      [1, 30_100],
    ]);
    expect(ends.get(0)?.ending).toBe("failed");
  });
});

describe("datadesigner", () => {
  it("cuts once for a burst of 429s, waits 2 s after the last, and adds one after 25 successes", async () => {
    const { ask, run, seen } = await enter(DATADESIGNER, ({ atMs }) => ({ status: atMs < 100 ? 429 : 200 }));
    ask(2_000);
    await run(50);
    expect(seen).toHaveLength(64);
    await run(2_099);
    expect(seen).toHaveLength(64);
    await run(2_150);
    expect(seen.length - 64).toBe(48);
    await run(2_250);
    // 48 answers are one streak of 25 and 23 of the next.
    expect(mostInFlight(between(seen, 2_150, 2_250))).toBe(49);
  });
});

describe("vector-arc", () => {
  it("adds one a round trip while the limit is reached, and takes a tenth where something pushed back", async () => {
    const { ask, run, seen } = await enter(VECTOR_ARC, ({ atMs }) => ({
      status: atMs > 3_000 && atMs < 3_200 ? 429 : 200,
    }));
    ask(3_000);
    await run(3_000);
    const before = mostInFlight(between(seen, 2_800, 3_000));
    expect(before).toBeGreaterThanOrEqual(24);
    expect(before).toBeLessThanOrEqual(31);
    await run(3_350);
    const after = mostInFlight(between(seen, 3_250, 3_350));
    expect(after).toBeLessThan(before);
    expect(after).toBeGreaterThanOrEqual(Math.floor(before * 0.9 * 0.9));
  });

  it("grows no further than 200, nor while nobody reaches the limit", async () => {
    const busy = await enter(VECTOR_ARC, fine);
    busy.ask(60_000);
    await busy.run(60_000);
    expect(mostInFlight(busy.seen)).toBe(200);
    const idle = await enter(VECTOR_ARC, fine);
    for (let second = 1; second <= 20; second++) {
      idle.ask(1);
      await idle.run(second * 1_000);
    }
    idle.ask(50);
    await idle.run(20_050);
    // One at a time reaches a limit of one, and none above.
    expect(mostInFlight(idle.seen)).toBeLessThanOrEqual(2);
  });
});

describe("netflix-aimd", () => {
  it("starts at twenty, adds one an answer, and never falls below twenty", async () => {
    const { ask, run, seen } = await enter(NETFLIX_AIMD, ({ atMs }) => ({ status: atMs < 150 ? 200 : 429 }));
    ask(500);
    await run(50);
    expect(seen).toHaveLength(20);
    await run(150);
    // Of the first twenty, the first nine left while less than half of the limit was used.
    expect(mostInFlight(seen)).toBe(31);
    await run(20_000);
    expect(mostInFlight(between(seen, 10_000, 20_000))).toBe(20);
  });

  it("takes answers slower than five seconds for failures", async () => {
    const { ask, run, seen } = await enter(NETFLIX_AIMD, () => ({ status: 200, afterMs: 6_000 }));
    ask(200);
    await run(60_000);
    expect(mostInFlight(seen)).toBe(20);
  });
});

describe("langroid", () => {
  it("spaces sends by 50 ms before it knows anything, and twice as much after each 429", async () => {
    const { ask, run, seen, client } = await enter(LANGROID, ({ atMs }) => ({ status: atMs < 120 ? 429 : 200 }));
    ask(100);
    await run(199);
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 50]);
    await run(260);
    expect(client.ratePerSecond?.("model")).toBeCloseTo(10, 5);
    await run(5_000);
    expect(client.ratePerSecond?.("model")).toBe(20);
  });

  it("follows the refill that OpenAI's headers imply, with a tenth to spare", async () => {
    const headers = {
      "x-ratelimit-limit-requests": "600",
      "x-ratelimit-remaining-requests": "590",
      "x-ratelimit-reset-requests": "2s",
    };
    const { ask, run, seen, client } = await enter(LANGROID, () => ({ status: 200, headers }));
    ask(100);
    await run(20_000);
    expect(client.ratePerSecond?.("model")).toBeCloseTo(4.5, 10);
    expect(mostWithin(between(seen, 5_000, 20_000), 999)).toBeLessThanOrEqual(5);
  });

  it("lets go who has waited for a minute", async () => {
    const { ask, run, seen } = await enter(LANGROID, ({ atMs }) => ({ status: atMs < 8_000 ? 429 : 200 }));
    ask(40);
    await run(61_000);
    expect(new Set(seen.map(({ request }) => request)).size).toBe(40);
  });

  it.each([
    ["120ms", 120],
    ["1s", 1_000],
    ["6m0s", 360_000],
    ["1h2m3s", 3_723_000],
    ["7.66s", 7_660],
    ["12", 12_000],
    ["soon", undefined],
    ["", undefined],
    ["5x", undefined],
    [undefined, undefined],
  ])("reads a reset of %s", (text, wantedMs) => {
    expect(durationMs(text)).toBe(wantedMs);
  });
});

describe("aimd-bucket", () => {
  it("starts without a limit, and halves at each end while a fifth fails", async () => {
    const { ask, run, seen, client } = await enter(AIMD_BUCKET, () => ({ status: 429 }));
    ask(60);
    await run(1);
    expect(seen).toHaveLength(60);
    await run(101);
    // 56 ends of 60 come with five or more known: 2^52 / 2^56.
    expect(client.ratePerSecond?.("model")).toBe(1);
  });

  it("gains one a second at each end that is fine, and takes half a minute's silence for a failure", async () => {
    const { ask, run, client } = await enter(AIMD_BUCKET, ({ request }) => ({
      status: request < 100 ? 429 : 200,
      afterMs: request < 200 ? 100 : 45_000,
    }));
    ask(100, { deadlineMs: 150 });
    await run(40_000);
    const floor = client.ratePerSecond?.("model") ?? 0;
    ask(40);
    await run(60_000);
    const risen = client.ratePerSecond?.("model") ?? 0;
    expect([floor, risen > 10]).toEqual([1, true]);
    ask(60);
    await run(70_000);
    ask(60);
    await run(115_000);
    expect(client.ratePerSecond?.("model")).toBeLessThan(risen);
  });
});

describe("those who believe headers", () => {
  const quota = (remaining: number) => ({
    "x-ratelimit-limit-requests": "600",
    "x-ratelimit-remaining-requests": `${remaining}`,
    "x-ratelimit-reset-requests": "30s",
  });

  it("limit-follower sends 97 % of what the limit says, by the minute", async () => {
    const { ask, run, client, seen } = await enter(LIMIT_FOLLOWER, () => ({ status: 200, headers: quota(600) }));
    ask(1);
    await run(200);
    ask(300);
    await run(10_000);
    expect(client.ratePerSecond?.("model")).toBeCloseTo(9.7, 5);
    expect(mostWithin(between(seen, 2_000, 10_000), 1_000)).toBeLessThanOrEqual(10);
  });

  it("remaining-follower spreads what remains until the reset, and stands still where nothing does", async () => {
    const { ask, run, client, seen } = await enter(REMAINING_FOLLOWER, ({ atMs }) => ({
      status: 200,
      headers: quota(atMs < 5_000 ? 60 : 0),
    }));
    ask(1);
    await run(200);
    ask(300);
    await run(5_000);
    expect(client.ratePerSecond?.("model")).toBeCloseTo(2, 5);
    await run(34_000);
    expect(between(seen, 6_000, 34_000)).toEqual([]);
  });
});

describe("those who believe headers, without any", () => {
  it.each([LIMIT_FOLLOWER, REMAINING_FOLLOWER])("$name holds nothing back", async (rival) => {
    const { ask, run, client, seen } = await enter(rival, fine);
    ask(300);
    await run(10);
    expect([seen.length, client.ratePerSecond?.("model")]).toEqual([300, undefined]);
  });
});

describe("the guide's bucket", () => {
  it("begins with all that it has", async () => {
    const { ask, run, seen } = await enter(TOGETHER_GUIDE, () => ({ status: 200, afterMs: 2_000 }));
    ask(600);
    await run(1_000);
    expect(seen).toHaveLength(500);
  });

  it("stands still once all of its callers wait, and goes on where it is mended", async () => {
    const printed = await enter(TOGETHER_GUIDE, fine);
    printed.ask(600);
    await printed.run(600_000);
    expect(printed.ends.size).toBe(500);
    printed.ask(1);
    await printed.run(601_000);
    expect(printed.ends.size).toBe(601);
    const mended = await enter(TOGETHER_GUIDE_MENDED, fine);
    mended.ask(600);
    await mended.run(13_000);
    expect(mended.ends.size).toBe(600);
  });

  it("makes four retries, each after five seconds and up to two", async () => {
    const { ask, run, seen, ends } = await enter(TOGETHER_GUIDE_MENDED, () => ({ status: 429 }));
    ask(1);
    await run(60_000);
    const pauses = seen.slice(1).map(({ atMs }, index) => atMs - (seen[index]?.atMs ?? 0) - 100);
    expect([seen.length, ends.get(0)?.ending]).toEqual([5, "failed"]);
    for (const pause of pauses) expect(pause >= 5_000 && pause < 7_000).toBe(true);
  });
});

describe("every law", () => {
  const laws = RIVALS.filter(({ isReimplemented }) => isReimplemented === true);

  it.each(laws)("$name ends each request once, and none that was taken back or came too late", async (rival) => {
    const { ask, run, ends } = await enter(rival, ({ request }) => ({ status: request % 3 === 0 ? 400 : 200 }));
    ask(9);
    const takeBack = ask(1);
    await run(0);
    takeBack();
    ask(1, { deadlineMs: 20 });
    await run(60_000);
    expect(ends.get(9)).toBeUndefined();
    expect(ends.get(10)?.ending).toBe("dropped");
    expect(ends.size).toBe(10);
  });
});

describe("all rivals", () => {
  it("have names of their own, and say what they were told", () => {
    const names = RIVALS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^[a-z-]+$/.test(name))).toBe(true);
    expect(RIVALS.filter(({ told }) => told === "limit").map(({ name }) => name)).toEqual([
      "bottleneck",
      "p-throttle",
      "effect",
    ]);
  });
});
