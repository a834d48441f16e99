import {
  concat,
  defer,
  EMPTY,
  finalize,
  merge,
  NEVER,
  Observable,
  of,
  range,
  repeat,
  retry,
  take,
  throwError,
} from "rxjs";
import { AjaxError } from "rxjs/ajax";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { SluiceEvent } from "../../src/flow/event.js";
import { inTurn, marbles, ONE_A_SECOND, STEADY, sluiceError } from "./marbles.js";
import { answer, virtualSluice } from "./server.js";

const THROTTLED = answer(429, {});
const LOST = Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNRESET" } });

/** As Angular's HttpClient throws it. */
function httpErrorResponse(status: number, headers: Record<string, string> = {}, body: unknown = null) {
  return {
    name: "HttpErrorResponse",
    message: `Http failure response: ${status}`,
    ok: false,
    status,
    headers: {
      get: (name: string) => headers[name.toLowerCase()] ?? null,
      keys: () => Object.keys(headers),
      getAll: (name: string) => (name.toLowerCase() in headers ? [headers[name.toLowerCase()]] : null),
    },
    error: body,
  };
}

/** Runs what is put off to the next microtask at once, and returns what it threw: the platform would report it. */
function microtasks(): string[] {
  const thrown: string[] = [];
  vi.stubGlobal("queueMicrotask", (task: () => void) => {
    try {
      task();
    } catch (error) {
      thrown.push(String(error));
    }
  });
  return thrown;
}
afterEach(() => vi.unstubAllGlobals());

describe("wrap", () => {
  it("subscribes to each request at its moment, one a second", () => {
    marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
      const request$ = cold("100ms (a|)");
      expectObservable(merge(sluice.wrap(request$), sluice.wrap(request$), sluice.wrap(request$))).toBe(
        "100ms a 999ms a 999ms (a|)",
      );
      expectSubscriptions(request$.subscriptions).toBe(["^ 99ms !", "1s ^ 99ms !", "2s ^ 99ms !"]);
    });
  });

  it("is cold: each subscriber sends a request of its own, and none is sent without one", () => {
    marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
      const request$ = cold("(a|)");
      const governed$ = sluice.wrap(request$);
      expectObservable(governed$).toBe("(a|)");
      expectObservable(governed$).toBe("1s (a|)");
      expectSubscriptions(request$.subscriptions).toBe(["(^!)", "1s (^!)"]);
    });
  });

  it("holds the slot to the end", () => {
    marbles({ ...ONE_A_SECOND, concurrencyMax: 1 }, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
      const long$ = cold("a 2s b 2s |");
      const short$ = cold("(c|)");
      expectObservable(merge(sluice.wrap(long$), sluice.wrap(short$))).toBe("a 2s b 2s (c|)");
      expectSubscriptions(short$.subscriptions).toBe("4002ms (^!)");
    });
  });

  describe("tries again", () => {
    it.each([
      ["an error with a status", throwError(() => Object.assign(new Error("slow down"), THROTTLED))],
      ["an HttpErrorResponse", throwError(() => httpErrorResponse(429))],
      ["a first value with a refused status", of(answer(429, {}))],
      ["a Response", defer(() => of(new Response("{}", { status: 429 })))],
    ])("%s: at a paced moment, with a permit of its own", (_name, refusal$: Observable<unknown>) => {
      marbles(STEADY, ({ sluice, clock, expectObservable }) => {
        const moments: number[] = [];
        const next = inTurn<unknown>(refusal$, refusal$, of("ok"));
        const request$ = defer(() => {
          moments.push(clock.now());
          return next();
        });
        expectObservable(sluice.wrap(request$)).toBe("2s (a|)", { a: "ok" });
        expectObservable(sluice.wrap(of("next"))).toBe("3s (a|)", { a: "next" });
        clock.after(2_500, () => expect(moments).toEqual([0, 1_000, 2_000]));
      });
    });

    it("an AjaxError", () => {
      marbles(STEADY, ({ sluice, expectObservable }) => {
        const xhr = {
          status: 429,
          getAllResponseHeaders: () => "retry-after: 3\r\nx-request-id: 1\r\n",
          responseType: "json",
          response: { error: "slow down" },
        } as unknown as XMLHttpRequest;
        const request = { url: "/v1", method: "GET" } as unknown as AjaxError["request"];
        const next = inTurn<unknown>(
          throwError(() => new AjaxError("ajax error 429", xhr, request)),
          of("ok"),
        );
        expectObservable(sluice.wrap(defer(next))).toBe("3s (a|)", { a: "ok" });
      });
    });

    it("a connection that was lost, after a backoff", () => {
      marbles(STEADY, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const lost$ = cold("100ms #", {}, LOST);
        const ok$ = cold("(a|)");
        expectObservable(sluice.wrap(defer(inTurn(lost$, ok$)))).toBe("1100ms (a|)");
        expectSubscriptions(lost$.subscriptions).toBe("^ 99ms !");
        expectSubscriptions(ok$.subscriptions).toBe("1100ms (^!)");
      });
    });

    it("a try that took too long, whose source is let go of at once", () => {
      marbles(STEADY, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const never$ = cold("-");
        const ok$ = cold("(a|)");
        expectObservable(sluice.wrap(defer(inTurn(never$, ok$)), { attemptTimeoutMs: 500 })).toBe("1500ms (a|)");
        expectSubscriptions(never$.subscriptions).toBe("^ 499ms !");
      });
    });

    it("never once a value was handed on: the error is handed on as it is, and teaches", () => {
      marbles(STEADY, ({ sluice, clock, cold, expectObservable, expectSubscriptions }) => {
        const request$ = cold("a 100ms #", { a: "so far" }, THROTTLED);
        expectObservable(sluice.wrap(request$)).toBe("a 100ms #", { a: "so far" }, THROTTLED);
        expectSubscriptions(request$.subscriptions).toBe("^ 100ms !");
        clock.after(200, () => expect(sluice.budgets()[0]).toMatchObject({ accepted: 0, throttled: 1 }));
      });
    });

    it("no more than attemptsMax times: a last value is delivered, a last error rethrown unchanged", () => {
      marbles({ ...STEADY, retry: { attemptsMax: 2 } }, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const value$ = cold("(r|)", { r: THROTTLED });
        const error$ = cold("#", {}, THROTTLED);
        expectObservable(sluice.wrap(value$)).toBe("1s (r|)", { r: THROTTLED });
        expectSubscriptions(value$.subscriptions).toBe(["(^!)", "1s (^!)"]);
        expectObservable(sluice.wrap(error$)).toBe("3s #", {}, THROTTLED);
      });
    });

    it.each([400, 401, 404, 422])("not a %i", (status) => {
      marbles(STEADY, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const request$ = cold("#", {}, httpErrorResponse(status));
        expectObservable(sluice.wrap(request$)).toBe("#", {}, expect.objectContaining({ status }));
        expectSubscriptions(request$.subscriptions).toBe("(^!)");
      });
    });

    it("not an error of the task's own, which lowers no rate", () => {
      marbles(STEADY, ({ sluice, clock, cold, expectObservable }) => {
        const mine = new RangeError("mine");
        expectObservable(sluice.wrap(cold("#", {}, mine))).toBe("#", {}, mine);
        clock.after(1, () =>
          expect(sluice.budgets()[0]).toMatchObject({ ratePerSecond: 1, throttled: 0, overloaded: 0 }),
        );
      });
    });

    it("gives the attempt to the project: its number, key and signal", () => {
      marbles(STEADY, ({ sluice, expectObservable }) => {
        const seen: unknown[] = [];
        const paced$ = of("x").pipe(
          sluice.pace<string, unknown>(
            (_input, attempt) => {
              seen.push([attempt.number, attempt.key, attempt.signal.aborted]);
              return attempt.number === 1 ? of(THROTTLED) : of("ok");
            },
            { key: "k" },
          ),
          finalize(() =>
            expect(seen).toEqual([
              [1, "k", false],
              [2, "k", false],
            ]),
          ),
        );
        expectObservable(paced$).toBe("1s (a|)", { a: "ok" });
      });
    });
  });

  describe("what it takes for a response", () => {
    it.each([[0], [""], [false], [null], [undefined], [Number.NaN], ["plain"], [{ text: "hi" }]])(
      "%j without a status means accepted, and is handed on",
      (value) => {
        marbles(ONE_A_SECOND, ({ sluice, clock, expectObservable }) => {
          expectObservable(sluice.wrap(of<unknown>(value))).toBe("(a|)", { a: value });
          clock.after(1, () => expect(sluice.budgets()[0]).toMatchObject({ accepted: 1 }));
        });
      },
    );

    it("completion without a value means accepted", () => {
      const { sluice } = virtualSluice();
      let isComplete = false;
      sluice.wrap(EMPTY).subscribe({ complete: () => (isComplete = true) });
      expect(isComplete).toBe(true);
      expect(sluice.budgets()[0]).toMatchObject({ accepted: 1, inFlight: 0 });
    });

    it("only the first value is the response: later ones are handed on whatever they look like", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const request$ = cold("ab|", { a: answer(200), b: THROTTLED });
        expectObservable(sluice.wrap(request$)).toBe("ab|", { a: answer(200), b: THROTTLED });
        expectSubscriptions(request$.subscriptions).toBe("^-!");
      });
    });

    it("what `facts` finds, where we can't see it", () => {
      marbles(STEADY, ({ sluice, expectObservable }) => {
        const next = inTurn(of({ code: "E429" }), of({ code: "fine" }));
        const facts = (value: unknown) => ({
          status: (value as { code: string }).code === "E429" ? 429 : 200,
          headers: {},
        });
        expectObservable(sluice.wrap(defer(next), { facts })).toBe("1s (a|)", { a: { code: "fine" } });
      });
    });

    it("`facts` that throws is the stream's error, and neither a refusal nor a lost slot", () => {
      marbles({ ...STEADY, concurrencyMax: 1 }, ({ sluice, clock, expectObservable }) => {
        const broken = new Error("broken reader");
        const facts = () => {
          throw broken;
        };
        expectObservable(sluice.wrap(of(1), { facts })).toBe("#", {}, broken);
        // On an error it isn't the news.
        expectObservable(
          sluice.wrap(
            throwError(() => LOST),
            { facts, deadlineMs: 1_500 },
          ),
        ).toBe("1s #", {}, sluiceError("ERR_SLUICE_DEADLINE", LOST));
        expectObservable(sluice.wrap(of(3))).toBe("2s (a|)", { a: 3 });
        clock.after(2_100, () => expect(sluice.budgets()[0]?.throttled).toBe(0));
      });
    });
  });

  describe("when it is unsubscribed from", () => {
    it("before its moment, costs nothing: no subscription ever, and its place is free", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const [first$, second$, third$] = [cold("(a|)"), cold("(b|)"), cold("(c|)")];
        expectObservable(sluice.wrap(first$)).toBe("(a|)");
        expectObservable(sluice.wrap(second$), "^ 499ms !").toBe("");
        expectObservable(sluice.wrap(third$)).toBe("1s (c|)");
        expectSubscriptions(second$.subscriptions).toBe([]);
      });
    });

    it("afterwards, returns the slot but not the moment", () => {
      marbles({ ...ONE_A_SECOND, concurrencyMax: 1 }, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const long$ = cold("a 10s |");
        expectObservable(sluice.wrap(long$), "^ 1499ms !").toBe("a");
        expectSubscriptions(long$.subscriptions).toBe("^ 1499ms !");
        expectObservable(sluice.wrap(cold("(b|)"))).toBe("1500ms (b|)");
        expectObservable(sluice.wrap(cold("(c|)"))).toBe("2500ms (c|)");
      });
    });

    it("between two tries, is not subscribed to again", () => {
      marbles(STEADY, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const request$ = cold("#", {}, THROTTLED);
        expectObservable(sluice.wrap(request$), "^ 499ms !").toBe("");
        expectSubscriptions(request$.subscriptions).toBe("(^!)");
      });
    });

    it("aborts the try's own signal, for projects that are no observables", () => {
      marbles(ONE_A_SECOND, ({ sluice, expectObservable }) => {
        let signal: AbortSignal | undefined;
        const paced$ = of(1).pipe(
          sluice.pace((_input, attempt) => {
            signal = attempt.signal;
            return NEVER;
          }),
          finalize(() => queueMicrotask(() => expect(signal?.aborted).toBe(true))),
        );
        expectObservable(paced$, "^ 9ms !").toBe("");
      });
    });

    it("from within the first value, even of a source that never pauses", () => {
      const { sluice } = virtualSluice();
      const values: number[] = [];
      sluice
        .wrap(range(0, Number.POSITIVE_INFINITY))
        .pipe(take(3))
        .subscribe((value) => values.push(value));
      expect(values).toEqual([0, 1, 2]);
      expect(sluice.budgets()[0]).toMatchObject({ inFlight: 0, accepted: 1 });
    });

    it("from within a first value that comes later", () => {
      marbles({ ...ONE_A_SECOND, concurrencyMax: 1 }, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const endless$ = cold("10ms a-a-a-a-a");
        expectObservable(sluice.wrap(endless$).pipe(take(1))).toBe("10ms (a|)");
        expectSubscriptions(endless$.subscriptions).toBe("^ 9ms !");
      });
    });
  });

  describe("ends", () => {
    it("by an abort: with the signal's own reason, queued or in flight", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, clock, expectObservable, expectSubscriptions }) => {
        const controller = new AbortController();
        const reason = answer(429); // looks like a response, and isn't one
        clock.after(500, () => controller.abort(reason));
        const [flying$, waiting$] = [cold("2s a|"), cold("(b|)")];
        expectObservable(sluice.wrap(flying$, { signal: controller.signal })).toBe("500ms #", {}, reason);
        expectObservable(sluice.wrap(waiting$, { signal: controller.signal })).toBe("500ms #", {}, reason);
        expectSubscriptions(flying$.subscriptions).toBe("^ 499ms !");
        expectSubscriptions(waiting$.subscriptions).toBe([]);
        clock.after(600, () => expect(sluice.budgets()[0]?.throttled).toBe(0));
      });
    });

    it("by an abort while its values come", () => {
      marbles(
        { ...ONE_A_SECOND, concurrencyMax: 1 },
        ({ sluice, cold, clock, expectObservable, expectSubscriptions }) => {
          const controller = new AbortController();
          clock.after(1_500, () => controller.abort("enough"));
          const long$ = cold("a 1s b 1s c");
          expectObservable(sluice.wrap(long$, { signal: controller.signal })).toBe(
            "a 1s b 498ms #",
            undefined,
            "enough",
          );
          expectObservable(sluice.wrap(cold("(d|)"))).toBe("1500ms (d|)");
          expectSubscriptions(long$.subscriptions).toBe("^ 1499ms !");
        },
      );
    });

    it("by an abort that came before: without being queued", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const request$ = cold("(a|)");
        expectObservable(sluice.wrap(request$, { signal: AbortSignal.abort("no") })).toBe("#", {}, "no");
        expectObservable(sluice.wrap(cold("(b|)"))).toBe("(b|)");
        expectSubscriptions(request$.subscriptions).toBe([]);
      });
    });

    it("by its deadline, as soon as it can't be kept", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, expectObservable }) => {
        expectObservable(sluice.wrap(cold("(a|)"))).toBe("(a|)");
        expectObservable(sluice.wrap(cold("(b|)"), { deadlineMs: 500 })).toBe(
          "500ms #",
          {},
          sluiceError("ERR_SLUICE_DEADLINE"),
        );
        expectObservable(sluice.wrap(cold("(c|)"), { waitMaxMs: 700 })).toBe(
          "700ms #",
          {},
          sluiceError("ERR_SLUICE_WAIT"),
        );
      });
    });

    it("by its deadline while it is in flight, and not once its values have begun", () => {
      marbles(STEADY, ({ sluice, cold, expectObservable, expectSubscriptions }) => {
        const silent$ = cold("5s (b|)");
        const begun$ = cold("400ms a 1s (b|)");
        expectObservable(sluice.wrap(silent$, { deadlineMs: 500 })).toBe(
          "500ms #",
          {},
          sluiceError("ERR_SLUICE_DEADLINE"),
        );
        expectSubscriptions(silent$.subscriptions).toBe("^ 499ms !");
        expectObservable(sluice.wrap(begun$, { deadlineMs: 500, key: "other" })).toBe("400ms a 1s (b|)");
      });
    });

    it("by a full queue, which says that it was the local one", () => {
      marbles({ ...ONE_A_SECOND, queue: { sizeMax: 0 } }, ({ sluice, cold, expectObservable }) => {
        expectObservable(sluice.wrap(cold("(a|)"))).toBe("(a|)");
        expectObservable(sluice.wrap(cold("(b|)"))).toBe("#", {}, sluiceError("ERR_SLUICE_QUEUE_FULL"));
      });
    });

    it("with our own error and the last failure as its cause, where the deadline leaves no other try", () => {
      marbles(STEADY, ({ sluice, expectObservable }) => {
        const refused = answer(429, { "retry-after": "5" });
        expectObservable(sluice.wrap(of(refused), { deadlineMs: 2_000 })).toBe(
          "#",
          {},
          sluiceError("ERR_SLUICE_DEADLINE", refused),
        );
      });
    });

    it("by close: what waits is refused, what is in flight goes on", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, clock, expectObservable }) => {
        clock.after(500, () => void sluice.close());
        expectObservable(sluice.wrap(cold("800ms (a|)"))).toBe("800ms (a|)");
        expectObservable(sluice.wrap(cold("(b|)"))).toBe("500ms #", {}, sluiceError("ERR_SLUICE_CLOSED"));
      });
    });

    it("by a hard close, in flight too", () => {
      marbles(ONE_A_SECOND, ({ sluice, cold, clock, expectObservable, expectSubscriptions }) => {
        clock.after(500, () => void sluice.close({ abort: true }));
        const request$ = cold("800ms (a|)");
        expectObservable(sluice.wrap(request$)).toBe("500ms #", {}, sluiceError("ERR_SLUICE_CLOSED"));
        expectSubscriptions(request$.subscriptions).toBe("^ 499ms !");
      });
    });
  });

  it("frees the slot before it tells of the end", () => {
    // A queue of no size takes only what can go at once: the next one must find the slot free.
    const { sluice, clock } = virtualSluice({ queue: { sizeMax: 0 }, concurrencyMax: 1 });
    const values: unknown[] = [];
    // Not at once, since `repeat` and `retry` wait with a source that ends within its subscription until all of it is over.
    const soon = <T>(value$: Observable<T>) =>
      new Observable<T>((subscriber) => void clock.after(10, () => value$.subscribe(subscriber)));
    sluice
      .wrap(soon(of("a")))
      .pipe(repeat(3))
      .subscribe((value) => values.push(value));
    clock.run();
    expect(values).toEqual(["a", "a", "a"]);
    let tries = 0;
    const flaky$ = defer(() => (++tries < 2 ? throwError(() => new Error("mine")) : of("b")));
    sluice
      .wrap(soon(flaky$))
      .pipe(retry(1))
      .subscribe((value) => values.push(value));
    clock.run();
    expect(values.at(-1)).toBe("b");
  });

  it("settles by what the answer says that it spent", () => {
    const { sluice } = virtualSluice();
    const settled: SluiceEvent[] = [];
    sluice.event$.subscribe((event) => event.type === "settled" && settled.push(event));
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    sluice.wrap(of({ delta: "x" }, { usage })).subscribe();
    expect(settled).toMatchObject([{ actual: { inputTokens: 3, outputTokens: 4, tokens: 7 } }]);
  });

  it.each([
    [{ key: "" }, /^key must be/],
    [{ cost: { tokens: Number.NaN } }, /^cost.tokens must be/],
    [{ deadlineMs: -1 }, /^deadlineMs must be/],
    [{ nonsense: 1 }, /^unknown option nonsense/],
  ])("refuses %j when it is built", (options, message) => {
    const { sluice } = virtualSluice();
    expect(() => sluice.wrap(of(1), options as object)).toThrow(message);
  });

  describe("against what doesn't keep the rules", () => {
    it("a teardown that throws costs no slot, and is reported", () => {
      const { sluice, clock } = virtualSluice({ concurrencyMax: 1, ...ONE_A_SECOND });
      const reports = microtasks();
      const rude$ = concat(of(1), NEVER).pipe(
        finalize(() => {
          throw new Error("rude teardown");
        }),
      );
      const controller = new AbortController();
      let error: unknown;
      sluice.wrap(rude$, { signal: controller.signal }).subscribe({ error: (reason) => (error = reason) });
      controller.abort("enough");
      expect(error).toBe("enough");
      let next: unknown;
      sluice.wrap(of("next")).subscribe((value) => (next = value));
      clock.run();
      expect(next).toBe("next");
      expect(reports).toEqual([expect.stringContaining("rude teardown")]);
    });

    it("a subscriber whose own teardown throws doesn't stop the lane", () => {
      const { sluice, clock } = virtualSluice(ONE_A_SECOND);
      const reports = microtasks();
      sluice.wrap(of(1)).subscribe();
      sluice
        .wrap(of(2), { waitMaxMs: 100 })
        .pipe(
          finalize(() => {
            throw new Error("rude subscriber");
          }),
        )
        .subscribe({ error: () => {} });
      let third: unknown;
      sluice.wrap(of(3)).subscribe((value) => (third = value));
      clock.run();
      expect(third).toBe(3);
      expect(reports).toEqual([expect.stringContaining("rude subscriber")]);
    });

    it("a request that isn't one is an error of its own", () => {
      const { sluice } = virtualSluice({ concurrencyMax: 1 });
      const errors: unknown[] = [];
      sluice.wrap(undefined as unknown as Observable<never>).subscribe({ error: (error) => errors.push(error) });
      expect(errors).toHaveLength(1);
      expect(String(errors[0])).toMatch(/TypeError/);
      expect(sluice.budgets()[0]).toMatchObject({ inFlight: 0, throttled: 0, overloaded: 0 });
    });
  });
});
