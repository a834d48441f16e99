import type { Recording, Sample } from "../world/log.js";
import type { Span } from "../world/span.js";

/** The true limit at an instant, all models together, in requests a second; NaN where no rate is the limit, or nothing was sampled. */
export function limitAt(recording: Recording, atMs: number): number {
  const sample = recording.samples[sampleBefore(recording.samples, atMs)];
  return sample === undefined ? Number.NaN : sumOf(sample);
}

/** What the limit lets through in a span, in requests: its integral. NaN where {@link limitAt} is anywhere. */
export function limitWithin({ samples }: Recording, { fromMs, untilMs }: Span): number {
  let sum = 0;
  let atMs = fromMs;
  for (let index = Math.max(0, sampleBefore(samples, fromMs)); atMs < untilMs; index++) {
    const sample = samples[index];
    if (sample === undefined) return Number.NaN;
    const nextMs = Math.min(untilMs, samples[index + 1]?.atMs ?? Number.POSITIVE_INFINITY);
    sum += (sumOf(sample) * (nextMs - atMs)) / 1_000;
    atMs = nextMs;
  }
  return sum;
}

/** The last sample not after an instant; -1 where there is none. */
function sampleBefore(samples: readonly Sample[], atMs: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function sumOf({ limits }: Sample): number {
  let sum = 0;
  for (const limit of limits) sum += limit ?? Number.NaN;
  return sum;
}
