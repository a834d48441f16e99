import type { BatchRequest } from "./batch-line.js";
import type { Governor } from "./governor.js";
import type { Progress } from "./progress.js";
import { type ResultLine, unsendable } from "./result-line.js";
import type { Results } from "./results.js";
import { type Sent, send, type Target } from "./send.js";
import type { Task } from "./survey.js";

/** Why a job stopped before its end. */
export type Stop =
  | { readonly because: "interrupted" }
  | { readonly because: "exhausted" | "unauthorized" | "unwritable" | "unreadable"; readonly message: string };

/** What a job needs. */
export interface Job {
  readonly tasks: AsyncIterable<Task>;
  readonly sluice: Governor;
  readonly target: Target;
  readonly results: Results;
  readonly progress: Progress;
  /** Stops it in good order: what is in flight ends, what waits is left. */
  readonly interrupt: AbortSignal;
}

/** Requests that are held at once, waiting or in flight: more than any sensible number in flight, in bounded memory. */
const HELD_MAX = 4_000;
const HELD_BYTES_MAX = 64 * 1024 * 1024;

/** Sends all tasks as fast as the sluice lets them, writing each result when it comes. Resolves with why it stopped early, if it did. */
export async function runJob(job: Job): Promise<Stop | undefined> {
  const { sluice, target, results, progress, interrupt } = job;
  const window = new Window();
  let stop: Stop | undefined;
  const stopFor = (reason: Stop): void => {
    if (stop !== undefined) return;
    stop = reason;
    window.open();
    // Whatever waits is told at once; the promises of what is in flight are awaited below.
    sluice.close().catch(() => undefined);
  };
  const onInterrupt = (): void => stopFor({ because: "interrupted" });
  const write = async (result: ResultLine): Promise<boolean> => {
    try {
      await results.write(result);
      return true;
    } catch (error) {
      stopFor({ because: "unwritable", message: error instanceof Error ? error.message : String(error) });
      return false;
    }
  };
  const settle = async (request: BatchRequest, sent: Sent): Promise<void> => {
    if (sent.kind === "result") {
      if (await write(sent.result)) progress.onResult(request.model, sent.result);
    } else if (sent.kind === "futile") {
      stopFor({ because: sent.because, message: sent.message });
    }
  };

  if (interrupt.aborted) onInterrupt();
  interrupt.addEventListener("abort", onInterrupt, { once: true });
  try {
    for await (const task of job.tasks) {
      if (stop !== undefined) break;
      if (task.kind === "problem") {
        if (await write(unsendable(task.problem))) progress.onProblem();
        continue;
      }
      const { request, bytes } = task;
      await window.enter(bytes);
      if (stop !== undefined) break;
      window.track(
        bytes,
        send(request, sluice, target, () => stop !== undefined).then((sent) => settle(request, sent)),
      );
    }
  } catch (error) {
    stopFor({ because: "unreadable", message: error instanceof Error ? error.message : String(error) });
  } finally {
    await window.empty();
    interrupt.removeEventListener("abort", onInterrupt);
  }
  return stop;
}

/** How many requests are held, and the wait for a place among them. */
class Window {
  readonly #held = new Set<Promise<void>>();
  #bytes = 0;
  #isOpen = false;
  #wake: () => void = () => undefined;

  /** Resolves when there is room for one more; at once where nothing is held, however large it is. */
  async enter(bytes: number): Promise<void> {
    while (
      !this.#isOpen &&
      this.#held.size > 0 &&
      (this.#held.size >= HELD_MAX || this.#bytes + bytes > HELD_BYTES_MAX)
    ) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  track(bytes: number, promise: Promise<void>): void {
    this.#bytes += bytes;
    const held = promise.finally(() => {
      this.#bytes -= bytes;
      this.#held.delete(held);
      this.#wake();
    });
    this.#held.add(held);
  }

  /** Lets everybody in: the job is stopping. */
  open(): void {
    this.#isOpen = true;
    this.#wake();
  }

  async empty(): Promise<void> {
    await Promise.all(this.#held);
  }
}
