import { measureAll } from "../../../simulations/measure/measure.js";
import type { ServerEstimate } from "../../../simulations/replay/estimate.js";
import type { EventLog } from "../../../simulations/replay/read-log.js";
import { type Allowed, recordingOf } from "../../../simulations/replay/recording.js";
import { whatIfRuns } from "../../../simulations/replay/what-if.js";
import { openPage } from "../../../simulations/report/open-page.js";
import type { ReportRun } from "../../../simulations/report/run.js";
import { writeReport } from "../../../simulations/report/write-report.js";
import type { ScenarioOptions } from "../../../simulations/world/scenario.js";
import { messageOf } from "../batch/failure.js";
import { type Io, UsageError } from "../command.js";
import type { PageArgs } from "../page-args.js";

/** What a page tells of. */
export interface ReplayPage {
  readonly log: EventLog;
  readonly estimate: ServerEstimate;
  readonly recorded: Allowed;
  readonly replayed: Allowed;
  readonly isWhatIf: boolean;
  readonly options: ScenarioOptions | undefined;
}

/**
 * Writes the page of a replay: the log with what was allowed, the same sends with what would have been allowed and, where
 * it was asked for, the runs in front of the guessed server.
 *
 * @throws UsageError where it can't be written
 */
export async function tellOnPage({ path, isOpened }: PageArgs, page: ReplayPage, io: Io): Promise<void> {
  const { log, estimate, recorded, replayed, isWhatIf, options } = page;
  const { scenario } = estimate;
  const runs = await whatIfRuns(estimate, options);
  const optimum = runs[0]?.recording;
  const told = [
    { contestant: "recorded", allowed: recorded },
    { contestant: "replayed, open loop", allowed: replayed },
  ].map(({ contestant, allowed }): ReportRun => {
    const recording = recordingOf(log, estimate, allowed);
    const best = optimum ?? recording;
    const metrics = measureAll({ scenario, recording, optimum: best });
    return { scenario, contestant, seed: 1, metrics, bounds: [], recording, optimum: best };
  });
  const others = (isWhatIf ? runs : []).map((run): ReportRun => ({ ...run, scenario, seed: 1, bounds: [] }));
  try {
    writeReport(path, [...told, ...others], { title: "replay" });
  } catch (error) {
    throw new UsageError(`--report ${path} can't be written: ${messageOf(error)}`);
  }
  io.stderr.write(`the page is ${path}\n`);
  const trouble = isOpened ? await openPage(path) : undefined;
  if (trouble !== undefined) io.stderr.write(`${trouble}\n`);
}
