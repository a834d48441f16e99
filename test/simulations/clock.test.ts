import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createVirtualClock } from "../../simulations/index.js";

describe("the virtual clock", () => {
  it("runs tasks by moment, and in the order of their coming where the moment is the same", () => {
    const delays = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 });
    fc.assert(
      fc.property(delays, (delaysMs) => {
        const clock = createVirtualClock();
        const ran: { delayMs: number; index: number; atMs: number }[] = [];
        for (const [index, delayMs] of delaysMs.entries()) {
          clock.after(delayMs, () => ran.push({ delayMs, index, atMs: clock.now() }));
        }
        clock.run();
        const sorted = delaysMs
          .map((delayMs, index) => ({ delayMs, index, atMs: delayMs }))
          .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index);
        expect(ran).toEqual(sorted);
      }),
    );
  });

  it("runs all but what was taken back, whenever that happens", () => {
    const tasks = fc.array(fc.record({ delayMs: fc.integer({ min: 0, max: 9 }), isTakenBack: fc.boolean() }));
    fc.assert(
      fc.property(tasks, fc.integer({ min: 0, max: 9 }), (planned, stopMs) => {
        const clock = createVirtualClock();
        const ran = new Set<number>();
        const cancels = planned.map(({ delayMs }, index) => clock.after(delayMs, () => ran.add(index)));
        clock.run(stopMs);
        planned.forEach(({ isTakenBack }, index) => {
          // Twice, and for some of them after they ran: neither may do anything.
          if (isTakenBack) for (let times = 0; times < 2; times++) cancels[index]?.();
        });
        const left = planned.filter(({ delayMs, isTakenBack }) => delayMs > stopMs && !isTakenBack);
        expect(clock.pending).toBe(left.length);
        clock.run();
        const expected = planned.flatMap(({ delayMs, isTakenBack }, index) =>
          delayMs <= stopMs || !isTakenBack ? [index] : [],
        );
        expect([...ran].sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  it("stops where it is told to, and goes on from there", () => {
    const clock = createVirtualClock({ wallStartMs: 1_000_000 });
    const ran: number[] = [];
    clock.after(10, () => {
      ran.push(clock.now());
      clock.after(0, () => ran.push(clock.now()));
    });
    clock.after(30, () => ran.push(clock.now()));
    clock.run(20);
    expect([ran, clock.now(), clock.wallNow(), clock.nextAt()]).toEqual([[10, 10], 20, 1_000_020, 30]);
    expect([clock.step(), clock.step(), clock.now()]).toEqual([true, false, 30]);
  });

  it("never runs what waits for ever, and takes odd delays for none", () => {
    const clock = createVirtualClock();
    const ran: string[] = [];
    clock.after(Number.POSITIVE_INFINITY, () => ran.push("never"));
    clock.after(Number.NaN, () => ran.push("NaN"));
    clock.after(-5, () => ran.push("negative"));
    clock.run();
    expect([ran, clock.now()]).toEqual([["NaN", "negative"], 0]);
  });

  it("lets awaiting code go on before time does", async () => {
    const clock = createVirtualClock();
    const sleep = (delayMs: number) => new Promise<void>((resolve) => clock.after(delayMs, resolve));
    const seen: number[] = [];
    const worker = async () => {
      for (let round = 0; round < 3; round++) {
        await sleep(100);
        await new Response("some text").text();
        seen.push(clock.now());
      }
    };
    const both = Promise.all([worker(), worker()]);
    await clock.runAsync(250);
    expect([seen, clock.now()]).toEqual([[100, 100, 200, 200], 250]);
    await clock.runAsync();
    await both;
    expect(seen.slice(4)).toEqual([300, 300]);
  });

  it("lets long chains of promises and ticks end before time moves on, task for task", async () => {
    const clock = createVirtualClock();
    const seen: number[] = [];
    const chain = async (links: number) => {
      for (let link = 0; link < links; link++) {
        await null;
        await new Promise<void>((resolve) => process.nextTick(resolve));
        await new Promise<void>((resolve) => queueMicrotask(resolve));
      }
      seen.push(clock.now());
    };
    for (let at = 0; at < 2_000; at++) clock.after(at / 8, () => void chain(at % 50));
    await clock.runAsync();
    expect(seen).toEqual(Array.from({ length: 2_000 }, (_, at) => at / 8));
  });

  it("does the same where there is no setImmediate", async () => {
    const immediate = Reflect.get(globalThis, "setImmediate");
    Reflect.deleteProperty(globalThis, "setImmediate");
    try {
      vi.resetModules();
      const { createVirtualClock: createElsewhere } = await import("../../simulations/clock.js");
      const clock = createElsewhere();
      const seen: number[] = [];
      const note = async () => {
        for (let link = 0; link < 20; link++) await null;
        seen.push(clock.now());
      };
      for (let at = 0; at < 1_000; at++) clock.after(at, () => void note());
      await clock.runAsync();
      expect(seen).toEqual(Array.from({ length: 1_000 }, (_, at) => at));
    } finally {
      Reflect.set(globalThis, "setImmediate", immediate);
    }
  });

  it("comes round to everything else while it runs for long", async () => {
    const clock = createVirtualClock();
    let heard: number | undefined;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      heard = clock.now();
      port1.close();
    };
    for (let at = 0; at < 5_000; at++) clock.after(at, () => {});
    port2.postMessage("from elsewhere");
    await clock.runAsync();
    expect(heard).toBeLessThan(4_000);
  });

  it("hands on what a task throws", async () => {
    const clock = createVirtualClock();
    clock.after(1, () => {
      throw new Error("broken");
    });
    await expect(clock.runAsync()).rejects.toThrow("broken");
  });

  it("runs what is due at once after all that was due before, in the order of its coming", () => {
    const clock = createVirtualClock();
    const ran: string[] = [];
    clock.after(5, () => {
      ran.push("first");
      clock.after(0, () => ran.push("at once"));
      clock.after(0, () => ran.push("taken back"))();
      clock.after(Number.MIN_VALUE, () => ran.push("at once too"));
    });
    clock.after(5, () => ran.push("second"));
    clock.run();
    expect(ran).toEqual(["first", "second", "at once", "at once too"]);
  });

  it("counts the tasks of each branch apart, in one time and one order", () => {
    const clock = createVirtualClock();
    const [one, other] = [clock.branch(), clock.branch()];
    const ran: string[] = [];
    one.after(10, () => ran.push(`one at ${other.now()}`));
    other.after(10, () => ran.push("other"));
    const takeBack = other.after(20, () => ran.push("never"));
    clock.after(0, () => ran.push("trunk"));
    expect([one.pending, other.pending, clock.pending]).toEqual([1, 2, 4]);
    takeBack();
    takeBack();
    expect([one.pending, other.pending, clock.pending]).toEqual([1, 1, 3]);
    clock.run(10);
    expect(ran).toEqual(["trunk", "one at 10", "other"]);
    expect([one.pending, other.pending, clock.pending, one.wallNow() - clock.wallNow()]).toEqual([0, 0, 0, 0]);
  });

  it("holds 100,000 tasks", () => {
    const clock = createVirtualClock();
    let ran = 0;
    const cancels = Array.from({ length: 100_000 }, (_, index) => clock.after((index * 7919) % 10_007, () => ran++));
    for (const [index, cancel] of cancels.entries()) if (index % 10 > 0) cancel();
    expect(clock.pending).toBe(10_000);
    clock.run();
    expect(ran).toBe(10_000);
  });
});
