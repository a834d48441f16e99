import { Worker } from "node:worker_threads";
import type { Executor } from "./executor.js";
import type { Job, OnShare, Outcome } from "./job.js";
import type { Report, Request } from "./message.js";
import { hasFunction, referenceTo } from "./origin.js";

interface PoolOptions {
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly entry: URL;
  /** Who runs what can't be sent to a thread. */
  readonly here: Executor;
}

interface Task {
  readonly request: Request;
  readonly onShare: OnShare | undefined;
  resolve(outcomes: readonly Outcome[]): void;
  reject(reason: unknown): void;
}

/**
 * Room for young objects. What waits in a world lives just long enough to be copied again and again in V8's usual 48 MB: a
 * tenth less time with this.
 */
const YOUNG_MB = 96;

/** Worker threads, started when there is work for them, each with one job at a time. */
export function createPool({ threads, signal, entry, here }: PoolOptions): Executor {
  const waiting: Task[] = [];
  const idle: Seat[] = [];
  const seats = new Set<Seat>();

  const next = (): void => {
    while (waiting.length > 0) {
      const seat = idle.pop() ?? (seats.size < threads ? sit() : undefined);
      if (seat === undefined) return;
      const task = waiting.shift();
      if (task !== undefined) seat.begin(task);
    }
  };
  const sit = (): Seat => {
    const seat = new Seat(entry, {
      onIdle() {
        idle.push(seat);
        next();
      },
      onGone() {
        seats.delete(seat);
        next();
      },
    });
    seats.add(seat);
    return seat;
  };
  const stop = async (reason: unknown): Promise<void> => {
    for (const task of waiting.splice(0)) task.reject(reason);
    idle.length = 0;
    await Promise.all([...seats].map((seat) => seat.dismiss(reason)));
  };
  const onAbort = (): void => void stop(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });

  return {
    threads,
    run(job, onShare) {
      const request = requestOf(job);
      if (request === undefined) return here.run(job, onShare);
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        waiting.push({ request, onShare, resolve, reject });
        next();
      });
    },
    async close() {
      signal?.removeEventListener("abort", onAbort);
      await stop(new Error("the threads were let go"));
    },
  };
}

/** A worker thread, until it dies. */
class Seat {
  readonly #worker: Worker;
  #task: Task | undefined;

  constructor(entry: URL, { onIdle, onGone }: { onIdle(): void; onGone(): void }) {
    this.#worker = new Worker(entry, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    this.#worker.on("message", (report: Report) => {
      if (report.type === "share") return this.#task?.onShare?.(report.share);
      const task = this.#task;
      this.#task = undefined;
      task?.resolve(report.outcomes);
      onIdle();
    });
    let reason: unknown;
    this.#worker.on("error", (error) => {
      reason = error;
    });
    this.#worker.on("exit", (code) => {
      this.#task?.reject(reason ?? new Error(`the thread ended with exit code ${code}`));
      this.#task = undefined;
      onGone();
    });
  }

  begin(task: Task): void {
    this.#task = task;
    this.#worker.postMessage(task.request);
  }

  /** Ends it, whatever it does; its job is told why. */
  async dismiss(reason: unknown): Promise<void> {
    this.#task?.reject(reason);
    this.#task = undefined;
    await this.#worker.terminate();
  }
}

function requestOf({ scenario, seed, contestants }: Job): Request | undefined {
  const reference = referenceTo(scenario);
  if (reference === undefined || hasFunction(contestants)) return undefined;
  return { scenario: reference, seed, contestants };
}
