import { quantile } from "../measure/quantile.js";
import type { Recording } from "../world/log.js";
import { type Bins, shortOrNull, zeros } from "./bins.js";
import type { Gaps, WaitingTrack } from "./page-data.js";

/** Queue, in flight, and the wait before first tries. */
export function waitingOf(recording: Recording, bins: Bins): WaitingTrack {
  const { queued, inFlight } = levelsOf(recording, bins);
  const waits = firstWaits(recording, bins);
  const quantileOf = (share: number): Gaps => waits.map((each) => shortOrNull(quantile(each, share) / 1_000));
  return { queued, inFlight, p50: quantileOf(0.5), p99: quantileOf(0.99) };
}

function firstWaits({ tries }: Recording, bins: Bins): readonly Float64Array[] {
  const waits = Array.from({ length: bins.count }, (): number[] => []);
  for (let row = 0; row < tries.length; row++) {
    if (tries.attempt.at(row) === 1) waits[bins.of(tries.sentAtMs.at(row))]?.push(tries.waitMs.at(row));
  }
  return waits.map((each) => Float64Array.from(each).sort());
}

function levelsOf({ tries, requests }: Recording, bins: Bins): Pick<WaitingTrack, "queued" | "inFlight"> {
  const queue = new Level(bins);
  const flight = new Level(bins);
  /** Since when each request waits again, or NaN where it doesn't: its last try was accepted, or is under way. */
  const freeAtMs = Float64Array.from({ length: requests.length }, (_, row) => requests.askedAtMs.at(row));
  for (let row = 0; row < tries.length; row++) {
    const sentAtMs = tries.sentAtMs.at(row);
    const answeredAtMs = tries.answeredAtMs.at(row);
    queue.between(sentAtMs - tries.waitMs.at(row), sentAtMs);
    const outcome = tries.outcomeOf(row);
    const endedAtMs = requests.endedAtMs.at(tries.request.at(row));
    flight.between(sentAtMs, Number.isNaN(answeredAtMs) ? endedAtMs : answeredAtMs);
    freeAtMs[tries.request.at(row)] = outcome === "accepted" ? Number.NaN : answeredAtMs;
  }
  for (let row = 0; row < requests.length; row++) {
    const sinceMs = freeAtMs[row] ?? Number.NaN;
    if (!Number.isNaN(sinceMs)) queue.between(sinceMs, requests.endedAtMs.at(row));
  }
  return { queued: queue.atEnds(), inFlight: flight.atEnds() };
}

/** How many of many stretches cover the end of each bin. */
class Level {
  readonly #bins: Bins;
  readonly #changes: number[];

  constructor(bins: Bins) {
    this.#bins = bins;
    this.#changes = zeros(bins);
  }

  /** Adds a stretch; one without an end lasts until the run is over. */
  between(fromMs: number, untilMs: number): void {
    this.#change(fromMs, 1);
    if (!Number.isNaN(untilMs)) this.#change(Math.max(fromMs, untilMs), -1);
  }

  atEnds(): readonly number[] {
    let level = 0;
    return this.#changes.map((change) => {
      level += change;
      return level;
    });
  }

  #change(atMs: number, by: number): void {
    const bin = this.#bins.of(atMs);
    this.#changes[bin] = (this.#changes[bin] ?? 0) + by;
  }
}
