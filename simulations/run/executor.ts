import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { breathe } from "./breathe.js";
import { type Job, type OnShare, type Outcome, runJob } from "./job.js";
import { createPool } from "./pool.js";

/** Who runs jobs: this thread, or several. */
export interface Executor {
  /** How many jobs it runs at once. */
  readonly threads: number;
  /**
   * Runs a job as soon as there is a thread for it.
   *
   * @throws the signal's reason once that has aborted; an Error where the thread died of the job
   */
  run(job: Job, onShare?: OnShare): Promise<readonly Outcome[]>;
  /** Lets all threads go. */
  close(): Promise<void>;
}

export interface ExecutorOptions {
  /** Threads beside this one; 1: this one alone. */
  readonly threads: number;
  /** Ends what is under way: at once in other threads, after the job in this one. */
  readonly signal?: AbortSignal | undefined;
  /** The file that each thread runs. Default: the one that stands beside this. */
  readonly entry?: URL | undefined;
}

const ENTRY = new URL("./worker.js", import.meta.url);

/** Makes who runs jobs. Where the worker's file isn't there, as in a bundle, this thread does it all. */
export function createExecutor({ threads, signal, entry = ENTRY }: ExecutorOptions): Executor {
  const here = createLocal(signal);
  return threads > 1 && existsSync(fileURLToPath(entry)) ? createPool({ threads, signal, entry, here }) : here;
}

/** One job after the other, in this thread. */
function createLocal(signal: AbortSignal | undefined): Executor {
  let last: Promise<unknown> = Promise.resolve();
  return {
    threads: 1,
    run(job, onShare) {
      const result = last.then(async () => {
        await breathe();
        signal?.throwIfAborted();
        return runJob(job, onShare);
      });
      last = result.catch(() => {});
      return result;
    },
    close: async () => {},
  };
}
