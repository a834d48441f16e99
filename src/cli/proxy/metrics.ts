import { METRICS } from "../../adapter/otel/names.js";
import type { BudgetSnapshot } from "../../flow/budgets.js";
import type { Books } from "./books.js";

/** The media type of what {@link metricsText} writes. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Of more keys than this, those that have least to do aren't told: whoever asks chooses the models, and so the keys. */
const KEYS_MAX = 200;

type Labels = Readonly<Record<string, string | undefined>>;
type Sample = readonly [labels: Labels, value: number | undefined];

/** What a scrape is told beside what the books hold. */
export interface ProcessFigures {
  readonly connections: number;
  readonly heldBytes: number;
  readonly residentBytes: number;
  readonly startedAtSeconds: number;
}

/**
 * All that is counted, in the text format of Prometheus. What is told of keys has the names that `sluice/otel` gives it. All
 * numbers are kept by somebody already: a registry of a library's would only hold them a second time.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricsText(books: Books, figures: ProcessFigures): string {
  const all = books.rows();
  const keys = busiest(all);
  const rows = keys.flatMap((key) => all.get(key) ?? []);
  const firsts = keys.flatMap((key) => all.get(key)?.[0] ?? []);
  const counts = keys.map((key) => [{ key }, books.countsOf(key)] as const);
  const ofRow = (read: (row: BudgetSnapshot) => number | undefined): readonly Sample[] =>
    rows.map((row) => [{ key: row.key, dimension: row.dimension, scope: row.scope }, read(row)]);
  const ofKey = (read: (row: BudgetSnapshot) => number): readonly Sample[] =>
    firsts.map((row) => [{ key: row.key }, read(row)]);
  const refusals = rows.flatMap(({ key, dimension, scope, throttled, overloaded }) => [
    [{ key, dimension, scope, outcome: "throttled" }, throttled] as const,
    [{ key, dimension, scope, outcome: "overloaded" }, overloaded] as const,
  ]);
  return [
    gauge(
      nameOf(METRICS.rate),
      METRICS.rate.description,
      ofRow((row) => row.ratePerSecond),
    ),
    gauge(
      nameOf(METRICS.rateLimit),
      METRICS.rateLimit.description,
      ofRow((row) => row.limitPerSecond),
    ),
    gauge(
      nameOf(METRICS.quotaRemaining),
      METRICS.quotaRemaining.description,
      ofRow((row) => row.remaining),
    ),
    gauge(
      "sluice_quota_reset_seconds",
      "Until the quota is whole again.",
      ofRow((row) => seconds(row.resetInMs)),
    ),
    gauge(
      "sluice_in_flight_max",
      "Tries that may be in flight.",
      ofRow((row) => row.inFlightMax),
    ),
    gauge(
      nameOf(METRICS.queueLength),
      METRICS.queueLength.description,
      ofKey((row) => row.queued),
    ),
    gauge(
      nameOf(METRICS.inFlight),
      METRICS.inFlight.description,
      ofKey((row) => row.inFlight),
    ),
    counter(
      "sluice_accepted_total",
      "Tries that the server let in.",
      ofRow((row) => row.accepted),
    ),
    counter(`${nameOf(METRICS.throttled)}_total`, METRICS.throttled.description, refusals),
    counter(
      "sluice_requests_total",
      "Requests that have ended.",
      counts.map(([labels, { requests }]) => [labels, requests]),
    ),
    counter(
      `${nameOf(METRICS.retries)}_total`,
      "Requests sent again.",
      counts.map(([labels, { retries }]) => [labels, retries]),
    ),
    counter(
      "sluice_refused_total",
      "Requests refused here.",
      counts.map(([labels, { refused }]) => [labels, refused]),
    ),
    gauge("sluice_keys", "Keys that are known.", [[{}, all.size]]),
    gauge("sluice_keys_shown", "Keys that are told of here: those with most to do.", [[{}, keys.length]]),
    gauge("sluice_proxy_open_requests", "Requests of clients under way.", [[{}, books.open]]),
    counter("sluice_proxy_answers_total", "Answers, by the class of their status.", answersOf(books)),
    counter("sluice_proxy_clients_left_total", "Clients that left before their answer was whole.", [[{}, books.left]]),
    counter("sluice_proxy_answers_broken_total", "Answers that the target broke off.", [[{}, books.broken]]),
    gauge("sluice_proxy_connections", "Open connections of clients.", [[{}, figures.connections]]),
    gauge("sluice_proxy_held_bytes", "Memory taken by bodies that wait.", [[{}, figures.heldBytes]]),
    gauge("process_resident_memory_bytes", "Resident memory.", [[{}, figures.residentBytes]]),
    gauge("process_start_time_seconds", "Start of the process, since 1970.", [[{}, figures.startedAtSeconds]]),
  ].join("");
}

function busiest(all: ReadonlyMap<string, readonly BudgetSnapshot[]>): readonly string[] {
  const keys = [...all.keys()];
  if (keys.length <= KEYS_MAX) return keys;
  const load = (key: string): number =>
    all.get(key)?.reduce((most, { queued, inFlight }) => Math.max(most, queued + inFlight), 0) ?? 0;
  const ranked = keys.map((key) => ({ key, load: load(key) })).sort((a, b) => b.load - a.load);
  return ranked.slice(0, KEYS_MAX).map(({ key }) => key);
}

function answersOf(books: Books): readonly Sample[] {
  return [...books.answers].map(([status, count]) => [{ status }, count]);
}

function nameOf({ name }: { readonly name: string }): string {
  return name.replaceAll(".", "_");
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}

const gauge = (name: string, help: string, samples: readonly Sample[]): string => family(name, "gauge", help, samples);
const counter = (name: string, help: string, samples: readonly Sample[]): string =>
  family(name, "counter", help, samples);

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.flatMap(([labels, value]) =>
    value === undefined ? [] : [`${name}${labelsText(labels)} ${numeral(value)}\n`],
  );
  return lines.length === 0 ? "" : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${escaped(value)}"`],
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numeral(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
