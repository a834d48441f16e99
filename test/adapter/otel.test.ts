import { DiagLogLevel, diag, metrics, trace } from "@opentelemetry/api";
import { Observable, Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import { type InstrumentOptions, instrument } from "../../src/adapter/otel.js";
import type { SluiceEvent } from "../../src/flow/event.js";
import { answer, later, virtualSluice } from "../flow/server.js";
import { memory } from "./otel/memory.js";

import { ONE_A_SECOND, watched } from "./otel/watched.js";

describe("instrument", () => {
  it("tells the global providers where none is handed in, and nobody where there is none", async () => {
    const told = memory();
    const { clock, sluice } = virtualSluice();
    instrument(sluice);
    await Promise.all([sluice.schedule(async () => 1), clock.runAsync(10)]);
    await sluice.close();
    trace.setGlobalTracerProvider({ getTracer: () => told.tracer });
    metrics.setGlobalMeterProvider({ getMeter: () => told.meter });
    try {
      const other = virtualSluice();
      instrument(other.sluice);
      await Promise.all([other.sluice.schedule(async () => 1), other.clock.runAsync(10)]);
      await other.sluice.close();
    } finally {
      trace.disable();
      metrics.disable();
    }
    expect(told.spans().map(({ name }) => name)).toEqual(["sluice request", "sluice try"]);
    expect((await told.collect()).rows("sluice.request.duration")).toHaveLength(1);
  });

  it("tells spans alone, or metrics alone", async () => {
    const told = memory();
    const spansAlone = watched({}, { meter: false }, told);
    await Promise.all([spansAlone.sluice.schedule(async () => 1), spansAlone.clock.runAsync(10)]);
    expect((await told.collect()).metrics).toEqual([]);
    const before = told.spans().length;
    expect(before).toBe(2);
    const metricsAlone = watched({}, { tracer: false }, told);
    await Promise.all([metricsAlone.sluice.schedule(async () => 1), metricsAlone.clock.runAsync(10)]);
    expect(told.spans()).toHaveLength(before);
    expect((await told.collect()).rows("sluice.request.duration")).toHaveLength(1);
  });

  it("leaves out what was under way when it began, and counts what happens to it", async () => {
    const { clock, sluice } = virtualSluice(ONE_A_SECOND);
    const results = [answer(429), answer(200)];
    const sent = sluice.schedule(() => later(clock, 100, results.shift()));
    await clock.runAsync(50);
    const told = memory();
    instrument(sluice, { tracer: told.tracer, meter: told.meter, clock });
    await clock.runAsync(60_000);
    await sent;
    await sluice.close();
    expect(told.spans()).toEqual([]);
    const collected = await told.collect();
    expect(collected.rows("sluice.retries")).toEqual([[{ "sluice.outcome": "throttled" }, 1]]);
    expect(collected.metrics.map(({ descriptor }) => descriptor.name)).not.toContain("sluice.in_flight");
  });

  it("may be called for a sluice that is closed", async () => {
    const { sluice } = virtualSluice();
    await sluice.close();
    const { tracer, meter } = memory();
    expect(() => instrument(sluice, { tracer, meter })()).not.toThrow();
  });

  it("costs the sluice nothing more when it has stopped: nobody listens", async () => {
    let observers = 0;
    const source = new Subject<SluiceEvent>();
    const event$ = new Observable<SluiceEvent>((subscriber) => {
      observers++;
      const subscription = source.subscribe(subscriber);
      return () => {
        observers--;
        subscription.unsubscribe();
      };
    });
    const { tracer, meter } = memory();
    const stop = instrument({ event$ }, { tracer, meter });
    expect(observers).toBe(1);
    stop();
    expect(observers).toBe(0);
  });

  it("keeps an SDK's mistake from the process, and says so to OpenTelemetry's own log", async () => {
    const errors: unknown[][] = [];
    const note = (...args: unknown[]) => void errors.push(args);
    const silent = () => {};
    diag.setLogger({ error: note, warn: silent, info: silent, debug: silent, verbose: silent }, DiagLogLevel.ERROR);
    const told = memory();
    const broken = Object.assign(Object.create(told.tracer), {
      startSpan: () => {
        throw new Error("a mistake in an exporter");
      },
    });
    const { clock, sluice } = watched({}, { tracer: broken }, told);
    const [value] = await Promise.all([sluice.schedule(async () => 1), clock.runAsync(10)]);
    await sluice.close();
    diag.disable();
    expect(value).toBe(1);
    expect(errors[0]?.[0]).toContain("sluice");
    expect((await told.collect()).rows("sluice.request.duration")).toHaveLength(1);
  });

  it.each([
    [{ meters: 1 }, "unknown option meters"],
    [{ meter: {} }, "meter must be a Meter or false, got an object"],
    [{ tracer: true }, "tracer must be a Tracer or false, got true"],
    [{ keysMax: 0 }, "keysMax must be a whole number from 1 to 100000, got 0"],
    [{ clock: 5 }, "clock must be an object with now, wallNow, after, got 5"],
    [{ http: "no" }, 'http must be a boolean, got "no"'],
  ])("refuses %o", (options, message) => {
    const { sluice } = virtualSluice();
    const call = () => instrument(sluice, options as InstrumentOptions);
    expect(call).toThrow(expect.objectContaining({ code: "ERR_SLUICE_OPTION", message }));
  });

  it("refuses what is no sluice", () => {
    expect(() => instrument({} as never)).toThrow("sluice must be what createSluice gives, got an object");
  });
});
