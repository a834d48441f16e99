import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ambient } from "../../src/adapter/context.js";
import { createMap } from "../../src/adapter/map.js";
import { completeOptions } from "../../src/complete.js";
import { ScriptedSubmitter } from "./submitter.js";

function setUp() {
  const submitter = new ScriptedSubmitter();
  const map = createMap({ submitter, options: completeOptions(), ambient: new Ambient() });
  return { submitter, map };
}

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};
const ticks = async (count: number): Promise<void> => {
  for (let tick = 0; tick < count; tick += 1) await new Promise(setImmediate);
};

describe("map", () => {
  test.each([
    ["an array", () => [1, 2, 3]],
    [
      "an async generator",
      async function* () {
        yield* [1, 2, 3];
      },
    ],
    ["a stream", () => new Blob(["123"]).stream().pipeThrough(new TransformStream({ transform: split }))],
  ])("takes %s", async (_kind, make) => {
    const { map } = setUp();
    const inputs = make() as Iterable<number> | AsyncIterable<number>;
    expect(await collect(map(inputs, async (input) => input * 2, { key: "k" }))).toEqual([2, 4, 6]);
  });

  test("every input has its result once, in order where that is asked for, however the results overtake each other", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { maxLength: 60 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 8 }),
        async (delays, ordered, bufferMax) => {
          const { map } = setUp();
          const results = await collect(
            map(
              delays.entries(),
              async ([index, delay]) => {
                await turns(delay);
                return index;
              },
              { ordered, bufferMax },
            ),
          );
          expect(ordered ? results : results.sort((a, b) => a - b)).toEqual([...delays.keys()]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("reads no further ahead than it may: inputs without end, a reader that takes its time", async () => {
    const { map } = setUp();
    let read = 0;
    function* endless() {
      for (;;) yield read++;
    }
    const results = map(endless(), async (input) => input, { bufferMax: 10 });
    expect(read).toBe(0);
    for (let index = 0; index < 5; index += 1) {
      await results.next();
      await ticks(2);
      expect(read).toBeLessThanOrEqual(index + 12);
    }
    await results.return?.();
    expect(read).toBeLessThan(20);
  });

  test("while nothing may be sent it reads no more than its look-ahead", async () => {
    const { map, submitter } = setUp();
    submitter.holds = true;
    let read = 0;
    const endless = (async function* () {
      for (;;) yield read++;
    })();
    const results = map(endless, async (input) => input);
    const first = results.next();
    await ticks(20);
    expect(submitter.jobs.length).toBe(64);
    submitter.release();
    expect((await first).done).toBe(false);
    await ticks(20);
    expect(submitter.jobs.length).toBe(128);
    await results.return?.();
  });

  test("leaving the loop takes back what waits, aborts what flies, and closes the inputs", async () => {
    const { map, submitter } = setUp();
    let isClosed = false;
    const signals: AbortSignal[] = [];
    function* inputs() {
      try {
        for (let input = 0; ; input += 1) yield input;
      } finally {
        isClosed = true;
      }
    }
    for await (const result of map(
      inputs(),
      async (input, attempt) => {
        signals.push(attempt.signal);
        return input < 3 ? input : new Promise<number>(() => {});
      },
      { bufferMax: 20 },
    )) {
      if (result === 2) break;
    }
    expect(isClosed).toBe(true);
    expect(signals.length).toBeGreaterThan(5);
    expect(signals.slice(3).every((signal) => signal.aborted)).toBe(true);
    await ticks(2);
    expect(submitter.inFlight).toBe(0);
  });

  test("leaving doesn't wait for an input that never comes", async () => {
    const { map } = setUp();
    const results = map(
      (async function* () {
        yield 1;
        await new Promise(() => {});
      })(),
      async (input) => input,
    );
    expect((await results.next()).value).toBe(1);
    await ticks(2);
    expect(await results.return?.()).toEqual({ value: undefined, done: true });
    expect(await results.next()).toEqual({ value: undefined, done: true });
  });

  test("the first final failure ends it, after the results that were there", async () => {
    const { map } = setUp();
    const seen: number[] = [];
    const run = async () => {
      for await (const result of map([1, 2, 3], async (input) => {
        if (input === 3) throw new Error("third");
        return input;
      }))
        seen.push(result);
    };
    await expect(run()).rejects.toThrow("third");
    expect(seen).toEqual([1, 2]);
  });

  test("onFailure puts something in a failure's place, or skips it; its own failure ends it", async () => {
    const { map } = setUp();
    const project = async (input: number): Promise<number> => {
      if (input % 2 === 0) throw new Error(`no ${input}`);
      return input;
    };
    const instead = (_error: unknown, input: number) => (input === 2 ? -2 : undefined);
    expect(await collect(map([1, 2, 3, 4, 5], project, { ordered: true, onFailure: instead }))).toEqual([1, -2, 3, 5]);
    const worse = () => {
      throw new Error("worse");
    };
    await expect(collect(map([2], project, { onFailure: worse }))).rejects.toThrow("worse");
  });

  test("an error of the inputs comes after the results of those that were read", async () => {
    const { map } = setUp();
    const seen: number[] = [];
    const inputs = function* () {
      yield 1;
      yield 2;
      throw new Error("the file ends here");
    };
    const run = async () => {
      for await (const result of map(inputs(), async (input) => input)) seen.push(result);
    };
    await expect(run()).rejects.toThrow("the file ends here");
    expect(seen).toEqual([1, 2]);
  });

  test("the caller's signal ends it with its own reason", async () => {
    const { map, submitter } = setUp();
    const controller = new AbortController();
    const reason = new Error("enough");
    const next = map([1], () => new Promise(() => {}), { signal: controller.signal }).next();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    await ticks(1);
    expect(submitter.inFlight).toBe(0);
    await expect(map([1], async () => 1, { signal: controller.signal }).next()).rejects.toBe(reason);
  });

  test("key, cost and priority may be functions of the input", async () => {
    const { map, submitter } = setUp();
    const key = (input: number) => `k${input}`;
    await collect(
      map([1, 2], async (input) => input, { key, cost: (tokens) => ({ tokens }), priority: (input) => -input }),
    );
    expect(submitter.jobs).toMatchObject([
      { key: "k1", cost: { tokens: 1 }, priority: -1, isQueueBounded: false },
      { key: "k2", cost: { tokens: 2 }, priority: -2 },
    ]);
  });

  test("refuses what can't be iterated or called, and options that make no sense", () => {
    const { map } = setUp();
    expect(() => map(7 as never, async () => 1)).toThrow(TypeError);
    expect(() => map([1], 7 as never)).toThrow("map needs a function");
    expect(() => map([], async () => 1, { bufferMax: 0 })).toThrow("bufferMax");
  });
});

function split(chunk: Uint8Array, controller: TransformStreamDefaultController<number>): void {
  for (const digit of new TextDecoder().decode(chunk)) controller.enqueue(Number(digit));
}
