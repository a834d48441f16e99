import { createServer } from "node:http";
import type { Meter, Tracer } from "@opentelemetry/api";
import express from "express";
import { type Observable, type OperatorFunction, of } from "rxjs";
import type { Agent, Dispatcher } from "undici";
import { describe, expectTypeOf, it } from "vitest";
import { sluiceMiddleware } from "../src/adapter/anthropic.js";
import { type Dashboard, type DashboardOptions, dashboard } from "../src/adapter/dashboard.js";
import { type InstrumentOptions, instrument } from "../src/adapter/otel.js";
import { observe, sluiceInterceptor } from "../src/adapter/undici.js";
import type {
  Attempt,
  BudgetSnapshot,
  Clock,
  Cost,
  Decision,
  Dimension,
  PaceOptions,
  Quota,
  RequestOptions,
  ResponseFacts,
  Signal,
  Sluice,
  SluiceError,
  SluiceErrorCode,
  SluiceEvent,
  SluiceOptions,
  SluiceState,
} from "../src/index.js";
import { createSluice, isSluiceError, readSignal } from "../src/index.js";
import { channelStore } from "../src/store/channel.js";
import { createStore } from "../src/store/create-store.js";
import { redisStore } from "../src/store/redis.js";

/** Compiled with the tests: a breach here is a compile error. Nothing in it runs. */
function compiles(_check: () => void): void {}

/** A document, as a user's own type. */
interface Document {
  readonly text: string;
  readonly model: string;
}

declare const sluice: Sluice;
declare const documents$: Observable<Document>;
declare const embed: (text: string) => Promise<number[]>;

describe("the types of the public door", () => {
  it("createSluice takes options or none, and nothing unknown", () => {
    compiles(() => {
      expectTypeOf(createSluice).parameters.toEqualTypeOf<[(SluiceOptions | undefined)?]>();
      expectTypeOf(createSluice).returns.toEqualTypeOf<Sluice>();
      // @ts-expect-error an unknown name
      createSluice({ rate: 5 });
      // @ts-expect-error an unknown law
      createSluice({ control: { law: "pid" } });
    });
  });

  it("fetch and sdkOptions fit where a fetch is asked for", () => {
    compiles(() => {
      expectTypeOf(sluice.fetch).toEqualTypeOf<typeof globalThis.fetch>();
      expectTypeOf(sluice.sdkOptions()).toEqualTypeOf<{
        fetch: typeof globalThis.fetch;
        maxRetries: 0;
        timeout: number;
      }>();
    });
  });

  it("schedule gives what its task gives", () => {
    compiles(() => {
      expectTypeOf(sluice.schedule(async () => 1)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(sluice.schedule((attempt) => Promise.resolve(attempt.key))).toEqualTypeOf<Promise<string>>();
      // @ts-expect-error a task returns a promise
      sluice.schedule(() => 1);
    });
  });

  it("wrap gives the observable's own type", () => {
    compiles(() => {
      expectTypeOf(sluice.wrap(of(1, "a"))).toEqualTypeOf<Observable<number | string>>();
      // @ts-expect-error a key is a text here, not a function
      sluice.wrap(of(1), { key: () => "k" });
    });
  });

  it("pace infers inputs from the stream and outputs from the project", () => {
    compiles(() => {
      expectTypeOf(documents$.pipe(sluice.pace(({ text }) => embed(text)))).toEqualTypeOf<Observable<number[]>>();
      expectTypeOf(
        documents$.pipe(
          sluice.pace(({ text }, { number }) => of(text.length + number), {
            key: ({ model }) => model,
            cost: ({ text }) => ({ tokens: text.length / 4 }),
            onFailure: (error, { text }) => (isSluiceError(error) ? text.length : undefined),
          }),
        ),
      ).toEqualTypeOf<Observable<number>>();
      expectTypeOf(sluice.pace<string, number>).returns.toEqualTypeOf<OperatorFunction<string, number>>();
      // @ts-expect-error what takes a result's place is of its type
      documents$.pipe(sluice.pace<Document, number>(() => of(1), { onFailure: () => "none" }));
    });
  });

  it("map takes what can be iterated over or streamed", () => {
    compiles(() => {
      const send = async (line: string, attempt: Attempt) => ({ line, tries: attempt.number });
      type Sent = AsyncIterableIterator<{ line: string; tries: number }>;
      expectTypeOf(sluice.map(["a"], send)).toEqualTypeOf<Sent>();
      expectTypeOf(sluice.map(new Set(["a"]), send)).toEqualTypeOf<Sent>();
      expectTypeOf(sluice.map({} as AsyncGenerator<string>, send)).toEqualTypeOf<Sent>();
      expectTypeOf(sluice.map({} as ReadableStream<string>, send)).toEqualTypeOf<Sent>();
    });
  });

  it("with gives what its function gives", () => {
    compiles(() => {
      expectTypeOf(sluice.with({ key: "k" }, () => 1)).toEqualTypeOf<number>();
      expectTypeOf(sluice.with({ tenant: "t" }, async () => "a")).toEqualTypeOf<Promise<string>>();
    });
  });

  it("the rest of the handle is as the contract has it", () => {
    compiles(() => {
      expectTypeOf(sluice.event$).toEqualTypeOf<Observable<SluiceEvent>>();
      expectTypeOf(sluice.budgets()).toEqualTypeOf<readonly BudgetSnapshot[]>();
      expectTypeOf(sluice.pause).parameters.toEqualTypeOf<[(string | undefined)?]>();
      expectTypeOf(sluice.resume).parameters.toEqualTypeOf<[(string | undefined)?]>();
      expectTypeOf(sluice.cap).parameters.toEqualTypeOf<[key: string, ratePerSecond: number | undefined]>();
      expectTypeOf(sluice.snapshot()).toEqualTypeOf<SluiceState>();
      expectTypeOf(sluice.close()).toEqualTypeOf<Promise<void>>();
      expectTypeOf(sluice).toExtend<AsyncDisposable>();
      expectTypeOf<Attempt>().toEqualTypeOf<{
        readonly number: number;
        readonly signal: AbortSignal;
        readonly key: string;
      }>();
    });
  });

  it("every option of a request is optional, and may be a function of the input in a stream", () => {
    compiles(() => {
      expectTypeOf<Record<never, never>>().toExtend<RequestOptions>();
      expectTypeOf<Record<never, never>>().toExtend<PaceOptions<Document, number>>();
      type ByInput<T> = T | ((input: Document) => T) | undefined;
      type Paced = PaceOptions<Document, number>;
      expectTypeOf<Paced["key"]>().toEqualTypeOf<ByInput<string>>();
      expectTypeOf<Paced["cost"]>().toEqualTypeOf<ByInput<Cost>>();
      expectTypeOf<Paced["priority"]>().toEqualTypeOf<ByInput<number>>();
      expectTypeOf<Paced["tenant"]>().toEqualTypeOf<ByInput<string>>();
      expectTypeOf<Paced["deadlineMs"]>().toEqualTypeOf<ByInput<number>>();
      expectTypeOf<RequestOptions["facts"]>().toEqualTypeOf<
        ((resultOrError: unknown) => ResponseFacts | undefined) | undefined
      >();
    });
  });

  it("readSignal takes every shape of headers, and its result is plain data", () => {
    compiles(() => {
      expectTypeOf(readSignal({ status: 429, headers: new Headers() })).toEqualTypeOf<Signal>();
      readSignal({ status: 429, headers: { "retry-after": "1", "set-cookie": ["a", "b"], via: undefined } });
      readSignal({ status: 429, headers: [["retry-after", "1"]] });
      expectTypeOf<Signal["outcome"]>().toEqualTypeOf<
        "accepted" | "throttled" | "overloaded" | "exhausted" | "saturated" | "failed"
      >();
      expectTypeOf<Signal["quotas"]>().toEqualTypeOf<readonly Quota[]>();
      expectTypeOf<"images">().toExtend<Dimension>();
    });
  });

  it("an unknown value narrows to our error, whose codes can be told apart", () => {
    compiles(() => {
      const caught: unknown = undefined;
      if (!isSluiceError(caught)) return;
      expectTypeOf(caught).toEqualTypeOf<SluiceError>();
      expectTypeOf(caught.code).toEqualTypeOf<SluiceErrorCode>();
      expectTypeOf<SluiceErrorCode>().toEqualTypeOf<
        | "ERR_SLUICE_OPTION"
        | "ERR_SLUICE_CLOSED"
        | "ERR_SLUICE_DEADLINE"
        | "ERR_SLUICE_WAIT"
        | "ERR_SLUICE_TIMEOUT"
        | "ERR_SLUICE_QUEUE_FULL"
        | "ERR_SLUICE_EXHAUSTED"
        | "ERR_SLUICE_TOO_LARGE"
        | "ERR_SLUICE_RETRIES"
      >();
    });
  });

  it("events are told apart by their type, and decisions carry their reason", () => {
    compiles(() => {
      expectTypeOf<SluiceEvent["type"]>().toEqualTypeOf<
        "queued" | "sent" | "response" | "retry" | "settled" | "dropped" | "decision" | "advice" | "warning"
      >();
      expectTypeOf<SluiceEvent>().toExtend<{ readonly type: string; readonly atMs: number; readonly key: string }>();
      expectTypeOf<Decision["move"]>().toEqualTypeOf<"increase" | "decrease" | "hold">();
      expectTypeOf<BudgetSnapshot["phase"]>().toEqualTypeOf<"start" | "follow" | "probe" | "recover" | "pause">();
    });
  });

  it("a clock has three methods", () => {
    compiles(() => {
      expectTypeOf<keyof Clock>().toEqualTypeOf<"now" | "wallNow" | "after">();
    });
  });

  it("sluiceMiddleware fits where that SDK asks for a middleware, whatever else a request has", () => {
    compiles(() => {
      /** As `@anthropic-ai/sdk` declares it. */
      type ApiRequest = Omit<RequestInit, "headers"> & { url: string; headers: Headers };
      type Middleware = (
        request: ApiRequest,
        next: (request: ApiRequest) => Promise<Response>,
        context: { options: object },
      ) => Promise<Response>;
      expectTypeOf(sluiceMiddleware(sluice)).toExtend<Middleware>();
      // @ts-expect-error a fetch is no sluice
      sluiceMiddleware(fetch);
    });
  });

  it("sluiceInterceptor fits where undici composes, and observe gives back what stops it", () => {
    compiles(() => {
      expectTypeOf(sluiceInterceptor(sluice)).toEqualTypeOf<Dispatcher.DispatcherComposeInterceptor>();
      ({}) as Agent satisfies { compose(interceptor: ReturnType<typeof sluiceInterceptor>): Dispatcher };
      expectTypeOf(observe).toEqualTypeOf<(sluice: Sluice) => () => void>();
      // @ts-expect-error a fetch is no sluice
      sluiceInterceptor(fetch);
    });
  });

  it("every store fits where a sluice takes one", () => {
    compiles(() => {
      createSluice({ store: redisStore({ url: "redis://127.0.0.1", prefix: "fleet" }) });
      createSluice({ store: channelStore() });
      createSluice({ store: channelStore({ name: "fleet" }) });
      createSluice({
        store: createStore({ compareAndSet: async ({ nowMs }) => ({ kind: "lost", nowMs, value: undefined }) }),
      });
      // @ts-expect-error a store that never says what time it is
      createStore({ compareAndSet: async () => ({ kind: "won" }) });
      // @ts-expect-error an option of another store
      channelStore({ prefix: "fleet" });
    });
  });

  it("instrument takes a sluice, or the events of one, and gives back what stops it", () => {
    compiles(() => {
      expectTypeOf(instrument).parameters.toEqualTypeOf<[Pick<Sluice, "event$">, (InstrumentOptions | undefined)?]>();
      expectTypeOf(instrument).returns.toEqualTypeOf<() => void>();
      expectTypeOf<Meter | false | undefined>().toEqualTypeOf<InstrumentOptions["meter"]>();
      expectTypeOf<Tracer | false | undefined>().toEqualTypeOf<InstrumentOptions["tracer"]>();
      // @ts-expect-error an unknown name
      instrument(sluice, { meters: undefined });
    });
  });

  it("dashboard goes where a handler is asked for, of Node and of the web", () => {
    compiles(() => {
      expectTypeOf(dashboard).parameters.toEqualTypeOf<[Sluice, (DashboardOptions | undefined)?]>();
      expectTypeOf(dashboard).returns.toEqualTypeOf<Dashboard>();
      createServer(dashboard(sluice));
      express().use("/sluice", dashboard(sluice, { title: "indexer" }));
      const { fetch } = dashboard(sluice, { path: "/sluice", hosts: ["dash.example.com"], token: undefined });
      const web: (request: Request) => Response | Promise<Response> = fetch;
      void web;
      // @ts-expect-error an unknown name
      dashboard(sluice, { host: "dash.example.com" });
    });
  });
});
