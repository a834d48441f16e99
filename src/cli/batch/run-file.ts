import { systemClock } from "../../clock.js";
import type { SluiceOptions } from "../../options.js";
import type { Display } from "./display.js";
import { runJob, type Stop } from "./job.js";
import type { Past } from "./past.js";
import { Progress } from "./progress.js";
import type { Results } from "./results.js";
import type { Target } from "./send.js";
import { createBatchSluice } from "./sluice.js";
import type { Ending } from "./summary.js";
import { type Open, readTasks, type Survey } from "./survey.js";
import { watch } from "./watch.js";

/** A file of requests, looked at, with where its results go. */
export interface FileJob {
  readonly open: Open;
  readonly found: Survey;
  readonly past: Past;
  readonly results: Results;
  /** The results' name, for the summary. */
  readonly output: string | undefined;
  readonly target: Target;
  readonly options: SluiceOptions;
  readonly display: Display;
  readonly interrupt: AbortSignal;
}

/** Sends what is still to be sent, and tells how it ended. @throws SluiceError `ERR_SLUICE_OPTION` */
export async function runFile(job: FileJob): Promise<Ending> {
  const { found, past, display, output } = job;
  const { sluice, close } = createBatchSluice(job.options);
  const progress = new Progress(found.models, () => sluice.budgets());
  const startMs = systemClock.now();
  const stopWatching = watch(progress, display);
  let stop: Stop | undefined;
  let models = progress.look(startMs);
  try {
    stop = await runJob({ ...job, sluice, progress, tasks: readTasks(job.open, found, past) });
  } finally {
    stopWatching();
    models = progress.look(systemClock.now());
    await close();
  }
  const elapsedMs = systemClock.now() - startMs;
  const before = { doneBefore: past.done.size - found.strangers, failedBefore: past.failed };
  return { models, found, elapsedMs, ...before, failures: progress.failures, output, stop };
}
