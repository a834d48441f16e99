import type { Recording } from "../world/log.js";
import { type Bins, short, zeros } from "./bins.js";
import type { GoodputTrack } from "./page-data.js";

/** What a run and its clairvoyant got accepted, by the instant at which each was sent. */
export function goodputOf(recording: Recording, optimum: Recording, bins: Bins): GoodputTrack {
  return {
    binS: bins.widthMs / 1_000,
    own: acceptedPerSecond(recording, bins),
    optimum: acceptedPerSecond(optimum, bins),
  };
}

function acceptedPerSecond({ tries }: Recording, bins: Bins): readonly number[] {
  const counts = zeros(bins);
  for (let row = 0; row < tries.length; row++) {
    if (tries.outcomeOf(row) !== "accepted") continue;
    const bin = bins.of(tries.sentAtMs.at(row));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => short((count * 1_000) / bins.widthMs));
}
