import { systemClock } from "../../clock.js";
import type { SluiceOptions } from "../../options.js";
import type { Display } from "./display.js";
import { messageOf } from "./failure.js";
import { runJob, type Stop } from "./job.js";
import type { Past } from "./past.js";
import { Progress } from "./progress.js";
import type { Recorder } from "./record.js";
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
  /** Takes down what happens. */
  readonly recorder?: Recorder | undefined;
  readonly display: Display;
  readonly interrupt: AbortSignal;
}

/** How often a person hears of the same trouble, in milliseconds. */
const COMPLAINT_MS = 30_000;

/** Sends what is still to be sent, and tells how it ended. @throws SluiceError `ERR_SLUICE_OPTION` */
export async function runFile(job: FileJob): Promise<Ending> {
  const { found, past, display, output } = job;
  const { sluice, close } = createBatchSluice(job.options, complaints(display, job.target));
  job.recorder?.record(sluice, job.options);
  const progress = new Progress(found.models, () => sluice.budgets());
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
    stop = await runJob({ ...job, sluice, progress, tasks: readTasks(job.open, found, past) });
  } finally {
    job.interrupt.removeEventListener("abort", onInterrupt);
    stopWatching();
    models = progress.look(systemClock.now());
    await close();
    await job.recorder?.close();
  }
  const elapsedMs = systemClock.now() - startMs;
  const before = { doneBefore: past.done.size - found.strangers, failedBefore: past.failed };
  return { models, found, elapsedMs, ...before, failures: progress.failures, output, stop };
}

/** A server that doesn't answer is asked again for long: whoever mistyped its name must hear of it, though not each time. */
function complaints(display: Display, { baseUrl }: Target): (error: unknown) => void {
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  return (error) => {
    const nowMs = systemClock.now();
    if (nowMs < quietUntilMs) return;
    quietUntilMs = nowMs + COMPLAINT_MS;
    display.note("unreachable", `no answer from ${baseUrl.host} (${messageOf(error)}); trying again`);
  };
}
