import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

/** How much longer than the server means an answer may take, in milliseconds, in a check that has to keep a pace. */
const LATE_MS_MAX = 150;
const RUNS_MAX = 4;

/** A run begins when this process has been let run for a second without a longer stop, or after so many seconds. */
const STOP_MS_MAX = 50;
const CALM_SECONDS_MAX = 20;

/**
 * Runs what has to keep a pace, and again where it failed while the machine was busy with something else: a process that
 * isn't let run hears of refusals seconds late, and what comes of that says nothing of it. The last run counts whatever
 * happened, and whoever had more than one says so.
 *
 * @param {number} answerMs how long the server takes for an answer
 * @param {(latency: object) => Promise<{ isGood: boolean, latenciesMs: readonly number[] }>} run
 */
export async function whileSteady(answerMs, run) {
  for (let runs = 1; ; runs += 1) {
    await calm();
    const result = await run({ firstByteMs: answerMs });
    const slowestMs = Math.round(Math.max(...result.latenciesMs));
    if (runs === RUNS_MAX || result.isGood || slowestMs <= answerMs + LATE_MS_MAX) {
      const again = runs === 1 ? {} : { runs };
      return { ...result, again, trouble: `; the slowest answer took ${slowestMs} ms instead of ${answerMs}` };
    }
    console.error(`again: the slowest answer took ${slowestMs} ms instead of ${answerMs}: the machine is busy`);
  }
}

async function calm() {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  for (let seconds = 0; seconds < CALM_SECONDS_MAX; seconds += 1) {
    delay.reset();
    await sleep(1_000);
    if (delay.max / 1e6 < STOP_MS_MAX) break;
  }
  delay.disable();
}
