import { systemClock } from "../../../clock.js";
import type { SluiceOptions } from "../../../options.js";
import { complaints } from "../../unreachable.js";
import type { Display } from "../display.js";
import type { RunPage } from "../page/run-page.js";
import type { RunReporter } from "../page/run-report.js";
import { Progress } from "../progress.js";
import type { Requests } from "../requests/requests.js";
import type { Past } from "../results/past.js";
import type { Results } from "../results/results.js";
import type { Ending } from "../summary.js";
import type { Survey } from "../survey.js";
import { watch } from "../watch.js";
import { runJob, type Stop } from "./job.js";
import { type PackFor, packsOf } from "./packs.js";
import { queuesOf } from "./queues.js";
import type { Recorder } from "./record.js";
import { createBatchSluice } from "./sluice.js";

/** A file of requests, looked at, with where its results go. */
export interface FileJob {
  readonly requests: Requests;
  readonly found: Survey;
  readonly past: Past;
  readonly results: Results;
  /** The results' name, for the summary. */
  readonly output: string | undefined;
  readonly errors?: string | undefined;
  /** Sends again what failed before. */
  readonly retryFailed?: boolean;
  /** Writes results in the order of the requests. */
  readonly ordered?: boolean;
  /** How many texts go into one request. Default: each goes alone. */
  readonly packFor?: PackFor | undefined;
  /** Lanes whose model isn't there, and what to tell of that. */
  readonly unknown?: ReadonlyMap<string, string>;
  readonly options: SluiceOptions;
  /** Takes down what happens. */
  readonly recorder?: Recorder | undefined;
  readonly display: Display;
  /** Puts together what its page will tell. */
  readonly reporter?: RunReporter | undefined;
  /** Shows it to browsers. */
  readonly page?: RunPage | undefined;
  readonly interrupt: AbortSignal;
}

/** Sends what is still to be sent, and tells how it ended. @throws SluiceError `ERR_SLUICE_OPTION` */
export async function runFile(job: FileJob): Promise<Ending> {
  const { found, past, display, output, errors } = job;
  const { sluice, inFlight, close } = createBatchSluice(
    job.options,
    complaints((message) => display.note("unreachable", message)),
  );
  job.recorder?.record(sluice, job.options);
  job.reporter?.begin(sluice);
  const progress = new Progress(found.models, () => sluice.budgets());
  await job.page?.begin(sluice, progress);
  const startMs = systemClock.now();
  const stopWatching = watch(progress, display);
  const onInterrupt = (): void => {
    const inFlight = progress.look(systemClock.now()).reduce((sum, row) => sum + row.inFlight, 0);
    if (inFlight > 0) display.note("draining", `waiting for ${inFlight} in flight; Ctrl-C again stops at once`);
  };
  job.interrupt.addEventListener("abort", onInterrupt, { once: true });
  let stop: Stop | undefined;
  let models = progress.look(startMs);
  try {
    const tasks = queuesOf(job.requests, past, found, job);
    const { packFor } = job;
    const queues = packFor === undefined ? tasks : tasks.map((each) => packsOf(each, packFor));
    stop = await runJob({ ...job, ordered: job.ordered ?? false, sluice, inFlight, progress, queues });
  } finally {
    job.interrupt.removeEventListener("abort", onInterrupt);
    stopWatching();
    models = progress.look(systemClock.now());
    await close();
    await job.recorder?.close();
  }
  const elapsedMs = systemClock.now() - startMs;
  return { models, found, elapsedMs, failures: progress.failures, output, errors, stop };
}
