import type { Requests } from "../requests/requests.js";
import type { Past } from "../results/past.js";
import type { Lane } from "../servers.js";
import { readTasks, type Survey, type Task } from "../survey.js";

/** Each queue reads the file for itself; more models than this share queues. */
const QUEUES_MAX = 6;

/** How queues are made. */
export interface QueueOptions {
  readonly retryFailed?: boolean | undefined;
  readonly ordered?: boolean | undefined;
  /** Lanes whose model isn't there, and what to tell of that. */
  readonly unknown?: ReadonlyMap<string, string> | undefined;
}

/**
 * A queue for each model that has something left to do, so that none waits behind another's requests, wherever in the file its own
 * are. Results in order need one queue.
 */
export function queuesOf(
  requests: Requests,
  past: Past,
  found: Survey,
  options: QueueOptions,
): readonly AsyncIterable<Task>[] {
  const { retryFailed = false, ordered = false, unknown = new Map() } = options;
  const busy = [...found.models.values()].filter(({ total, done }) => done < total).map(({ lane }) => lane);
  if (ordered || busy.length < 2) return [readTasks(requests, past, { retryFailed, unknown })];
  return Array.from({ length: Math.min(QUEUES_MAX, busy.length) }, (_, index) => {
    const own = new Set(busy.filter((_lane, rank) => rank % QUEUES_MAX === index));
    const takes = (lane: Lane): boolean => own.has(lane);
    return readTasks(requests, past, { retryFailed, unknown, takes, takesProblems: index === 0 });
  });
}
