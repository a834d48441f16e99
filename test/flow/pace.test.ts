import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { EMPTY, from, merge, NEVER, of, range, Subject, take, tap, throwError, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { marbles, ONE_A_SECOND, STEADY, sluiceError } from "./marbles.js";
import { answer, virtualSluice } from "./server.js";

const THROTTLED = answer(429);
/** Everything may go at once. */
const WIDE = { control: { rateInitial: 1e9, rateMin: 1e9, burst: 1_000 } };

describe("pace", () => {
  it("sends one request an input at its moment, and hands on results as they complete", () => {
    marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable }) => {
      const results = { a: cold("2500ms (A|)"), b: cold("100ms (B|)"), c: cold("(C|)") };
      const inputs$ = cold<"a" | "b" | "c">("abc|");
      expectObservable(inputs$.pipe(sluice.pace((input) => results[input]))).toBe("1100ms B 899ms C 499ms (A|)");
    });
  });

  it("hands on results in the order of the inputs, if asked to", () => {
    marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable }) => {
      const results = { a: cold("1500ms (A|)"), b: cold("(B|)"), c: cold("(C|)") };
      const inputs$ = cold<"a" | "b" | "c">("abc|");
      expectObservable(inputs$.pipe(sluice.pace((input) => results[input], { ordered: true }))).toBe(
        "1500ms (AB) 496ms (C|)",
      );
    });
  });

  it.each([false, true])("hands on all values of a project that emits many (ordered: %s)", (ordered) => {
    marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable }) => {
      const inputs$ = cold<string>("ab|");
      const paced$ = inputs$.pipe(sluice.pace((input) => of(`${input}1`, `${input}2`), { ordered }));
      expectObservable(paced$).toBe("(AB) 996ms (CD|)", { A: "a1", B: "a2", C: "b1", D: "b2" });
    });
  });

  it("takes a promise, an array or a generator as a project's result", async () => {
    const { sluice, clock } = virtualSluice(WIDE);
    const results: unknown[] = [];
    from([1, 2, 3])
      .pipe(
        sluice.pace(
          (input) => {
            if (input === 1) return [10, 11];
            if (input === 2) return Promise.resolve(20);
            return (async function* () {
              yield 30;
            })();
          },
          { ordered: true },
        ),
      )
      .subscribe((value) => results.push(value));
    await clock.runAsync();
    expect(results).toEqual([10, 11, 20, 30]);
  });

  it.each([false, true])("skips no falsy input or output (ordered: %s)", (ordered) => {
    const falsy = [0, "", false, null, undefined, Number.NaN];
    const { sluice, clock } = virtualSluice(WIDE);
    const inputs: unknown[] = [];
    const results: unknown[] = [];
    const project = (input: unknown) => {
      inputs.push(input);
      return of(input);
    };
    from(falsy)
      .pipe(sluice.pace(project, { ordered }))
      .subscribe((value) => results.push(value));
    clock.run();
    expect(inputs).toEqual(falsy);
    expect(results).toEqual(falsy);
  });

  it("completes with its inputs, and at once where there are none", () => {
    marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable }) => {
      const project = () => cold("(r|)");
      expectObservable(EMPTY.pipe(sluice.pace(project))).toBe("|");
      expectObservable(EMPTY.pipe(sluice.pace(project, { ordered: true }))).toBe("|");
      expectObservable(cold("a 2s |").pipe(sluice.pace(project))).toBe("r 2s |");
    });
  });

  it.each([false, true])("passes on an error of its inputs at once, as RxJS does (ordered: %s)", (ordered) => {
    marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
      const slow$ = cold("500ms (r|)");
      expectObservable(cold("a 99ms #").pipe(sluice.pace(() => slow$, { ordered }))).toBe("100ms #");
      expectSubscriptions(slow$.subscriptions).toBe("^ 99ms !");
    });
  });

  it("throws from a project as its request's own error, which is not tried again", () => {
    marbles(STEADY, ({ sluice, cold, expectObservable }) => {
      const mine = new RangeError("mine");
      const project = () => {
        throw mine;
      };
      expectObservable(cold("a|").pipe(sluice.pace(project))).toBe("#", undefined, mine);
    });
  });

  it("refuses at once what is no function", () => {
    for (const project of [undefined, 5, of(1)] as never[]) {
      expect(() => virtualSluice(WIDE).sluice.pace(project)).toThrow("pace needs a function");
    }
  });

  describe("a final failure", () => {
    it("ends the stream and frees all that wait", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const flying$ = cold("5s (r|)");
        const inputs$ = cold<number>("(abcd)", { a: 0, b: 1, c: 2, d: 3 });
        const project = (input: number) => (input === 1 ? throwError(() => answer(400)) : flying$);
        expectObservable(inputs$.pipe(sluice.pace<number, string>(project))).toBe("1s #", undefined, answer(400));
        expectSubscriptions(flying$.subscriptions).toBe("^ 999ms !");
        expectSubscriptions(inputs$.subscriptions).toBe("^ 999ms !");
        expectObservable(cold("1500ms (x|)").pipe(sluice.pace(() => of("next")))).toBe("2s (a|)", { a: "next" });
      });
    });

    it("in order, waits for its turn, and what comes behind it isn't sent any more", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const [first$, second$, third$] = [cold("2500ms (r|)"), cold("#"), cold("(t|)")];
        const inputs$ = from([first$, second$, third$]);
        expectObservable(inputs$.pipe(sluice.pace((input$) => input$, { ordered: true }))).toBe("2500ms (r#)");
        expectSubscriptions(third$.subscriptions).toBe([]);
        expectObservable(cold("1500ms (x|)").pipe(sluice.pace(() => of("next")))).toBe("2s (a|)", { a: "next" });
      });
    });

    it.each([false, true])(
      "is replaced by what `onFailure` returns, even if falsy; undefined skips (ordered: %s)",
      (ordered) => {
        const { sluice, clock } = virtualSluice(WIDE);
        const results: unknown[] = [];
        const failures: unknown[] = [];
        from([0, 1, 2, 3, 4])
          .pipe(
            sluice.pace<number, unknown>(
              (input) => (input % 2 === 0 ? of(input) : throwError(() => answer(400 + input))),
              {
                ordered,
                onFailure: (error, input) => {
                  failures.push([(error as { status: number }).status, input]);
                  return input === 1 ? null : undefined;
                },
              },
            ),
          )
          .subscribe({ next: (value) => results.push(value), complete: () => results.push("complete") });
        clock.run();
        expect(results).toEqual([0, null, 2, 4, "complete"]);
        expect(failures).toEqual([
          [401, 1],
          [403, 3],
        ]);
      },
    );

    it("is final only after its tries", () => {
      marbles({ ...STEADY, retry: { attemptsMax: 2 } }, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const refused$ = cold("#", {}, THROTTLED);
        const paced$ = cold("(a|)").pipe(
          sluice.pace<string, unknown>(() => refused$, { onFailure: (error) => ({ error }) }),
        );
        expectObservable(paced$).toBe("1s (r|)", { r: { error: THROTTLED } });
        expectSubscriptions(refused$.subscriptions).toBe(["(^!)", "1s (^!)"]);
      });
    });

    it("of `onFailure` itself ends the stream with what it threw", () => {
      marbles(STEADY, ({ sluice, cold, expectObservable }) => {
        const worse = new Error("worse");
        const onFailure = () => {
          throw worse;
        };
        expectObservable(cold("a|").pipe(sluice.pace(() => throwError(() => answer(400)), { onFailure }))).toBe(
          "#",
          undefined,
          worse,
        );
      });
    });
  });

  describe("options that are functions of the input", () => {
    it("key: each has its own pace", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable }) => {
        const inputs$ = from(["a1", "a2", "b1"]);
        expectObservable(
          merge(inputs$, cold("3s |")).pipe(sluice.pace((input) => of(input), { key: (input) => input.slice(0, 1) })),
        ).toBe("(xz) 996ms y 1999ms |", { x: "a1", y: "a2", z: "b1" });
      });
    });

    it("cost: a request of three takes the time of three", () => {
      marbles(ONE_A_SECOND, ({ sluice, expectObservable }) => {
        const paced$ = from([3, 1]).pipe(sluice.pace((input) => of(input), { cost: (input) => ({ requests: input }) }));
        expectObservable(paced$).toBe("a 2999ms (b|)", { a: 3, b: 1 });
      });
    });

    it("priority: the highest goes first", () => {
      marbles(ONE_A_SECOND, ({ sluice, expectObservable }) => {
        const paced$ = from([0, 1, 2, 3]).pipe(sluice.pace((input) => of(input), { priority: (input) => input }));
        expectObservable(paced$).toBe("a 999ms d 999ms c 999ms (b|)", { a: 0, b: 1, c: 2, d: 3 });
      });
    });

    it("tenant: each has its share, whatever its backlog", () => {
      marbles(ONE_A_SECOND, ({ sluice, expectObservable }) => {
        const paced$ = from(["a1", "a2", "a3", "a4", "b1", "b2"]).pipe(
          sluice.pace((input) => of(input), { tenant: (input) => input.slice(0, 1) }),
        );
        expectObservable(paced$.pipe(take(5), toArray())).toBe("4s (r|)", { r: ["a1", "a2", "b1", "a3", "b2"] });
      });
    });

    it("deadlineMs: that input fails alone", () => {
      marbles(ONE_A_SECOND, ({ sluice, expectObservable }) => {
        const paced$ = from([9_000, 500, 9_000]).pipe(
          sluice.pace<number, unknown>((input) => of(input), {
            deadlineMs: (input) => input,
            onFailure: (error) => error,
          }),
        );
        expectObservable(paced$).toBe("a 499ms b 499ms (a|)", { a: 9_000, b: sluiceError("ERR_SLUICE_DEADLINE") });
      });
    });

    it("deadlineMs counts from the arrival of the input, in order too", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable }) => {
        const paced$ = from([0, 1]).pipe(
          sluice.pace<number, unknown>((input) => cold(input === 0 ? "2s (a|)" : "(b|)"), {
            ordered: true,
            bufferMax: 1,
            deadlineMs: (input) => (input === 0 ? 9_000 : 1_500),
            onFailure: (error) => error,
          }),
        );
        expectObservable(paced$).toBe("2s (ab|)", { a: "a", b: sluiceError("ERR_SLUICE_DEADLINE") });
      });
    });

    it.each([
      ["key", { key: (input: number) => (input === 1 ? "" : "k") }, /^key must be a text that isn't empty, got ""/],
      [
        "cost",
        { cost: (input: number) => ({ tokens: input === 1 ? Number.NaN : 1 }) },
        /^cost.tokens must be a finite number, 0 or more, got NaN/,
      ],
      [
        "priority",
        { priority: (input: number) => (input === 1 ? Number.NaN : 1) },
        /^priority must be a finite number/,
      ],
      [
        "deadlineMs",
        { deadlineMs: (input: number) => (input === 1 ? -1 : 1_000) },
        /^deadlineMs must be 0 or more, got -1/,
      ],
    ])("a %s that won't do is that input's ERR_SLUICE_OPTION, and nobody else's", (_name, options, message) => {
      for (const ordered of [false, true]) {
        const { sluice, clock } = virtualSluice(WIDE);
        const results: unknown[] = [];
        const onFailure = (error: unknown, input: number) => ({ error, input });
        from([0, 1, 2])
          .pipe(sluice.pace<number, unknown>((input) => of(input), { ...options, ordered, onFailure }))
          .subscribe((value) => results.push(value));
        clock.run();
        const failed = { error: sluiceError("ERR_SLUICE_OPTION"), input: 1 };
        expect(results).toEqual([0, failed, 2]);
        expect((results[1] as { error: Error }).error.message).toMatch(message);
      }
    });

    it.each(["key", "cost", "priority", "tenant", "deadlineMs"])(
      "a %s() that throws is that input's failure",
      (name) => {
        const { sluice, clock } = virtualSluice(WIDE);
        const broken = new Error("broken");
        const results: unknown[] = [];
        const options = {
          [name]: (input: number) => {
            if (input === 1) throw broken;
            return undefined;
          },
        };
        from([0, 1, 2])
          .pipe(sluice.pace<number, unknown>((input) => of(input), { ...options, onFailure: (error) => error }))
          .subscribe((value) => results.push(value));
        from([1])
          .pipe(sluice.pace<number, unknown>((input) => of(input), options))
          .subscribe({ error: (error) => results.push({ error }) });
        clock.run();
        expect(results).toEqual([0, broken, 2, { error: broken }]);
      },
    );
  });

  it.each([
    [{ bufferMax: 0 }, /^bufferMax must be a whole number from 1/],
    [{ ordered: "yes" }, /^ordered must be true or false/],
    [{ onFailure: 1 }, /^onFailure must be a function/],
    [{ keys: "k" }, /^unknown option keys/],
  ])("refuses %j when it is built", (options, message) => {
    expect(() => virtualSluice().sluice.pace(() => EMPTY, options as object)).toThrow(message);
  });

  it("in order, sends no more than bufferMax inputs ahead of the first result that is missing", () => {
    marbles(WIDE, ({ sluice, cold, clock, expectObservable }) => {
      let sent = 0;
      const paced$ = range(0, 10).pipe(
        sluice.pace<number, string>(
          (input) => {
            sent += 1;
            return input === 0 ? cold<string>("1s (a|)") : of("b");
          },
          { ordered: true, bufferMax: 3 },
        ),
      );
      clock.after(999, () => expect(sent).toBe(3));
      expectObservable(paced$).toBe("1s (abbbbbbbbb|)");
    });
  });

  it("keeps the queue's bound out of a stream", () => {
    const { sluice, clock } = virtualSluice({ ...ONE_A_SECOND, queue: { sizeMax: 1 } });
    let count = 0;
    range(0, 100)
      .pipe(sluice.pace((input) => of(input)))
      .subscribe(() => (count += 1));
    clock.run();
    expect(count).toBe(100);
  });

  describe("when it is unsubscribed from", () => {
    it.each([false, true])("frees all places and slots, and sends nothing more (ordered: %s)", (ordered) => {
      marbles({ ...WIDE, concurrencyMax: 2 }, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        // Slots are what holds the rest: one that comes free must not go to an input that nobody wants.
        const long$ = cold("10s (r|)");
        const inputs$ = range(0, 6);
        expectObservable(inputs$.pipe(sluice.pace(() => long$, { ordered })), "^ 99ms !").toBe("");
        expectSubscriptions(long$.subscriptions).toBe(["^ 99ms !", "^ 99ms !"]);
        expectObservable(cold("200ms (x|)").pipe(sluice.pace(() => of("next")))).toBe("200ms (a|)", { a: "next" });
      });
    });

    it("by take, even of inputs that never pause", () => {
      const { sluice } = virtualSluice(WIDE);
      const values: number[] = [];
      range(0, Number.POSITIVE_INFINITY)
        .pipe(
          sluice.pace((input) => of(input)),
          take(3),
        )
        .subscribe((value) => values.push(value));
      expect(values).toEqual([0, 1, 2]);
      expect(sluice.budgets()[0]).toMatchObject({ inFlight: 0, queued: 0 });
    });

    it("leaves no timer", () => {
      const { sluice, clock } = virtualSluice(ONE_A_SECOND);
      const subscription = range(0, 1_000)
        .pipe(sluice.pace(() => NEVER))
        .subscribe();
      subscription.unsubscribe();
      expect(sluice.budgets()[0]).toMatchObject({ inFlight: 0, queued: 0 });
      clock.run(clock.now() + 2_000);
      expect(clock.pending).toBe(0);
    });
  });

  it.each([false, true])(
    "a `signal` ends the stream with its own reason, whatever `onFailure` says (ordered: %s)",
    (ordered) => {
      marbles(ONE_A_SECOND, ({ sluice, cold, clock, expectObservable, expectSubscriptions }) => {
        const controller = new AbortController();
        clock.after(1_500, () => controller.abort("enough"));
        const long$ = cold("5s (r|)");
        const { signal } = controller;
        const paced$ = range(0, 5).pipe(sluice.pace(() => long$, { ordered, signal, onFailure: () => "instead" }));
        expectObservable(paced$).toBe("1500ms #", undefined, "enough");
        expectSubscriptions(long$.subscriptions).toBe(["^ 1499ms !", "1s ^ 499ms !"]);
        const aborted$ = cold("ab|").pipe(sluice.pace(() => long$, { ordered, signal: AbortSignal.abort("no") }));
        expectObservable(aborted$).toBe("#", undefined, "no");
      });
    },
  );

  it("close refuses what waits", () => {
    marbles(ONE_A_SECOND, ({ sluice, clock, expectObservable }) => {
      clock.after(500, () => void sluice.close());
      const paced$ = range(0, 3).pipe(
        sluice.pace<number, unknown>((input) => of(input), { onFailure: (error) => error }),
      );
      expectObservable(paced$).toBe("a 499ms (bb|)", { a: 0, b: sluiceError("ERR_SLUICE_CLOSED") });
    });
  });

  it("takes inputs that its own results bring forth", () => {
    for (const ordered of [false, true]) {
      const { sluice, clock } = virtualSluice(WIDE);
      const inputs$ = new Subject<number>();
      const results: number[] = [];
      inputs$
        .pipe(
          sluice.pace((input) => of(input), { ordered }),
          tap((value) => (value < 20_000 ? inputs$.next(value + 1) : inputs$.complete())),
        )
        .subscribe((value) => results.push(value));
      inputs$.next(0);
      clock.run();
      expect(results).toHaveLength(20_001);
    }
  });

  describe("a hundred thousand inputs", () => {
    it.each([false, true])(
      "that complete at once neither blow the stack nor take quadratic time (ordered: %s)",
      (ordered) => {
        const run = (count: number): number => {
          const { sluice, clock } = virtualSluice(WIDE);
          const startedAtMs = performance.now();
          let sum = 0;
          let isComplete = false;
          range(0, count)
            .pipe(sluice.pace((input) => of(input), { ordered }))
            .subscribe({ next: (value) => (sum += value), complete: () => (isComplete = true) });
          clock.run();
          expect(isComplete).toBe(true);
          expect(sum).toBe((count * (count - 1)) / 2);
          return performance.now() - startedAtMs;
        };
        run(5_000); // so that it is compiled
        expect(isLinear(run)).toBe(true);
      },
    );

    it.each([false, true])(
      "that wait are cancelled, or fail with the first, in linear time (ordered: %s)",
      (ordered) => {
        const run = (count: number): number => {
          const { sluice } = virtualSluice({ ...WIDE, concurrencyMax: 1 });
          const gate$ = new Subject<never>();
          const errors: unknown[] = [];
          const waiting = range(0, count).pipe(sluice.pace(() => gate$, { ordered }));
          const startedAtMs = performance.now();
          waiting.subscribe().unsubscribe();
          waiting.subscribe({ error: (error) => errors.push(error) });
          gate$.error("broken");
          const tookMs = performance.now() - startedAtMs;
          expect(errors).toEqual(["broken"]);
          expect(sluice.budgets()[0]).toMatchObject({ inFlight: 0, queued: 0 });
          return tookMs;
        };
        run(5_000);
        expect(isLinear(run)).toBe(true);
      },
    );
  });

  it.each([false, true])("holds on to no input or result that is through (ordered: %s)", async (ordered) => {
    const { sluice, clock } = virtualSluice(WIDE);
    const inputs$ = new Subject<object>();
    const seen: WeakRef<object>[] = [];
    const subscription = inputs$
      .pipe(
        sluice.pace((input) => of({ input }), { ordered }),
        tap((result) => seen.push(new WeakRef(result))),
      )
      .subscribe();
    for (let sent = 0; sent < 1_000; sent += 1) {
      const input = {};
      seen.push(new WeakRef(input));
      inputs$.next(input);
      clock.run(clock.now() + 1);
    }
    expect(seen).toHaveLength(2_000);
    await new Promise((resolve) => setImmediate(resolve)); // what a WeakRef was made for lives to the end of its turn
    collectGarbage();
    // The last one may still be on its way out.
    expect(seen.filter((each) => each.deref() !== undefined).length).toBeLessThan(10);
    subscription.unsubscribe();
  });
});

/** Eight times as many inputs: quadratic would take 64 times as long. Asked twice, since other work may disturb one run. */
function isLinear(tookMs: (count: number) => number): boolean {
  const ratio = () => tookMs(100_000) / tookMs(12_500);
  return ratio() < 32 || ratio() < 32;
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
