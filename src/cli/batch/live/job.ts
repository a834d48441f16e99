import type { Progress } from "../progress.js";
import type { Problem, RoutedRequest } from "../requests/batch-line.js";
import { type Result, unsendable } from "../results/result-line.js";
import type { Results } from "../results/results.js";
import type { Task } from "../survey.js";
import type { Governor } from "./governor.js";
import type { Pack } from "./packs.js";
import { type Sent, send } from "./send.js";
import { sendPack } from "./send-pack.js";
import { Turns, Window } from "./window.js";

/** Why a job stopped before its end. */
export type Stop =
  | { readonly because: "interrupted" }
  | {
      readonly because: "exhausted" | "unauthorized" | "unwritable" | "unreadable" | "refused";
      readonly message: string;
    };

/** What a job needs. */
export interface Job {
  /** Queues that don't wait for one another. */
  readonly queues: readonly AsyncIterable<Task | Pack>[];
  /** Requests that are with the server now. */
  readonly inFlight: () => number;
  readonly sluice: Governor;
  readonly results: Results;
  /** Writes results in the order of their requests. What is held for that counts as held. */
  readonly ordered: boolean;
  readonly progress: Progress;
  /** Stops it in good order: what is in flight ends, what waits is left. */
  readonly interrupt: AbortSignal;
}

/**
 * Requests of one queue that are held beside twice those in flight: enough that none is missing when its moment has come. More
 * would only grow old in memory: 4,000 of them took 60 MB more, and a fifth more time, where no limit held anybody back.
 */
const HELD_BESIDE = 64;
const HELD_MAX = 4_000;
/** Results in order wait for the slowest before them; a crash loses what waits. */
const HELD_ORDERED_MAX = 1_000;
/** Bytes of their lines, over all queues. */
const HELD_BYTES_MAX = 64 * 1024 * 1024;

/** Sends all tasks as fast as the sluice lets them, writing each result when it comes. Resolves with why it stopped early, if it did. */
export async function runJob(job: Job): Promise<Stop | undefined> {
  const { sluice, results, progress, interrupt } = job;
  const heldMax = (): number => (job.ordered ? HELD_ORDERED_MAX : Math.min(HELD_MAX, HELD_BESIDE + 2 * job.inFlight()));
  const queues = job.queues.map((tasks) => ({
    tasks,
    window: new Window(heldMax, HELD_BYTES_MAX / job.queues.length),
  }));
  const turns = new Turns();
  let stop: Stop | undefined;
  const stopFor = (reason: Stop): void => {
    if (stop !== undefined) return;
    stop = reason;
    for (const { window } of queues) window.open();
    // Whatever waits is told at once; the promises of what is in flight are awaited below.
    sluice.close().catch(() => undefined);
  };
  const onInterrupt = (): void => stopFor({ because: "interrupted" });
  const write = async (result: Result): Promise<boolean> => {
    try {
      await results.write(result);
      return true;
    } catch (error) {
      stopFor({ because: "unwritable", message: error instanceof Error ? error.message : String(error) });
      return false;
    }
  };
  const settle = async (request: RoutedRequest, sent: Sent): Promise<void> => {
    if (sent.kind === "result") {
      if (await write(sent.result)) progress.onResult(request.lane.name, sent.result);
    } else if (sent.kind === "futile") {
      stopFor({ because: sent.because, message: sent.message });
    }
  };
  const handle = async (request: RoutedRequest): Promise<void> => {
    const sending = send(request, sluice, () => stop !== undefined);
    if (job.ordered) await turns.next(sending);
    await settle(request, await sending);
  };
  const handlePack = async ({ requests }: Pack): Promise<void> => {
    const sending = sendPack(requests, sluice, () => stop !== undefined);
    if (job.ordered) await turns.next(sending);
    const sent = await sending;
    // All at once: the pack behind this one has its turn already, and mustn't come between.
    await Promise.all(requests.map((request, index) => settle(request, sent[index] ?? { kind: "left" })));
  };
  const tell = async (problem: Problem): Promise<void> => {
    if (job.ordered) await turns.next();
    if (await write(unsendable(problem))) progress.onProblem();
  };

  const carryOut = (task: Task | Pack): Promise<void> => {
    if (task.kind === "send") return handle(task.request);
    return task.kind === "pack" ? handlePack(task) : tell(task.problem);
  };

  const feed = async ({ tasks, window }: (typeof queues)[number]): Promise<void> => {
    try {
      for await (const task of tasks) {
        await window.enter(task.bytes);
        if (stop !== undefined) break;
        window.track(task.bytes, carryOut(task));
      }
    } catch (error) {
      stopFor({ because: "unreadable", message: error instanceof Error ? error.message : String(error) });
    }
    await window.empty();
  };

  if (interrupt.aborted) onInterrupt();
  interrupt.addEventListener("abort", onInterrupt, { once: true });
  await Promise.all(queues.map(feed));
  interrupt.removeEventListener("abort", onInterrupt);
  return stop;
}
