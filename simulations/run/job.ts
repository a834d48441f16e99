import { CLAIRVOYANT } from "../contestants/clairvoyant.js";
import { measureBound } from "../measure/judge.js";
import { type Metrics, measureAll } from "../measure/measure.js";
import { OwnCodeError } from "../own-code.js";
import type { Contestant } from "../world/contestant.js";
import type { Recording } from "../world/log.js";
import type { Scenario } from "../world/scenario.js";
import { runWorld, runWorldAsync, type WorldOptions } from "../world/world.js";
import { type ContestantChoice, contestantOf, nameOf } from "./contestants.js";
import { contestantOfBound } from "./judge.js";

/** One world, and all who are to live through it: they share the clairvoyant's run, which is made once. */
export interface Job {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly contestants: readonly ContestantChoice[];
}

/** What became of one contestant: its numbers, or why there are none. */
export type Outcome =
  | {
      readonly contestant: string;
      readonly metrics: Metrics;
      /** What each bound of the scenario measures, at its place; undefined where it is about somebody else. */
      readonly bounded: readonly (number | undefined)[];
    }
  | Defeat;

/** Why there is no result. */
interface Defeat {
  readonly contestant: string;
  readonly error: string;
  /** Whether the scenario's own code is to blame, and nobody else can do better. Absent: it isn't. */
  readonly isOwnCode?: true;
}

/** Told how much of a job is done: a share in [0, 1]. */
export type OnShare = (share: number) => void;

/** What one contestant left behind, and the best that could have been done. */
export interface Lived {
  readonly contestant: string;
  readonly recording: Recording;
  readonly optimum: Recording;
}

/** How a job is run. */
export interface LiveOptions {
  readonly onShare?: OnShare | undefined;
  /** Whether recordings have the decisions too. Default false. */
  readonly isDetailed?: boolean;
}

/** Runs a job, and measures it. What fails is an outcome too: it doesn't keep the others from theirs. */
export async function runJob(job: Job, onShare?: OnShare): Promise<readonly Outcome[]> {
  const { scenario } = job;
  const lived = await liveThrough(job, { onShare }, ({ contestant, ...recordings }): Outcome => {
    const measured = { scenario, ...recordings };
    const bounded = scenario.bounds.map((bound) =>
      contestantOfBound(bound) === contestant ? measureBound(bound, measured) : undefined,
    );
    return { contestant, metrics: measureAll(measured), bounded };
  });
  return lived.map((each) => ("error" in each ? each : each.value));
}

/** Runs a job and takes from each contestant what is wanted: a recording is large, and one at a time is kept. */
export async function liveThrough<T>(
  job: Job,
  { onShare = () => {}, isDetailed = false }: LiveOptions,
  take: (lived: Lived) => T,
): Promise<readonly ({ readonly value: T } | Defeat)[]> {
  const others = job.contestants.filter((choice) => choice !== CLAIRVOYANT.name).length;
  let done = 0;
  const live = (contestant: Contestant): Promise<Recording> =>
    liveOnce({ ...job, contestant, isDetailed, onProgress: (share) => onShare((done + share) / (others + 1)) });
  const optimum = await attempt(() => live(CLAIRVOYANT));
  const results: Awaited<ReturnType<typeof liveThrough<T>>>[number][] = [];
  for (const choice of job.contestants) {
    const contestant = nameOf(choice);
    const result = await attempt(async () => {
      if ("reason" in optimum) throw optimum.reason;
      if (choice === CLAIRVOYANT.name) return take({ contestant, recording: optimum.value, optimum: optimum.value });
      done++;
      return take({ contestant, recording: await live(contestantOf(choice)), optimum: optimum.value });
    });
    results.push("reason" in result ? defeatOf(contestant, result.reason) : result);
  }
  onShare(1);
  return results;
}

async function liveOnce(options: WorldOptions): Promise<Recording> {
  return options.contestant.isAsync === true ? runWorldAsync(options) : runWorld(options);
}

async function attempt<T>(run: () => T | Promise<T>): Promise<{ readonly value: T } | { readonly reason: unknown }> {
  try {
    return { value: await run() };
  } catch (reason) {
    return { reason };
  }
}

function defeatOf(contestant: string, reason: unknown): Defeat {
  const error = reason instanceof Error ? reason.message : String(reason);
  return { contestant, error, ...(reason instanceof OwnCodeError && { isOwnCode: true }) };
}
