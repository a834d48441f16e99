import { diag, type Meter, metrics, type Tracer, trace } from "@opentelemetry/api";
import * as z from "zod/mini";
import { type Clock, systemClock } from "../clock.js";
import type { SluiceEvent } from "../flow/event.js";
import { check, refuse } from "../option-error.js";
import { objectOf, optionsOf, whole } from "../option-schema.js";
import type { Sluice } from "../sluice.js";
import { Counts } from "./otel/counts.js";
import { Gauges } from "./otel/gauges.js";
import { createInstruments } from "./otel/instruments.js";
import { Journal } from "./otel/journal.js";
import { RequestMetrics } from "./otel/metrics.js";
import { Series } from "./otel/series.js";
import { Spans } from "./otel/spans.js";
import { Vocabulary } from "./otel/vocabulary.js";
import type { Watcher } from "./otel/watcher.js";

/** What hears every event. */
interface Listener {
  take(event: SluiceEvent): void;
  close?(): void;
}

/** What is told, and to whom. All optional. */
export interface InstrumentOptions {
  /**
   * Where metrics go; `false` for none. Default: the meter `sluice` of the global provider, which does nothing where
   * none is registered.
   */
  readonly meter?: Meter | false | undefined;
  /** Where spans go; `false` for none. Default: the tracer `sluice` of the global provider. */
  readonly tracer?: Tracer | false | undefined;
  /**
   * Whether tries through `fetch` are told as HTTP requests, by metrics and spans of the conventions' names. `false` where the fetch
   * underneath is instrumented itself: each try would be told twice. @defaultValue true
   */
  readonly http?: boolean | undefined;
  /**
   * Values of an attribute that metrics tell apart (keys, models, servers, …), 1 to 1e5; those beyond are one, `_OTHER`. Spans
   * have them all. @defaultValue 100
   */
  readonly keysMax?: number | undefined;
  /** The clock that the sluice was made with: spans bear its wall time. @defaultValue the system's */
  readonly clock?: Clock | undefined;
}

const KEYS_MAX = 100;
/** The name of the instrumentation scope. */
const SCOPE = "sluice";

const optionsSchema = optionsOf({
  meter: givenOrFalse<Meter>("a Meter or false", "createHistogram"),
  tracer: givenOrFalse<Tracer>("a Tracer or false", "startSpan"),
  http: z.boolean(),
  keysMax: whole(1, 1e5),
  clock: objectOf<Clock>("now", "wallNow", "after"),
});

/**
 * Tells OpenTelemetry what happens in a sluice, from its events alone: how long requests wait, apart from how long they take, what
 * each budget allows, what was refused and decided and why; and one span for each request with its waits and tries
 * inside. What is under way when it begins is counted where it can be, and has no spans.
 *
 * Call it once for a sluice, after the SDK was set up. It ends by itself when the sluice is closed, and leaves no span open.
 *
 * @returns what stops it
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option, its range and the value that was given
 */
export function instrument(sluice: Pick<Sluice, "event$">, options: InstrumentOptions = {}): () => void {
  if (typeof sluice?.event$?.subscribe !== "function") refuse("sluice", "what createSluice gives", sluice);
  const { meter, tracer, http = true, keysMax = KEYS_MAX, clock = systemClock } = check(optionsSchema, options);
  const listeners: Listener[] = [];
  const watchers: Watcher[] = [];
  if (meter !== false) {
    const into = meter ?? metrics.getMeter(SCOPE);
    const instruments = createInstruments(into);
    const series = new Series(new Vocabulary(keysMax));
    listeners.push(new Gauges(into, instruments, series), new Counts(instruments, series));
    watchers.push(new RequestMetrics(instruments, series, http));
  }
  if (tracer !== false) watchers.push(new Spans(tracer ?? trace.getTracer(SCOPE), http));
  listeners.push(new Journal(clock, watchers));
  return listen(sluice.event$, listeners);
}

/** Hands on events until it is stopped, or they end. */
function listen(event$: Sluice["event$"], listeners: Listener[]): () => void {
  const end = (): void => {
    for (const listener of listeners.splice(0)) guarded(() => listener.close?.());
  };
  const subscription = event$.subscribe({
    next: (event) => {
      for (const listener of listeners) guarded(() => listener.take(event));
    },
    complete: end,
  });
  return () => {
    subscription.unsubscribe();
    end();
  };
}

/** An SDK's own mistake mustn't end the process that it watches: RxJS would throw it where nobody can catch it. */
function guarded(task: () => void): void {
  try {
    task();
  } catch (error) {
    diag.error("sluice: an event could not be told to OpenTelemetry", error);
  }
}

function givenOrFalse<T>(range: string, method: keyof T & string) {
  const isGiven = (value: unknown) =>
    typeof value === "object" && value !== null && typeof (value as T)[method] === "function";
  return z.custom<T | false>((value) => value === false || isGiven(value), { params: { range } });
}
