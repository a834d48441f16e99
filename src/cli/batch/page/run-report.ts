import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { openPage } from "../../../../simulations/report/open-page.js";
import { type RealRun, renderRun } from "../../../../simulations/report/real/run-report.js";
import { RunTracker } from "../../../../simulations/report/real/run-tracker.js";
import { keyName } from "../../../adapter/dashboard/key-name.js";
import { systemClock } from "../../../clock.js";
import { messageOf } from "../failure.js";
import type { BatchSluice } from "../live/sluice.js";
import { type Ending, exitCodeOf, summarize, totalsOf } from "../summary.js";
import { count, duration } from "../words.js";
import type { RunFacts } from "./run-page.js";

/** Puts together the page of a run while it runs, and writes it when that is over. */
export class RunReporter {
  readonly #servers: readonly string[];
  readonly #startedAt = new Date(systemClock.wallNow());
  #tracker: RunTracker | undefined;

  /** @param servers where requests go; names tell which, where there are several */
  constructor(servers: readonly string[]) {
    this.#servers = servers;
  }

  /** Hears what happens from now on. */
  begin(sluice: Pick<BatchSluice["sluice"], "event$">): void {
    const tracker = new RunTracker(systemClock.now(), (key) => {
      const { name, where } = keyName(key);
      return this.#servers.length === 1 ? name : `${name} @${where}`;
    });
    this.#tracker = tracker;
    sluice.event$.subscribe((event) => tracker.take(event));
  }

  /** Writes it; resolves with what to tell the user. */
  async write(
    { path, isOpened }: { readonly path: string; readonly isOpened: boolean },
    ending: Ending,
    facts: RunFacts,
  ): Promise<string> {
    if (this.#tracker === undefined) return "there is no page: nothing was sent";
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, renderRun(this.#run(this.#tracker, ending, facts)));
    } catch (error) {
      return `--report ${path} can't be written: ${messageOf(error)}`;
    }
    const trouble = isOpened ? await openPage(path) : undefined;
    return trouble === undefined ? `the page is ${path}` : `the page is ${path}; ${trouble}`;
  }

  #run(tracker: RunTracker, ending: Ending, facts: RunFacts): RealRun {
    const { succeeded, failed, broken, throttled, overloaded } = totalsOf(ending);
    const { elapsedMs, models, failures } = ending;
    const tokens = models.reduce((sum, row) => sum + row.tokens, 0);
    const { requests, output, errors } = facts;
    const servers = this.#servers;
    // Where results are stands among the facts.
    const summary = summarize(ending)
      .split("\n")
      .filter((line) => !/^ {2}(results|failures): /.test(line));
    return {
      title: requests === "-" ? "standard input" : requests,
      summary,
      isGood: exitCodeOf(ending) === 0,
      durationMs: elapsedMs,
      headlines: [
        [count(succeeded), "answered"],
        [count(failed + broken), "failed"],
        [duration(elapsedMs), "from start to end"],
        [count(throttled), "tries met a 429"],
        [count(overloaded), "met no capacity"],
        ...(tokens > 0 ? [[count(tokens), "tokens"] as const] : []),
      ],
      facts: [
        ["Requests", requests],
        ["Results", output ?? "standard output"],
        ...(errors === undefined || errors === output ? [] : [["Failures", errors] as const]),
        [servers.length === 1 ? "Server" : "Servers", servers.join(", ")],
        ["Begun", this.#startedAt.toISOString().replace(/\.\d+Z$/, "Z")],
      ],
      tables: [
        {
          caption: "What became of each model's requests",
          heads: ["model", "done", "of", "failed", "429", "503", "tokens"],
          rows: models.map((row) => [
            row.model,
            ...[row.done, row.total, row.failed, row.throttled, row.overloaded, row.tokens].map(count),
          ]),
        },
        {
          caption: "Failures of this run, by kind",
          heads: ["kind", "times"],
          rows: failures.map(([reason, times]) => [/^\d+$/.test(reason) ? `status ${reason}` : reason, count(times)]),
        },
      ],
      track: tracker.track(requests, systemClock.now()),
      reasons: tracker.reasons,
    };
  }
}
