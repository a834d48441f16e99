import { mean } from "../measure/mean.js";
import type { Standing } from "./page-data.js";
import type { ReportRun } from "./run.js";

/** Where each contestant of a scenario ended, in the order in which they came. Those without both axes are left out. */
export function standingsOf(runs: readonly ReportRun[]): readonly Standing[] {
  const byName = new Map<string, { goodput: number; refused: number }[]>();
  for (const { contestant, metrics } of runs) {
    const { goodput = Number.NaN, refused = Number.NaN } = metrics as { goodput?: number; refused?: number };
    if (!Number.isFinite(goodput) || !Number.isFinite(refused)) continue;
    byName.set(contestant, [...(byName.get(contestant) ?? []), { goodput, refused }]);
  }
  const means = [...byName].map(([name, seeds]) => ({
    name,
    seeds,
    goodput: mean(seeds.map(({ goodput }) => goodput)),
    refused: mean(seeds.map(({ refused }) => refused)),
  }));
  const rivals = means.filter(({ name }) => name !== "clairvoyant");
  return means.map((each) => ({
    ...each,
    isOnFront: rivals.includes(each) && !rivals.some((other) => beats(other, each)),
  }));
}

interface Axes {
  readonly goodput: number;
  readonly refused: number;
}

/** Better on one axis, and no worse on the other. */
function beats(one: Axes, other: Axes): boolean {
  const isNoWorse = one.goodput >= other.goodput && one.refused <= other.refused;
  return isNoWorse && (one.goodput > other.goodput || one.refused < other.refused);
}
