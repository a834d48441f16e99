import { describe, expect, it } from "vitest";
import { createVirtualClock, seededRandom } from "../../simulations/index.js";
import { completeOptions } from "../../src/complete.js";
import type { SluiceEvent } from "../../src/flow/event.js";
import type { Job, Try } from "../../src/flow/job.js";
import { Loop } from "../../src/flow/loop.js";
import { Reader } from "../../src/flow/reader.js";
import type { SluiceOptions } from "../../src/options.js";
import type { ResponseFacts } from "../../src/signal/signal.js";

function setUp(options: SluiceOptions = {}) {
  const clock = createVirtualClock();
  const complete = completeOptions({ clock, random: seededRandom(1), ...options });
  const loop = new Loop(complete, new Reader(complete.provider));
  const events: SluiceEvent[] = [];
  loop.event$.subscribe((event) => events.push(event));
  return { clock, loop, events };
}

function job(start: (attempt: Try) => void, key = "k"): Job {
  return {
    key,
    cost: {},
    priority: 0,
    tenant: undefined,
    deadlineMs: Infinity,
    waitMaxMs: Infinity,
    attemptTimeoutMs: Infinity,
    abort: undefined,
    host: undefined,
    isQueueBounded: true,
    canRepeat: true,
    start,
    refuse: () => undefined,
  };
}

/** Somebody else's request, answered after so many milliseconds. */
function note({ clock, loop }: ReturnType<typeof setUp>, facts: ResponseFacts, afterMs = 10): void {
  loop.note(
    job((attempt) =>
      clock.after(afterMs, () => {
        attempt.respond(facts);
        attempt.finish();
      }),
    ),
  );
}

const requests = ({ loop }: ReturnType<typeof setUp>) =>
  loop.budgets().find(({ dimension }) => dimension === "requests");

describe("a stranger's request", () => {
  it("is taken note of at once, whatever the rate, and counts while it is in flight", async () => {
    const house = setUp({ control: { rateInitial: 1, burst: 1 } });
    for (let index = 0; index < 20; index += 1) note(house, { status: 200, headers: {} });
    expect(requests(house)).toMatchObject({ inFlight: 20, queued: 0 });
    await house.clock.runAsync(100);
    expect(requests(house)).toMatchObject({ inFlight: 0, accepted: 20 });
    expect(house.events.filter(({ type }) => type === "sent")).toHaveLength(20);
    expect(house.events.every((event) => event.type !== "sent" || event.isForeign === true)).toBe(true);
    expect(house.events.some(({ type }) => type === "queued")).toBe(false);
  });

  it("leaves no debt to those who keep the pace", async () => {
    const house = setUp({ control: { rateInitial: 1, rateMax: 1, burst: 1 } });
    for (let index = 0; index < 50; index += 1) note(house, { status: 200, headers: {} });
    let sentAtMs: number | undefined;
    house.loop.submit(
      job((attempt) => {
        sentAtMs = house.clock.now();
        attempt.respond(undefined);
        attempt.finish();
      }),
    );
    await house.clock.runAsync(5_000);
    expect(sentAtMs).toBe(0);
  });

  it("teaches the quota that its headers tell of, accepted or refused", async () => {
    const headers = { "x-ratelimit-limit": "600", "x-ratelimit-remaining": "300", "x-ratelimit-reset": "30" };
    for (const status of [200, 429]) {
      const house = setUp();
      note(house, { status, headers });
      await house.clock.runAsync(100);
      expect(requests(house)?.remaining).toBeGreaterThan(200);
      expect(requests(house)?.remaining).toBeLessThan(400);
    }
  });

  it("is counted when it is refused, and lowers no rate: it was sent at none of ours", async () => {
    const house = setUp({ control: { rateInitial: 10 } });
    for (let index = 0; index < 30; index += 1) {
      note(house, { status: index % 2 === 0 ? 429 : 503, headers: {} });
      await house.clock.runAsync(house.clock.now() + 2_000);
    }
    expect(requests(house)).toMatchObject({ throttled: 15, overloaded: 15, ratePerSecond: 10 });
  });

  it("is never sent again, and its long wait is everybody's", async () => {
    const house = setUp();
    note(house, { status: 429, headers: { "retry-after": "600" } });
    await house.clock.runAsync(100);
    expect(house.events.filter(({ type }) => type === "retry" || type === "sent")).toHaveLength(1);
    expect(requests(house)?.phase).toBe("pause");
  });

  it("is not taken note of once the sluice is closed, and one that is in flight doesn't hold up the closing", () => {
    const house = setUp();
    let ended: unknown;
    house.loop.note(
      job((attempt) => {
        attempt.holder = {
          onTryAbort(reason) {
            ended = reason;
            attempt.finish();
          },
        };
      }),
    );
    let isClosed = false;
    house.loop.close(false, () => {
      isClosed = true;
    });
    expect(isClosed).toBe(true);
    expect(ended).toMatchObject({ code: "ERR_SLUICE_CLOSED" });
    expect(house.loop.note(job(() => expect.unreachable("a closed sluice takes note of nothing")))).toBe(false);
  });
});
