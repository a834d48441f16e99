import { mean } from "../measure/mean.js";
import type { Run } from "../simulate.js";
import type { Contestant } from "../world/contestant.js";

/** Where a contestant stands in a scenario: means over its seeds. NaN where there was nothing to measure. */
export interface Standing {
  readonly scenario: string;
  readonly contestant: string;
  /** Present if it was told something of the limit beforehand. */
  readonly told?: "limit";
  /** Present and true if it isn't the real package but its published law, written anew. */
  readonly isReimplemented?: boolean;
  /** Accepted, as a share of what a clairvoyant gets through. */
  readonly goodput: number;
  /** Tries that the server didn't let in, of all. */
  readonly refused: number;
  /** 99th percentile of the time in the local queue before a first try, in milliseconds. */
  readonly waitP99Ms: number;
  /** The same for each seed. */
  readonly seeds: readonly SeedStanding[];
}

/** Where a contestant stood with one seed. */
export interface SeedStanding {
  readonly seed: number;
  readonly goodput: number;
  readonly refused: number;
  readonly waitP99Ms: number;
}

/** Who somebody is, beside a name. */
export type Nature = Pick<Contestant, "told" | "isReimplemented">;

/** One for each contestant of each scenario, in the order of the runs. */
export function standingsOf(runs: readonly Run[], natureOf: (name: string) => Nature): readonly Standing[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.scenario, run.contestant]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [run]);
    else known.push(run);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [standingOf(first, group, natureOf(first.contestant))];
  });
}

function standingOf({ scenario, contestant }: Run, group: readonly Run[], nature: Nature): Standing {
  const { told, isReimplemented } = nature;
  const seeds = group.map(({ seed, metrics: { goodput, refused, waitP99Ms } }) => ({
    ...{ seed, goodput, refused, waitP99Ms },
  }));
  return {
    ...{ scenario, contestant },
    ...(told !== undefined && { told }),
    ...(isReimplemented !== undefined && { isReimplemented }),
    goodput: meanOf(seeds, "goodput"),
    refused: meanOf(seeds, "refused"),
    waitP99Ms: meanOf(seeds, "waitP99Ms"),
    seeds,
  };
}

/** The mean over the seeds; NaN of none. */
export function meanOf(seeds: readonly SeedStanding[], axis: keyof Omit<SeedStanding, "seed">): number {
  return mean(seeds.map((each) => each[axis]));
}
