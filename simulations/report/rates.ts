import type { LoggedOutcome, Recording } from "../world/log.js";
import { type Bins, short, shortOrNull, zeros } from "./bins.js";
import type { Gaps, ModelTrack, RefusalKind } from "./page-data.js";

/** More models than a reader would look at one by one aren't drawn. */
const MODELS_MAX = 6;
/** More clients than this are a swarm: their sum is drawn. */
const CLIENTS_MAX = 8;

/** What a page calls what became of a try; undefined: nothing to be shown. */
export const KIND_OF: Readonly<Record<LoggedOutcome, RefusalKind | "accepted" | undefined>> = {
  pending: undefined,
  abandoned: undefined,
  accepted: "accepted",
  throttled: "429",
  overloaded: "503",
  saturated: "503",
  failed: "lost",
  silent: "lost",
};

/** The true limit, the clients' rates and what was sent, for each of the busiest models. */
export function ratesOf(recording: Recording, bins: Bins): readonly ModelTrack[] {
  const counts = countByModel(recording, bins);
  const busiest = counts
    .map(({ total }, model) => ({ total, model }))
    .sort((one, other) => other.total - one.total || one.model - other.model)
    .slice(0, MODELS_MAX);
  return busiest.map(({ model }) => modelTrack(recording, bins, model, counts[model] ?? emptyCounts(bins)));
}

interface Counts {
  total: number;
  readonly sent: number[];
  readonly accepted: number[];
  readonly refusals: Readonly<Record<RefusalKind, number[]>>;
}

function emptyCounts(bins: Bins): Counts {
  const refusals = { "429": zeros(bins), "503": zeros(bins), lost: zeros(bins) };
  return { total: 0, sent: zeros(bins), accepted: zeros(bins), refusals };
}

function countByModel({ tries, requests, models }: Recording, bins: Bins): readonly Counts[] {
  const counts = models.map(() => emptyCounts(bins));
  for (let row = 0; row < tries.length; row++) {
    const count = counts[requests.model.at(tries.request.at(row))];
    if (count === undefined) continue;
    const bin = bins.of(tries.sentAtMs.at(row));
    count.total++;
    increment(count.sent, bin);
    const kind = KIND_OF[tries.outcomeOf(row)];
    if (kind !== undefined) increment(kind === "accepted" ? count.accepted : count.refusals[kind], bin);
  }
  return counts;
}

function increment(list: number[], index: number): void {
  list[index] = (list[index] ?? 0) + 1;
}

function modelTrack(recording: Recording, bins: Bins, model: number, counts: Counts): ModelTrack {
  const perSecond = (count: number): number => short((count * 1_000) / bins.widthMs);
  const { samples, clients } = recording;
  const limits = samples.map(({ atMs, limits }) => ({ atMs, value: limits[model] ?? null }));
  const rateOf = (client: number) =>
    samples.map(({ atMs, rates }) => ({ atMs, value: rates[client]?.[model] ?? null }));
  const total = samples.map(({ atMs, rates }) => ({ atMs, value: sum(rates.map((each) => each[model] ?? null)) }));
  const isFew = clients > 1 && clients <= CLIENTS_MAX;
  return {
    name: recording.models[model] ?? "",
    limit: binned(limits, bins, (first) => first),
    rate: binned(total, bins, Math.max),
    clientRates: isFew ? Array.from({ length: clients }, (_, client) => binned(rateOf(client), bins, Math.max)) : [],
    accepted: counts.accepted.map(perSecond),
    sent: counts.sent.map(perSecond),
    refusals: counts.refusals,
  };
}

/** What is there, added up; null where nobody has such a notion. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

interface Point {
  readonly atMs: number;
  readonly value: number | null;
}

function binned(points: readonly Point[], bins: Bins, merge: (one: number, other: number) => number): Gaps {
  const merged = new Array<number | null>(bins.count).fill(null);
  for (const { atMs, value } of points) {
    // The sample at the very end begins a bin that isn't there.
    if (value === null || atMs >= bins.count * bins.widthMs) continue;
    const bin = bins.of(atMs);
    const before = merged[bin] ?? null;
    merged[bin] = before === null ? value : merge(before, value);
  }
  return merged.map(shortOrNull);
}
