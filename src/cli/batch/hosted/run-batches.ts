import { systemClock } from "../../../clock.js";
import type { SluiceOptions } from "../../../options.js";
import { systemRandom } from "../../../random.js";
import type { Display } from "../display.js";
import { messageOf } from "../failure.js";
import type { Stop } from "../live/job.js";
import { createBatchSluice } from "../live/sluice.js";
import type { RunPage } from "../page/run-page.js";
import { Progress, type Standing } from "../progress.js";
import type { Requests } from "../requests/requests.js";
import type { Past } from "../results/past.js";
import { unsendable } from "../results/result-line.js";
import type { Results } from "../results/results.js";
import type { Server } from "../servers.js";
import type { Ending } from "../summary.js";
import { readTasks, type Survey } from "../survey.js";
import { watch } from "../watch.js";
import { HostedApi } from "./api.js";
import type { BatchArgs } from "./batch-args.js";
import type { BatchStatus } from "./batch-view.js";
import { capsOf, isTogether } from "./caps.js";
import { cut } from "./cut.js";
import { type BatchesHouse, Desk } from "./desk.js";
import { Journal, type OrderedPart } from "./journal.js";
import { runServer } from "./run-server.js";

/** A file of requests, looked at, to be sent in hosted batches. */
export interface BatchesJob {
  readonly requests: Requests;
  readonly found: Survey;
  readonly past: Past;
  readonly results: Results;
  readonly output: string | undefined;
  readonly errors?: string | undefined;
  readonly retryFailed: boolean;
  readonly unknown: ReadonlyMap<string, string>;
  readonly options: SluiceOptions;
  readonly display: Display;
  /** Shows it to browsers. */
  readonly page?: RunPage | undefined;
  readonly interrupt: AbortSignal;
  readonly servers: readonly Server[];
  readonly batch: BatchArgs;
  /** Where the state of batches is kept. */
  readonly folder: string;
  /** Batches that were ordered before. */
  readonly parts: readonly OrderedPart[];
}

/** Orders what is still to be sent, brings in what comes of it, and tells how it ended. @throws SluiceError `ERR_SLUICE_OPTION` */
export async function runBatches(job: BatchesJob): Promise<Ending> {
  const { found, past, results, display, interrupt, servers, batch, folder, parts, unknown, retryFailed } = job;
  const { sluice, close } = createBatchSluice(job.options);
  const stopping = new AbortController();
  let stop: Stop | undefined;
  const stopFor = (reason: Stop): void => {
    stop ??= reason;
    stopping.abort();
  };
  const onInterrupt = (): void => stopFor({ because: "interrupted" });
  const journal = new Journal(folder);
  await journal.open(parts);
  const ended = new Map<BatchStatus, number>();
  const desks: Desk[] = [];
  const progress = new Progress(
    found.models,
    () => [],
    () => standingsOf(desks),
  );
  const house: BatchesHouse = {
    clock: systemClock,
    random: systemRandom,
    display,
    journal,
    target: { folder, ids: past.ids, results, progress },
    pollMs: batch.pollMs,
    isCancelling: batch.isCancelling,
    stopping: stopping.signal,
    stopFor,
    async tell({ problem }) {
      await results.write(unsendable(problem));
      progress.onProblem();
    },
    onEnded: (status) => ended.set(status, (ended.get(status) ?? 0) + 1),
  };
  for (const [index, server] of servers.entries()) {
    const refused = new Map<string, string>();
    const caps = capsOf(server, job.options, batch.caps);
    const all = readTasks(job.requests, past, {
      ...{ retryFailed, unknown, takesProblems: index === 0 },
      takes: (lane) => lane.server === server && !refused.has(lane.name),
    });
    const tasks = guarded(all, (error) => stopFor({ because: "unreadable", message: messageOf(error) }));
    const api = new HostedApi(server, sluice, {
      isTogether: isTogether(server, job.options),
      stopping: stopping.signal,
    });
    const pieces = cut(tasks, { folder, caps, ids: past.ids });
    const own = parts.filter((part) => part.server === server.baseUrl.origin);
    desks.push(new Desk({ api, caps, pieces, refused }, own, house));
  }
  if (interrupt.aborted) onInterrupt();
  interrupt.addEventListener("abort", onInterrupt, { once: true });
  await job.page?.begin(sluice, progress);
  const startMs = systemClock.now();
  const stopWatching = watch(progress, display);
  const run = (desk: Desk): Promise<void> =>
    runServer(desk).catch((error: unknown) => stopFor({ because: "unwritable", message: messageOf(error) }));
  try {
    await Promise.all(desks.map(run));
  } finally {
    interrupt.removeEventListener("abort", onInterrupt);
    stopWatching();
    await close();
    await journal.close();
  }
  const running = desks.flatMap(({ standing, api }) => standing.map(({ part }) => ({ ...part, host: api.host })));
  return {
    ...{ models: progress.look(systemClock.now()), found, elapsedMs: systemClock.now() - startMs },
    ...{ failures: progress.failures, output: job.output, errors: job.errors, stop },
    batches: { ended, running },
  };
}

/** Ends where reading fails, and says so: what was read may be ordered, or not. */
async function* guarded<T>(items: AsyncIterable<T>, onError: (error: unknown) => void): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    onError(error);
  }
}

function standingsOf(desks: readonly Desk[]): ReadonlyMap<string, Standing> {
  const standings = new Map<string, Standing>();
  for (const { part, share } of desks.flatMap(({ standing }) => standing)) {
    const { batches, requests, worked } = standings.get(part.model) ?? { batches: 0, requests: 0, worked: 0 };
    standings.set(part.model, {
      batches: batches + 1,
      requests: requests + part.requests,
      worked: worked + Math.floor(share * part.requests),
    });
  }
  return standings;
}
