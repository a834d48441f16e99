/** How much longer than the server means an answer may take, in milliseconds, in a check that has to keep a pace. */
const LATE_MS_MAX = 150;
const RUNS_MAX = 3;

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
    const result = await run({ firstByteMs: answerMs });
    const slowestMs = Math.round(Math.max(...result.latenciesMs));
    if (runs === RUNS_MAX || result.isGood || slowestMs <= answerMs + LATE_MS_MAX) {
      const again = runs === 1 ? {} : { runs };
      return { ...result, again, trouble: `; the slowest answer took ${slowestMs} ms instead of ${answerMs}` };
    }
    console.error(`again: the slowest answer took ${slowestMs} ms instead of ${answerMs}: the machine is busy`);
  }
}
