import Bottleneck from "bottleneck";
import PQueue from "p-queue";
import pThrottle from "p-throttle";
import { createSluice } from "sluice";

/**
 * What runs a task for us, each as its README has it, with no limit in the way but the concurrency. `open` makes one that
 * takes tasks; `hold` makes one that lets nothing go until `release`, so that what waits in it can be weighed.
 */

/** How many run at once, where a contestant has such a number. */
const CONCURRENCY = 64;

export const contestants = {
  "bare promise": {
    open: () => ({ add: async (task) => task() }),
    hold() {
      let release;
      const gate = new Promise((resolve) => {
        release = resolve;
      });
      return { add: (task) => gate.then(task), release };
    },
  },
  "sluice, 64": sluiceOf(CONCURRENCY),
  "sluice, unbounded": sluiceOf(1_000_000),
  "p-queue, 64": queueOf({ concurrency: CONCURRENCY }),
  "p-queue, unbounded": queueOf({}),
  "p-throttle": {
    // All may start in the first interval: what is timed is its own work, not its waiting.
    open: () => ({ add: pThrottle({ limit: 10_000_000, interval: 1_000 })((task) => task()) }),
    hold() {
      const controller = new AbortController();
      // Its timers count from the first task: of a longer interval the last ones would overflow.
      const throttled = pThrottle({ limit: 1, interval: 20, signal: controller.signal })((task) => task());
      return { add: throttled, release: () => controller.abort() };
    },
  },
  Bottleneck: {
    open() {
      const limiter = new Bottleneck({ maxConcurrent: CONCURRENCY });
      return { add: (task) => limiter.schedule(task) };
    },
    hold() {
      const limiter = new Bottleneck({ maxConcurrent: CONCURRENCY, reservoir: 0 });
      return { add: (task) => limiter.schedule(task), release: () => limiter.updateSettings({ reservoir: null }) };
    },
  },
};

/** Bottleneck's cost a task grows with the queue: at 100,000 it takes minutes. */
export const SIZE_MAX = { Bottleneck: 5_000 };

function sluiceOf(concurrencyMax) {
  const open = () => {
    const sluice = createSluice({
      concurrencyMax,
      control: { rateInitial: 1e9, burst: 1_000 },
      queue: { sizeMax: 1_000_000 },
    });
    return { sluice, add: (task) => sluice.schedule(task) };
  };
  return {
    open,
    hold() {
      const { sluice, add } = open();
      sluice.pause();
      return { add, release: () => sluice.resume() };
    },
  };
}

function queueOf(options) {
  const open = () => {
    const queue = new PQueue(options);
    return { queue, add: (task) => queue.add(task) };
  };
  return {
    open,
    hold() {
      const { queue, add } = open();
      queue.pause();
      return { add, release: () => queue.start() };
    },
  };
}
