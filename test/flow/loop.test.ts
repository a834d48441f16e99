import { describe, expect, it } from "vitest";
import { isSluiceError, type SluiceError } from "../../src/errors.js";
import type { SluiceEvent } from "../../src/flow/event.js";
import { answer, later, outcomeOf, virtualSluice } from "./server.js";

const SLOW = { control: { rateInitial: 1, rateMax: 1, burst: 1 } } as const;

describe("the moment of a request", () => {
  it("is now where nothing waits, and a second later for each that follows at one a second", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const sentAt: number[] = [];
    const all = [1, 2, 3].map(() =>
      sluice.schedule(() => {
        sentAt.push(clock.now());
        return later(clock, 10, answer(400));
      }),
    );
    await clock.runAsync(10_000);
    await Promise.all(all);
    expect(sentAt).toEqual([0, 1_000, 2_000]);
  });

  it("comes no sooner than a pause allows, and then at once", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const sentAt: number[] = [];
    const send = () => sluice.schedule(async () => void sentAt.push(clock.now()));
    sluice.pause();
    void send();
    await clock.runAsync(5_000);
    expect(sentAt).toEqual([]);
    sluice.resume();
    await clock.runAsync(5_000);
    expect(sentAt).toEqual([5_000]);
  });

  it("comes sooner for what waits already when the rate is raised, and later when it is lowered", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 1, burst: 1 } });
    const sentAt: number[] = [];
    for (let index = 0; index < 13; index++) {
      void sluice.schedule(async () => {
        sentAt.push(clock.now());
        const limit = sentAt.length <= 10 ? 600 : 6;
        return answer(200, {
          "anthropic-ratelimit-requests-limit": `${limit}`,
          "anthropic-ratelimit-requests-remaining": `${limit - 1}`,
          "anthropic-ratelimit-requests-reset": new Date(clock.wallNow() + 60_000 / limit).toISOString(),
          date: new Date(clock.wallNow()).toUTCString(),
        });
      });
    }
    await clock.runAsync(60_000);
    const gaps = sentAt.slice(1).map((atMs, index) => atMs - (sentAt[index] ?? 0));
    expect(gaps[0]).toBe(1_000);
    expect(gaps[8]).toBeLessThan(250);
    expect(gaps[11]).toBeGreaterThan(2_000);
  });

  it("keeps to a cap, and to the rate again once the cap is taken off", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100, burst: 1 } });
    sluice.cap("k", 2);
    let sent = 0;
    const all = Array.from({ length: 100 }, () => sluice.schedule(async () => void sent++, { key: "k" }));
    await clock.runAsync(2_000);
    expect(sent).toBe(5);
    sluice.cap("k", undefined);
    await clock.runAsync(4_000);
    expect(sent).toBe(100);
    await Promise.all(all);
  });

  it("waits for a slot before it takes from the rate", async () => {
    const { clock, sluice } = virtualSluice({ concurrencyMax: 2, control: { rateInitial: 10, burst: 1 } });
    const sentAt: number[] = [];
    for (let index = 0; index < 4; index++) {
      void sluice.schedule(() => {
        sentAt.push(clock.now());
        return later(clock, 5_000, answer(400));
      });
    }
    await clock.runAsync(5_050);
    // Two slots came free at once: had the rate been taken before them, both would go at once too.
    expect(sentAt).toEqual([0, 100, 5_000]);
    await clock.runAsync(20_000);
    expect(sentAt).toEqual([0, 100, 5_000, 5_100]);
  });
});

describe("a request that can't wait", () => {
  it("leaves at its deadline, and at once where its key is known to stay shut for longer", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    void sluice.schedule(() => later(clock, 10, answer(200)));
    const late = outcomeOf(
      clock,
      sluice.schedule(async () => "sent", { deadlineMs: 500 }),
    );
    await clock.runAsync(600);
    expect(await late).toMatchObject({ error: { code: "ERR_SLUICE_DEADLINE" }, atMs: 500 });

    const yearly = answer(429, { "retry-after": "600" });
    const first = outcomeOf(
      clock,
      sluice.schedule(async () => yearly),
    );
    await clock.runAsync(2_000);
    expect(await first).toMatchObject({ error: { code: "ERR_SLUICE_EXHAUSTED", retryAfterMs: 600_000, attempts: 1 } });
    const hopeless = outcomeOf(
      clock,
      sluice.schedule(async () => "sent", { deadlineMs: 60_000 }),
    );
    await clock.runAsync(2_001);
    expect(await hopeless).toMatchObject({ error: { code: "ERR_SLUICE_DEADLINE" }, atMs: 2_000 });
  });

  it("ends at its deadline in flight too, which tells nothing of the server, and frees its slot", async () => {
    const { clock, sluice } = virtualSluice({ concurrencyMax: 1, control: { rateInitial: 10 } });
    const codes: unknown[] = [];
    sluice.event$.subscribe((event) => event.type === "dropped" && codes.push(event.code));
    const reasons: unknown[] = [];
    const late = Array.from({ length: 30 }, () =>
      outcomeOf(
        clock,
        sluice.schedule(
          ({ signal }) => {
            signal.addEventListener("abort", () => reasons.push(signal.reason));
            return new Promise(() => {});
          },
          { deadlineMs: 100 },
        ),
      ),
    );
    const patient = outcomeOf(
      clock,
      sluice.schedule(() => later(clock, 50, answer(200))),
    );
    await clock.runAsync(20_000);
    const ends = await Promise.all(late);
    const message = "no response within deadlineMs (100 ms since the call)";
    expect(ends[0]).toMatchObject({ error: { code: "ERR_SLUICE_DEADLINE", message, attempts: 1 }, atMs: 100 });
    expect(reasons).toEqual([ends[0]?.error]);
    for (const { error, atMs } of ends) {
      expect(error).toMatchObject({ code: "ERR_SLUICE_DEADLINE" });
      expect(atMs).toBe(100);
    }
    expect(codes).toEqual(ends.map(() => "ERR_SLUICE_DEADLINE"));
    expect(await patient).toMatchObject({ value: { status: 200 }, atMs: 150 });
    expect(sluice.budgets()).toMatchObject([{ accepted: 1, throttled: 0, overloaded: 0, inFlight: 0, phase: "start" }]);
    expect(clock.pending).toBe(0);
  });

  it("has what its deadline leaves for each try, and no more than attemptTimeoutMs", async () => {
    const { clock, sluice } = virtualSluice({ attemptTimeoutMs: 1_000, control: { rateInitial: 10 } });
    const sentAt: number[] = [];
    const task = (delaysMs: number[]) => () => {
      sentAt.push(clock.now());
      return later(clock, delaysMs.shift() ?? 0, answer(200));
    };
    const send = (key: string, delaysMs: number[], deadlineMs: number) =>
      outcomeOf(clock, sluice.schedule(task(delaysMs), { key, deadlineMs }));
    const slow = send("slow", [5_000, 5_000], 2_500);
    const soon = send("soon", [5_000, 300], 2_500);
    const exact = send("exact", [999], 1_000);
    await clock.runAsync(20_000);
    expect(await slow).toMatchObject({ error: { code: "ERR_SLUICE_DEADLINE", attempts: 2 }, atMs: 2_500 });
    expect(await soon).toMatchObject({ value: { status: 200 } });
    expect(await exact).toMatchObject({ value: { status: 200 }, atMs: 999 });
    expect(sentAt).toHaveLength(5);
  });

  it("isn't sent where its wait has left less of its deadline than answers take", async () => {
    const { clock, sluice } = virtualSluice({ concurrencyMax: 1, control: { rateInitial: 100 } });
    const send = (deadlineMs?: number) =>
      outcomeOf(
        clock,
        sluice.schedule(() => later(clock, 400, answer(200)), deadlineMs === undefined ? {} : { deadlineMs }),
      );
    const ends = [send(), send(1_000), send(1_000), send(300), send()];
    await clock.runAsync(20_000);
    expect(await Promise.all(ends)).toMatchObject([
      { value: { status: 200 }, atMs: 400 },
      { value: { status: 200 }, atMs: 800 },
      { error: { code: "ERR_SLUICE_DEADLINE", attempts: 0, message: expect.stringContaining("usually takes 400 ms") } },
      { error: { code: "ERR_SLUICE_DEADLINE", attempts: 0 }, atMs: 300 },
      { value: { status: 200 }, atMs: 1_200 },
    ]);
    expect((await ends[2])?.atMs).toBe(800);
  });

  it("is sent though answers take longer than its deadline allows: who allows no more wants it tried", async () => {
    const { clock, sluice } = virtualSluice({ concurrencyMax: 1, control: { rateInitial: 100 } });
    const send = (latencyMs: number, deadlineMs: number) =>
      outcomeOf(
        clock,
        sluice.schedule(() => later(clock, latencyMs, answer(200)), { deadlineMs }),
      );
    const usual = [send(400, 10_000), send(50, 10_000)];
    await clock.runAsync(400);
    const hasty = send(100, 200);
    await clock.runAsync(5_000);
    expect(await Promise.all([...usual, hasty])).toMatchObject([
      { atMs: 400 },
      { atMs: 450 },
      { value: { status: 200 }, atMs: 550 },
    ]);
  });

  it("leaves after waitMaxMs with an error that names the option", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    void sluice.schedule(async () => 1);
    const waited = outcomeOf(
      clock,
      sluice.schedule(async () => 2, { waitMaxMs: 300 }),
    );
    await clock.runAsync(1_000);
    const { error, atMs } = await waited;
    expect(atMs).toBe(300);
    expect((error as SluiceError).message).toMatch(/local queue within waitMaxMs \(300 ms\)/);
  });

  it("is refused where the queue is full, unless it can go at once", async () => {
    const { clock, sluice } = virtualSluice({ ...SLOW, queue: { sizeMax: 1 } });
    const all = [1, 2, 3].map((each) =>
      outcomeOf(
        clock,
        sluice.schedule(async () => each),
      ),
    );
    const elsewhere = outcomeOf(
      clock,
      sluice.schedule(async () => 4, { key: "idle" }),
    );
    await clock.runAsync(5_000);
    expect(await Promise.all(all)).toMatchObject([
      { value: 1 },
      { value: 2 },
      { error: { code: "ERR_SLUICE_QUEUE_FULL" } },
    ]);
    expect(await elsewhere).toMatchObject({ value: 4 });
  });

  it("is aborted in the queue with its own reason, at once, and its place is free", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    void sluice.schedule(async () => 1);
    const aborted = outcomeOf(
      clock,
      sluice.schedule(async () => 2, { signal: controller.signal }),
    );
    const next = outcomeOf(
      clock,
      sluice.schedule(async () => 3),
    );
    clock.after(100, () => controller.abort(reason));
    await clock.runAsync(5_000);
    expect(await aborted).toEqual({ error: reason, atMs: 100 });
    expect(await next).toMatchObject({ value: 3, atMs: 1_000 });
  });

  it("is aborted in flight with its own reason, and its slot is free", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 }, concurrencyMax: 1 });
    const controller = new AbortController();
    const aborted = outcomeOf(
      clock,
      sluice.schedule(() => new Promise(() => {}), { signal: controller.signal }),
    );
    const next = outcomeOf(
      clock,
      sluice.schedule(async () => 3),
    );
    clock.after(100, () => controller.abort("gone"));
    await clock.runAsync(1_000);
    expect(await aborted).toEqual({ error: "gone", atMs: 100 });
    expect(await next).toMatchObject({ value: 3, atMs: 100 });
  });

  it("fails before it is queued where its signal has aborted already", async () => {
    const { clock, sluice } = virtualSluice();
    const outcome = outcomeOf(
      clock,
      sluice.schedule(async () => 1, { signal: AbortSignal.abort("early") }),
    );
    await clock.runAsync(1);
    expect(await outcome).toMatchObject({ error: "early" });
  });
});

describe("a response", () => {
  it("that refuses sends the request again, ahead of what came after it", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const sent: string[] = [];
    const send = (name: string, statuses: number[]) =>
      sluice.schedule(async () => {
        sent.push(name);
        return answer(statuses.shift() ?? 200);
      });
    const all = [send("a", [429]), send("b", []), send("c", [])];
    await clock.runAsync(60_000);
    expect(await Promise.all(all)).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
    expect(sent).toEqual(["a", "a", "b", "c"]);
  });

  it("is delivered as it is once no try is left", async () => {
    const { clock, sluice } = virtualSluice({ retry: { attemptsMax: 3 } });
    let tries = 0;
    const refused = answer(429);
    const outcome = outcomeOf(
      clock,
      sluice.schedule(async () => {
        tries++;
        throw refused;
      }),
    );
    await clock.runAsync(600_000);
    expect(await outcome).toMatchObject({ error: refused });
    expect(tries).toBe(3);
  });

  it("lowers the rate once for a burst of refusals sent at the same rate", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 10, burst: 1 }, retry: { attemptsMax: 1 } });
    const decisions: SluiceEvent[] = [];
    sluice.event$.subscribe((event) => event.type === "decision" && decisions.push(event));
    const all = Array.from({ length: 10 }, () =>
      outcomeOf(
        clock,
        sluice.schedule(() => later(clock, 2_000, answer(429))),
      ),
    );
    await clock.runAsync(30_000);
    await Promise.all(all);
    expect(decisions.filter((event) => event.type === "decision" && event.decision.move === "decrease")).toHaveLength(
      1,
    );
  });

  it("that asks for a wait delays that request alone", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 5, burst: 1 } });
    const sentAt: [string, number][] = [];
    const send = (name: string, answers: unknown[]) =>
      sluice.schedule(async () => {
        sentAt.push([name, clock.now()]);
        return answers.shift();
      });
    const all = [send("a", [answer(429, { "retry-after": "20" }), answer(200)]), send("b", [answer(200)])];
    await clock.runAsync(60_000);
    await Promise.all(all);
    expect(sentAt.map(([name]) => name)).toEqual(["a", "b", "a"]);
    expect(sentAt[1]?.[1]).toBeLessThan(2_000);
    expect(sentAt[2]?.[1]).toBeGreaterThanOrEqual(20_000);
    expect(sentAt[2]?.[1]).toBeLessThan(23_000);
  });

  it("that says the account is exhausted fails all that wait, and one request a minute goes and looks", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const spent = answer(429, {}, { error: { code: "insufficient_quota", message: "check your billing" } });
    let tries = 0;
    const send = (result: unknown) =>
      outcomeOf(
        clock,
        sluice.schedule(async () => {
          tries++;
          return result;
        }),
      );
    const all = [send(spent), send(1), send(2)];
    await clock.runAsync(10);
    expect(await Promise.all(all)).toMatchObject([
      { value: spent },
      { error: { code: "ERR_SLUICE_EXHAUSTED" } },
      { error: { code: "ERR_SLUICE_EXHAUSTED" } },
    ]);
    await clock.runAsync(30_000);
    expect(await send(3)).toMatchObject({ error: { code: "ERR_SLUICE_EXHAUSTED" } });
    expect(tries).toBe(1);
    await clock.runAsync(60_100);
    const looks = send(answer(200));
    await clock.runAsync(63_000);
    expect(await looks).toMatchObject({ value: { status: 200 } });
    const open = send(4);
    await clock.runAsync(66_000);
    expect(await open).toMatchObject({ value: 4 });
  });

  it("that asks for ten minutes ends its request, and holds the others till then, in their places", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const ends = outcomeOf(
      clock,
      sluice.schedule(async () => answer(429, { "retry-after": "600" })),
    );
    const waits = outcomeOf(
      clock,
      sluice.schedule(async () => "later"),
    );
    await clock.runAsync(599_000);
    expect(await ends).toMatchObject({ error: { code: "ERR_SLUICE_EXHAUSTED", status: 429, cause: { status: 429 } } });
    expect(sluice.budgets()[0]).toMatchObject({ phase: "pause", queued: 1 });
    await clock.runAsync(603_000);
    expect(await waits).toMatchObject({ value: "later" });
  });

  it("that asks for a year is an exhausted quota: nobody waits for it", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const year = { retryAfterMs: 31_536_000_000, code: "ERR_SLUICE_EXHAUSTED" };
    const ends = outcomeOf(
      clock,
      sluice.schedule(async () => answer(429, { "retry-after": "31536000" })),
    );
    const waits = outcomeOf(
      clock,
      sluice.schedule(async () => "later"),
    );
    await clock.runAsync(10);
    expect(await ends).toMatchObject({ error: year });
    expect(await waits).toMatchObject({ error: { code: "ERR_SLUICE_EXHAUSTED", attempts: 0 } });
  });

  it("of a failing server is asked for again after a backoff, within the retry budget", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 10, burst: 1 }, retry: { attemptsMax: 4 } });
    const sentAt: number[] = [];
    const outcome = outcomeOf(
      clock,
      sluice.schedule(async () => {
        sentAt.push(clock.now());
        return answer(500);
      }),
    );
    await clock.runAsync(120_000);
    expect(await outcome).toMatchObject({ value: { status: 500 } });
    const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    expect(gaps).toHaveLength(3);
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(0.75 * 1_000 * 2 ** index);
      expect(gap).toBeLessThanOrEqual(1_000 * 2 ** index + 200);
    }
  });

  it("of a failing server is asked for again no more often than the budget that all share allows", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100, burst: 100 } });
    let accepted = 0;
    let retries = 0;
    const all = Array.from({ length: 100 }, (_, index) =>
      sluice.schedule(async ({ number }) => {
        if (number > 1) {
          retries += 1;
          // Three, another one each 3.3 s, and a fifth of what was let in.
          expect(retries).toBeLessThanOrEqual(3 + clock.now() / 3_333 + 0.2 * accepted);
        } else if (index % 2 === 0) return answer(500);
        accepted += 1;
        return answer(200);
      }),
    );
    await clock.runAsync(300_000);
    for (const { status } of await Promise.all(all)) expect(status).toBe(200);
    expect(retries).toBe(50);
  });

  it("into an outage comes when the next probe is due, however often the request has served as one", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 10 } });
    const sentAt: number[] = [];
    const all = [1, 2, 3].map(() =>
      sluice.schedule(async () => {
        sentAt.push(clock.now());
        return answer(clock.now() < 120_000 ? 503 : 200);
      }),
    );
    await clock.runAsync(140_000);
    expect(await Promise.all(all)).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
    // A tenth of what the outage has lasted; its own backoff would be half a minute by then.
    expect(Math.max(...sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0)))).toBeLessThan(12_001);
    expect(sentAt.length).toBeLessThan(45);
  });

  it("of a failing server ends the request where the retry budget is spent for longer than it can wait", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100, burst: 1 }, retry: { budgetRatio: 0 } });
    let sent = 0;
    const all = Array.from({ length: 40 }, () =>
      outcomeOf(
        clock,
        sluice.schedule(
          async () => {
            sent++;
            return answer(502);
          },
          { deadlineMs: 10_000 },
        ),
      ),
    );
    await clock.runAsync(60_000);
    const ends = await Promise.all(all);
    expect(ends.some(({ error }) => isSluiceError(error) && error.code === "ERR_SLUICE_RETRIES")).toBe(true);
    // Three at once and three in ten seconds, beside the forty first tries and an outage's probes.
    expect(sent).toBeLessThanOrEqual(40 + 3 + 3 + 4);
  });

  it("of a task's own failure is rethrown unchanged, and lowers nothing", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 10 } });
    const own = new RangeError("my own mistake");
    const outcome = outcomeOf(
      clock,
      sluice.schedule(async () => {
        throw own;
      }),
    );
    await clock.runAsync(10);
    expect((await outcome).error).toBe(own);
    expect(sluice.budgets()[0]?.ratePerSecond).toBe(10);
  });

  it("that never comes is given up after attemptTimeoutMs, and tried again", async () => {
    const { clock, sluice } = virtualSluice({ attemptTimeoutMs: 1_000, control: { rateInitial: 10 } });
    let tries = 0;
    const outcome = outcomeOf(
      clock,
      sluice.schedule(() => (++tries === 1 ? new Promise(() => {}) : Promise.resolve("second"))),
    );
    await clock.runAsync(10_000);
    expect(await outcome).toMatchObject({ value: "second" });
  });
});

describe("close", () => {
  it("refuses what waits, lets what is in flight end without new tries, and leaves no timer", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const inFlight = outcomeOf(
      clock,
      sluice.schedule(() => later(clock, 3_000, answer(429))),
    );
    const waits = outcomeOf(
      clock,
      sluice.schedule(async () => 2),
    );
    let isComplete = false;
    sluice.event$.subscribe({ complete: () => (isComplete = true) });
    await clock.runAsync(100);
    const closed = outcomeOf(clock, sluice.close());
    await clock.runAsync(5_000);
    expect(await waits).toMatchObject({ error: { code: "ERR_SLUICE_CLOSED" }, atMs: 100 });
    expect(await inFlight).toMatchObject({ value: { status: 429 }, atMs: 3_000 });
    expect(await closed).toMatchObject({ atMs: 3_000 });
    expect(isComplete).toBe(true);
    expect(clock.pending).toBe(0);
    await expect(sluice.schedule(async () => 3)).rejects.toMatchObject({ code: "ERR_SLUICE_CLOSED" });
  });

  it("with abort ends what is in flight too", async () => {
    const { clock, sluice } = virtualSluice();
    let seen: AbortSignal | undefined;
    const inFlight = outcomeOf(
      clock,
      sluice.schedule((attempt) => {
        seen = attempt.signal;
        return new Promise(() => {});
      }),
    );
    await clock.runAsync(100);
    await sluice.close({ abort: true });
    expect(await inFlight).toMatchObject({ error: { code: "ERR_SLUICE_CLOSED" } });
    expect(seen?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("closes with await using", async () => {
    const { clock, sluice } = virtualSluice();
    {
      await using scoped = sluice;
      void scoped.budgets();
    }
    await expect(sluice.schedule(async () => 1)).rejects.toMatchObject({ code: "ERR_SLUICE_CLOSED" });
    expect(clock.pending).toBe(0);
  });
});

describe("keys", () => {
  it("know nothing of each other", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const send = (key: string, status: number) =>
      outcomeOf(
        clock,
        sluice.schedule(async () => answer(status), { key }),
      );
    void send("slow", 429);
    void send("slow", 429);
    const fine = send("fine", 200);
    await clock.runAsync(1);
    expect(await fine).toMatchObject({ atMs: 0 });
    await clock.runAsync(60_000);
    expect(sluice.budgets().find(({ key }) => key === "fine")).toMatchObject({ throttled: 0 });
  });

  it("leave when they have been idle, and when there are too many, oldest first", async () => {
    const { clock, sluice } = virtualSluice({ keysMax: 10 });
    for (let index = 0; index < 1_000; index++) {
      void sluice.schedule(async () => index, { key: `hostile-${index}` });
      if (index % 7 === 0) void sluice.schedule(async () => index, { key: "mine" });
      await clock.runAsync(clock.now() + 1);
    }
    const keys = sluice.budgets().map(({ key }) => key);
    expect(keys.length).toBeLessThanOrEqual(10);
    expect(keys).toContain("mine");
    expect(keys).not.toContain("hostile-1");
  });

  it("may share a budget: a cap over all of them holds for their sum", async () => {
    const { clock, sluice } = virtualSluice({
      control: { rateInitial: 100, burst: 1 },
      budgets: [{ match: "together/", key: "together", rateMax: 10 }],
    });
    let sent = 0;
    for (const key of ["together/chat", "together/embed"]) {
      for (let index = 0; index < 100; index++) void sluice.schedule(async () => void sent++, { key });
    }
    await clock.runAsync(5_000);
    expect(sent).toBeGreaterThanOrEqual(50);
    expect(sent).toBeLessThanOrEqual(52);
  });
});

describe("snapshot", () => {
  it("survives JSON and starts another sluice at the rate that was learnt", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 8, burst: 1 } });
    const all = Array.from({ length: 400 }, () =>
      outcomeOf(
        clock,
        sluice.schedule(async () => answer(200), { key: "k" }),
      ),
    );
    await clock.runAsync(30_000);
    await Promise.all(all);
    const learnt = sluice.budgets()[0]?.ratePerSecond ?? 0;
    expect(learnt).toBeGreaterThan(16);
    const state = JSON.parse(JSON.stringify(sluice.snapshot()));
    const warm = virtualSluice({ state });
    void warm.sluice.schedule(async () => 1, { key: "k" });
    expect(warm.sluice.budgets()[0]?.ratePerSecond).toBeCloseTo(learnt, 0);
  });
});

describe("a request that can never fit", () => {
  it("is delivered as it is, and one no smaller is refused without asking", async () => {
    const { clock, sluice } = virtualSluice({ provider: "groq", control: { rateInitial: 10 } });
    const tooLarge = answer(
      413,
      { "retry-after": "9" },
      {
        error: {
          message: "Request too large on tokens per minute (TPM): Limit 6000, Requested 12903",
          type: "tokens",
          code: "rate_limit_exceeded",
        },
      },
    );
    let sent = 0;
    const send = (tokens: number, result: unknown) =>
      outcomeOf(
        clock,
        sluice.schedule(
          async () => {
            sent++;
            return result;
          },
          { cost: { tokens } },
        ),
      );
    const first = send(12_903, tooLarge);
    await clock.runAsync(1_000);
    expect(await first).toMatchObject({ value: { status: 413 } });
    const larger = send(20_000, answer(200));
    const smaller = send(500, answer(200));
    await clock.runAsync(60_000);
    expect(await larger).toMatchObject({ error: { code: "ERR_SLUICE_TOO_LARGE", attempts: 0 } });
    expect(await smaller).toMatchObject({ value: { status: 200 } });
    expect(sent).toBe(2);
  });
});

describe("a server that nobody named", () => {
  it("is recognised by its first response, and its budgets keep to what it documents", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 10 } });
    const together = {
      "x-ratelimit-limit-dynamic": "5",
      "x-ratelimit-remaining-dynamic": "4",
      "x-ratelimit-limit": "5",
      "x-ratelimit-remaining": "4",
      "x-ratelimit-reset": "1",
    };
    const first = outcomeOf(
      clock,
      sluice.schedule(async () => answer(200, together)),
    );
    await clock.runAsync(100);
    await first;
    expect(sluice.budgets()[0]).toMatchObject({ phase: "follow", limitPerSecond: 5 });
    expect(sluice.budgets()[0]?.ratePerSecond).toBeLessThanOrEqual(5);
  });
});

describe("a failing server", () => {
  it("is evidence for the request rate alone", async () => {
    const { clock, sluice } = virtualSluice({
      provider: "openai",
      control: { rateInitial: 10 },
      retry: { attemptsMax: 1 },
    });
    const quotas = {
      "x-ratelimit-limit-tokens": "60000",
      "x-ratelimit-remaining-tokens": "59000",
      "x-ratelimit-reset-tokens": "1s",
    };
    const first = outcomeOf(
      clock,
      sluice.schedule(async () => answer(200, quotas), { cost: { tokens: 1_000 } }),
    );
    await clock.runAsync(1_000);
    await first;
    const second = outcomeOf(
      clock,
      sluice.schedule(async () => answer(503), { cost: { tokens: 1_000 } }),
    );
    await clock.runAsync(3_000);
    await second;
    const rows = sluice.budgets();
    expect(rows.find(({ dimension }) => dimension === "requests")).toMatchObject({ overloaded: 1 });
    expect(rows.find(({ dimension }) => dimension === "tokens")).toMatchObject({ overloaded: 0, accepted: 0 });
  });
});
