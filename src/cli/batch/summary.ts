import type { BatchStatus } from "./hosted/batch-view.js";
import { sayBatches } from "./hosted/under-way.js";
import type { Stop } from "./live/job.js";
import type { ModelProgress } from "./progress.js";
import type { Survey } from "./survey.js";
import { duration, plural } from "./words.js";

/** How a job ended. */
export interface Ending {
  readonly models: readonly ModelProgress[];
  readonly found: Survey;
  readonly elapsedMs: number;
  /** Failures of this run by status or code, the most frequent first. */
  readonly failures: readonly (readonly [string, number])[];
  readonly output: string | undefined;
  /** Where failures are, if not among the results. */
  readonly errors?: string | undefined;
  readonly stop: Stop | undefined;
  /** Batches that have ended in this run, and those that run on, where requests are sent in those. */
  readonly batches?: {
    readonly ended: ReadonlyMap<BatchStatus, number>;
    readonly running: readonly { readonly requests: number; readonly host: string }[];
  };
}

/** The numbers of a summary, for programs. */
export interface Totals {
  readonly requests: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly broken: number;
  readonly left: number;
  /** Tries that were let in, refused with 429, refused for lack of capacity. */
  readonly accepted: number;
  readonly throttled: number;
  readonly overloaded: number;
}

/** Adds it all up, earlier runs included (but for tries, which are of this run). */
export function totalsOf({ models, found }: Ending): Totals {
  const sum = (pick: (row: ModelProgress) => number): number => models.reduce((total, row) => total + pick(row), 0);
  const failed = sum((row) => row.failed) + found.failedBefore;
  return {
    requests: sum((row) => row.total),
    succeeded: sum((row) => row.done) - failed,
    failed,
    broken: found.problemCount,
    left: sum((row) => row.total - row.done),
    accepted: sum((row) => row.accepted),
    throttled: sum((row) => row.throttled),
    overloaded: sum((row) => row.overloaded),
  };
}

/** 0 all done, 1 some failed, 2 wrong key, 3 quota exhausted, 130 interrupted. */
export function exitCodeOf(ending: Ending): number {
  switch (ending.stop?.because) {
    case "interrupted":
      return 130;
    case "exhausted":
      return 3;
    case "unauthorized":
      return 2;
    case "unwritable":
    case "unreadable":
    case "refused":
      return 1;
    case undefined: {
      const { failed, broken, left } = totalsOf(ending);
      return failed + broken + left > 0 ? 1 : 0;
    }
  }
}

/** What a person reads at the end. */
export function summarize(ending: Ending): string {
  const totals = totalsOf(ending);
  const { stop, failures, elapsedMs, output, errors } = ending;
  const { doneBefore, failedBefore } = ending.found;
  const head = stop === undefined ? "done" : stop.because === "interrupted" ? "interrupted" : "stopped";
  const before = doneBefore > 0 ? `, ${doneBefore} of them in earlier runs` : "";
  const tries = totals.accepted + totals.throttled + totals.overloaded;
  return [
    `${head} after ${duration(elapsedMs)}: ${totals.succeeded} of ${plural(totals.requests, "request")} answered${before}`,
    ...(totals.failed === 0 ? [] : [`  ${totals.failed} failed (${reasonsOf(failures, failedBefore)})`]),
    ...(totals.broken === 0 ? [] : [`  ${plural(totals.broken, "line")} could not be sent`]),
    ...(totals.left === 0 ? [] : [`  ${totals.left} left: the same command goes on here`]),
    ...batchLines(ending),
    ...(tries === 0
      ? []
      : [`  ${tries} ${tries === 1 ? "try" : "tries"}: ${totals.throttled} x 429, ${totals.overloaded} x no capacity`]),
    ...(output === undefined ? [] : [`  results: ${output}`]),
    ...(errors === undefined || errors === output || totals.failed + totals.broken === 0
      ? []
      : [`  failures: ${errors}`]),
  ].join("\n");
}

function batchLines({ batches }: Ending): readonly string[] {
  if (batches === undefined) return [];
  const { ended, running } = batches;
  const sum = [...ended.values()].reduce((total, each) => total + each, 0);
  const how = [...ended].map(([status, times]) => `${times} ${status}`).join(", ");
  const hosts = [...new Set(running.map(({ host }) => host))].join(", ");
  return [
    ...(sum === 0 ? [] : [`  ${plural(sum, "batch", "batches")}: ${how}`]),
    ...(running.length === 0
      ? []
      : [`  ${sayBatches(running)} run on at ${hosts}; with --cancel the same command ends them`]),
  ];
}

function reasonsOf(failures: Ending["failures"], failedBefore: number): string {
  const reasons = failures.map(([reason, times]) => `${times} x ${reason}`);
  return [...reasons, ...(failedBefore > 0 ? [`${failedBefore} in earlier runs`] : [])].join(", ");
}
