import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WaitQueue } from "../../src/pace/queue.js";
import { QueueModel, Request } from "./queue-model.js";

let ids = 0;
const request = (fields: Partial<Omit<Request, "id">> = {}) => new Request(++ids, fields);

function takeAll(queue: WaitQueue<Request>, nowMs = 0): Request[] {
  const taken: Request[] = [];
  for (let next = queue.take(nowMs); next !== undefined; next = queue.take(nowMs)) taken.push(next);
  return taken;
}

describe("queue", () => {
  it("is first come, first served", () => {
    const queue = new WaitQueue<Request>();
    const all = Array.from({ length: 100 }, () => request());
    for (const each of all) queue.push(each, 0);
    expect(queue.peek(0)).toBe(all[0]);
    expect(queue.size).toBe(100);
    expect(takeAll(queue)).toEqual(all);
    expect(queue.size).toBe(0);
  });

  it("sends the urgent first, of whatever tenant", () => {
    const queue = new WaitQueue<Request>();
    const batch = request({ priority: -1, tenant: "a" });
    const usual = request({ tenant: "a" });
    const urgent = request({ priority: 10, tenant: "b" });
    for (const each of [batch, usual, urgent]) queue.push(each, 0);
    expect(takeAll(queue)).toEqual([urgent, usual, batch]);
  });

  it("puts a retry back where it was, ahead of what came after it", () => {
    const queue = new WaitQueue<Request>();
    const [first, second, third, fourth] = [request(), request(), request(), request()];
    for (const each of [first, second, third]) queue.push(each, 0);
    queue.take(0);
    queue.take(0);
    queue.push(fourth, 0);
    queue.requeue(second, 0);
    queue.requeue(first, 0);
    expect(takeAll(queue)).toEqual([first, second, third, fourth]);
  });

  it("puts a retry ahead of other tenants' later turns too, and charges its tenant for both tries", () => {
    const queue = new WaitQueue<Request>();
    const a = Array.from({ length: 3 }, () => request({ tenant: "a" }));
    const b = Array.from({ length: 3 }, () => request({ tenant: "b" }));
    for (const each of [...a, ...b]) queue.push(each, 0);
    const retried = queue.take(0);
    expect([retried, queue.take(0)]).toEqual([a[0], b[0]]);
    queue.requeue(a[0] as Request, 0);
    expect(takeAll(queue)).toEqual([a[0], b[1], a[1], b[2], a[2]]);
  });

  it("holds a retry until its own earliest instant, and lets others pass meanwhile", () => {
    const queue = new WaitQueue<Request>();
    const [first, second, third] = [request(), request(), request()];
    for (const each of [first, second, third]) queue.push(each, 0);
    queue.take(0);
    first.notBeforeMs = 1_000;
    queue.requeue(first, 0);
    expect(queue.wakeAtMs()).toBe(1_000);
    expect(queue.size).toBe(3);
    expect(queue.take(999)).toBe(second);
    expect(queue.take(1_000)).toBe(first);
    expect(queue.take(1_000)).toBe(third);
  });

  it("hands back what has expired, the earliest first, wherever it stands", () => {
    const queue = new WaitQueue<Request>();
    const late = request({ expiresAtMs: 20 });
    const delayed = request({ notBeforeMs: 100, expiresAtMs: 10 });
    const patient = request({ expiresAtMs: 1_000 });
    for (const each of [late, delayed, patient, request()]) queue.push(each, 0);
    expect(queue.wakeAtMs()).toBe(10);
    expect(queue.expired(9)).toEqual([]);
    expect(queue.expired(20)).toEqual([delayed, late]);
    expect(queue.size).toBe(2);
    queue.take(20);
    expect(queue.wakeAtMs()).toBe(Infinity);
  });

  it("finds those that meet a condition", () => {
    const queue = new WaitQueue<Request>();
    const all = Array.from({ length: 9 }, (_, at) => request({ priority: at % 3, notBeforeMs: at % 2 }));
    for (const each of all) queue.push(each, 0);
    const removed = queue.removeWhere(({ id }) => id % 3 === 0);
    expect(removed).toEqual(all.filter(({ id }) => id % 3 === 0));
    expect(queue.size).toBe(6);
  });

  it("refuses to queue a waiter twice, and to remove one that doesn't wait", () => {
    const queue = new WaitQueue<Request>();
    const one = request();
    queue.push(one, 0);
    expect(() => queue.push(one, 0)).toThrow("BUG");
    expect(queue.remove(one)).toBe(true);
    expect(queue.remove(one)).toBe(false);
    expect(queue.size).toBe(0);
  });

  it("counts a cost that is none as one, so that no tenant goes free", () => {
    const queue = new WaitQueue<Request>();
    for (let each = 0; each < 3; each++) queue.push(request({ tenant: "free", cost: 0 }), 0);
    for (let each = 0; each < 3; each++) queue.push(request({ tenant: "odd", cost: NaN }), 0);
    for (let each = 0; each < 3; each++) queue.push(request({ tenant: "endless", cost: Infinity }), 0);
    const tenants = takeAll(queue).map(({ tenant }) => tenant);
    expect(tenants.slice(0, 3).sort()).toEqual(["endless", "free", "odd"]);
    expect(tenants.slice(6).sort()).toEqual(["endless", "free", "odd"]);
  });

  it("takes 100,000 in and out without searching among them", () => {
    const queue = new WaitQueue<Request>();
    const all = Array.from({ length: 100_000 }, (_, at) => request({ tenant: `${at % 5_000}`, priority: at % 3 }));
    const fromMs = performance.now();
    for (const each of all) queue.push(each, 0);
    expect(takeAll(queue)).toHaveLength(100_000);
    expect(performance.now() - fromMs).toBeLessThan(5_000);
  });
});

describe("priorities", () => {
  it("let no priority starve under a flood of higher ones: each has one turn in ten or more", () => {
    const queue = new WaitQueue<Request>();
    const batch = Array.from({ length: 20 }, () => request({ priority: 0 }));
    for (const each of batch) queue.push(each, 0);
    const turns: number[] = [];
    for (let turn = 1; turns.length < batch.length; turn++) {
      queue.push(request({ priority: 1_000 }), turn);
      queue.push(request({ priority: 1_000 }), turn);
      if (queue.take(turn)?.priority === 0) turns.push(turn);
      expect(turn).toBeLessThanOrEqual(10 * batch.length);
    }
    expect(turns[0]).toBe(10);
    expect(turns.at(-1)).toBe(200);
  });

  it("reach every one of many priorities in the end, however many floods there are above", () => {
    const queue = new WaitQueue<Request>();
    const low = Array.from({ length: 30 }, (_, at) => request({ priority: -at - 0.37 }));
    for (const each of low) queue.push(each, 0);
    const left = new Set(low);
    let turn = 0;
    for (; left.size > 0 && turn < 10_000; turn++) {
      for (const priority of [1, 2, 3]) if (turn % 2 === 0) queue.push(request({ priority }), turn);
      const taken = queue.take(turn);
      if (taken !== undefined) left.delete(taken);
    }
    expect(left.size).toBe(0);
  });

  it("keep an urgent request's wait within two turns beside a saturated batch, which has all the rest", () => {
    const queue = new WaitQueue<Request>();
    const arrivedAt = new Map<Request, number>();
    const waits: number[] = [];
    let batch = 0;
    // A flow of random arrivals at a fifth of the rate; one turn is one second.
    let [dice, nextArrival] = [1, 0];
    for (let turn = 0; turn < 20_000; turn++) {
      while (nextArrival <= turn) {
        const urgent = request({ priority: 1 });
        arrivedAt.set(urgent, nextArrival);
        queue.push(urgent, nextArrival);
        dice = (dice * 48_271) % 2_147_483_647;
        nextArrival += -5 * Math.log(dice / 2_147_483_647);
      }
      while (queue.size < 100) queue.push(request(), turn);
      const taken = queue.take(turn) as Request;
      const arrived = arrivedAt.get(taken);
      if (arrived === undefined) batch += 1;
      else waits.push(turn - arrived);
    }
    waits.sort((a, b) => a - b);
    // Urgent ones that come together wait for one another too: strict priority alone gives 2.0.
    expect(waits[Math.floor(waits.length * 0.99)]).toBeLessThanOrEqual(2.1);
    expect(batch + waits.length).toBe(20_000);
    expect(waits.length).toBeGreaterThan(3_800);
  });
});

describe("tenants", () => {
  it("share equally by cost, whatever the backlog of each", () => {
    const queue = new WaitQueue<Request>();
    for (let each = 0; each < 10_000; each++) queue.push(request({ tenant: "huge", cost: 1 }), 0);
    for (let each = 0; each < 300; each++) queue.push(request({ tenant: "costly", cost: 5 }), 0);
    for (let each = 0; each < 500; each++) queue.push(request({ tenant: "small", cost: 2 }), 0);
    const spent = { huge: 0, costly: 0, small: 0 };
    for (let turn = 0; turn < 850; turn++) {
      const taken = queue.take(0) as Request;
      spent[taken.tenant as keyof typeof spent] += taken.cost;
    }
    expect(Math.max(...Object.values(spent)) - Math.min(...Object.values(spent))).toBeLessThanOrEqual(7);
  });

  it("earn nothing by idling", () => {
    const queue = new WaitQueue<Request>();
    for (let each = 0; each < 1_000; each++) queue.push(request({ tenant: "busy" }), 0);
    for (let turn = 0; turn < 500; turn++) queue.take(0);
    for (let each = 0; each < 100; each++) queue.push(request({ tenant: "idle" }), 0);
    const next = Array.from({ length: 100 }, () => queue.take(0)?.tenant);
    expect(next.filter((tenant) => tenant === "idle")).toHaveLength(50);
  });

  it("gain nothing by leaving the queue and coming back at each turn", () => {
    const queue = new WaitQueue<Request>();
    for (let each = 0; each < 1_000; each++) queue.push(request({ tenant: "steady" }), 0);
    queue.push(request({ tenant: "hasty" }), 0);
    let hasty = 0;
    for (let turn = 0; turn < 200; turn++) {
      if (queue.take(0)?.tenant !== "hasty") continue;
      hasty += 1;
      queue.push(request({ tenant: "hasty" }), 0);
    }
    expect(hasty).toBe(100);
  });

  it("differ by one send of each at most, over any interval in which both wait", () => {
    const sends = fc.array(
      fc.record({ tenant: fc.constantFrom("a", "b", "c"), cost: fc.integer({ min: 1, max: 50 }) }),
      {
        minLength: 5,
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(sends, sends, (early, late) => {
        const queue = new WaitQueue<Request>();
        const left = { a: 0, b: 0, c: 0 };
        const push = (each: { tenant: string; cost: number }) => {
          queue.push(request(each), 0);
          left[each.tenant as keyof typeof left] += 1;
        };
        early.forEach(push);
        // What each had at each moment since which both have been waiting.
        let history: { a: number; b: number }[] = [{ a: 0, b: 0 }];
        const had = { a: 0, b: 0, c: 0 };
        for (let turn = 0; queue.size > 0; turn++) {
          const more = late[turn];
          if (turn % 2 === 0 && more !== undefined) push(more);
          if (left.a === 0 || left.b === 0) history = [];
          else history.push({ a: had.a, b: had.b });
          const taken = queue.take(0) as Request;
          const tenant = taken.tenant as keyof typeof left;
          left[tenant] -= 1;
          had[tenant] += taken.cost;
          for (const since of history) {
            expect(Math.abs(had.a - since.a - (had.b - since.b))).toBeLessThanOrEqual(100);
          }
        }
      }),
    );
  });
});

const command = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant("push" as const),
      priority: fc.constantFrom(-1, 0, 0, 0.5, 7),
      tenant: fc.constantFrom(undefined, "a", "b", "c"),
      cost: fc.integer({ min: 1, max: 9 }),
      delayMs: fc.constantFrom(0, 0, 0, 5, 30),
      lifeMs: fc.constantFrom(Infinity, Infinity, 3, 20, 60),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("take" as const), count: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("requeue" as const),
      which: fc.nat(30),
      delayMs: fc.constantFrom(0, 0, 7, 40),
      lifeMs: fc.constantFrom(Infinity, 25),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("remove" as const), which: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 25 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("expire" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("removeWhere" as const),
      priority: fc.constantFrom(0, 0.5),
      odd: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("drain" as const) }) },
);

describe("queue, against a plain model", () => {
  it("does the same at any interleaving, and every waiter leaves exactly once for each time it came", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200, size: "max" }), (commands) => {
        const queue = new WaitQueue<Request>();
        const model = new QueueModel();
        const all: Request[] = [];
        const away: Request[] = [];
        let nowMs = 1;
        const same = (left: readonly Request[], expected: readonly Request[]) => {
          expect(left.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
          away.push(...left);
        };
        for (const each of commands) {
          switch (each.type) {
            case "push": {
              const { delayMs, lifeMs, ...fields } = each;
              const next = request({ ...fields, notBeforeMs: nowMs + delayMs, expiresAtMs: nowMs + lifeMs });
              queue.push(next, nowMs);
              model.push(next, nowMs);
              all.push(next);
              break;
            }
            case "take":
              for (let count = 0; count < each.count; count++) {
                const next = model.peek(nowMs);
                expect(queue.peek(nowMs)?.id).toBe(next?.id);
                same([queue.take(nowMs) ?? []].flat(), [model.take(nowMs) ?? []].flat());
              }
              break;
            case "requeue": {
              const [back] = away.splice(each.which % Math.max(1, away.length), 1);
              if (back === undefined) break;
              back.notBeforeMs = nowMs + each.delayMs;
              back.expiresAtMs = nowMs + each.lifeMs;
              queue.requeue(back, nowMs);
              model.requeue(back, nowMs);
              break;
            }
            case "remove": {
              const gone = all[each.which % Math.max(1, all.length)];
              if (gone === undefined) break;
              const removed = queue.remove(gone);
              expect(removed).toBe(model.remove(gone));
              if (removed) away.push(gone);
              break;
            }
            case "advance":
              nowMs += each.ms;
              break;
            case "expire":
              same(queue.expired(nowMs), model.expired(nowMs));
              break;
            case "removeWhere":
              same(
                queue.removeWhere(({ id, priority }) => (id % 2 === 1) === each.odd && priority === each.priority),
                model.removeWhere(({ id, priority }) => (id % 2 === 1) === each.odd && priority === each.priority),
              );
              break;
            case "drain":
              same(queue.drain(), model.drain());
              break;
            default:
              each satisfies never;
          }
          expect(queue.size).toBe(model.size);
          expect(queue.wakeAtMs()).toBe(model.wakeAtMs());
        }
        same(queue.drain(), model.drain());
        // All are away, each once.
        expect(new Set(away).size).toBe(away.length);
        expect(away.length).toBe(all.length);
      }),
      { numRuns: 500 },
    );
  });
});
