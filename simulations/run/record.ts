import { type Metrics, measureAll } from "../measure/measure.js";
import { breathe } from "./breathe.js";
import { type Job, type Lived, liveThrough } from "./job.js";

/** One contestant's run with all that is remembered of it. */
export interface RecordedRun extends Lived {
  readonly metrics: Metrics;
}

/**
 * Runs a job once more in this thread and keeps everything, decisions too: equal seeds give equal runs. Whoever fails is left
 * out.
 */
export async function recordJob(job: Job): Promise<readonly RecordedRun[]> {
  await breathe();
  const { scenario } = job;
  const results = await liveThrough(
    job,
    { isDetailed: true },
    (lived): RecordedRun => ({ ...lived, metrics: measureAll({ scenario, ...lived }) }),
  );
  return results.flatMap((result) => ("value" in result ? [result.value] : []));
}
