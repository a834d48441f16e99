import Bottleneck from "bottleneck";
import PQueue from "p-queue";
import pThrottle from "p-throttle";
import { createSluice } from "sluice";

/**
 * What runs a task for us. `open` makes one; `add` queues a task and returns its promise; `hold` and `release` stop and
 * start it, where it can be held, so that the memory of what waits can be weighed. Each as its README has it, with no
 * limit in the way but the concurrency.
 */

/** How many run at once, where a contestant has such a number. */
export const CONCURRENCY = 64;

export const contestants = {
  "bare promise": () => ({ add: async (task) => task() }),
  "sluice, 64": () => fromSluice(CONCURRENCY),
  "sluice, unbounded": () => fromSluice(1_000_000),
  "p-queue, 64": () => fromQueue({ concurrency: CONCURRENCY }),
  "p-queue, unbounded": () => fromQueue({}),
  "p-throttle": () => {
    // All may start in the first interval: what is timed is its own work, not its waiting.
    const throttled = pThrottle({ limit: 10_000_000, interval: 1_000 })((task) => task());
    return { add: throttled };
  },
  Bottleneck: () => {
    const limiter = new Bottleneck({ maxConcurrent: CONCURRENCY });
    return { add: (task) => limiter.schedule(task) };
  },
};

/** Bottleneck's cost a task grows with the queue: at 100,000 it takes minutes. */
export const SIZE_MAX = { Bottleneck: 5_000 };

function fromSluice(concurrencyMax) {
  const sluice = createSluice({
    concurrencyMax,
    control: { rateInitial: 1e9, burst: 1_000 },
    queue: { sizeMax: 1_000_000 },
  });
  return {
    add: (task) => sluice.schedule(task),
    hold: () => sluice.pause(),
    release: () => sluice.resume(),
  };
}

function fromQueue(options) {
  const queue = new PQueue(options);
  return { add: (task) => queue.add(task), hold: () => queue.pause(), release: () => queue.start() };
}
