import { openPage } from "../../../simulations/report/open-page.js";
import type { ReportRun } from "../../../simulations/report/run.js";
import { writeReport } from "../../../simulations/report/write-report.js";
import { recordJob } from "../../../simulations/run/record.js";
import type { Simulation } from "../../../simulations/simulate.js";
import { messageOf } from "../batch/failure.js";
import { type Io, UsageError } from "../command.js";
import type { PageArgs } from "../page-args.js";
import type { SimulateArgs } from "./args.js";
import { createProgressLine } from "./progress.js";

/**
 * Writes the page of a simulation: the first seed of each scenario with all who ran in it, and what came of the bounds over
 * all seeds.
 *
 * @throws UsageError where it can't be written
 */
export async function tellOnPage(
  { path, isOpened }: PageArgs,
  { runs, judgements }: Simulation,
  { scenarios, seeds: [seed = 1], contestants }: Pick<SimulateArgs, "scenarios" | "seeds" | "contestants">,
  io: Io,
): Promise<void> {
  const progress = createProgressLine(io);
  const told: ReportRun[] = [];
  for (const [index, { scenario }] of scenarios.entries()) {
    if (io.interrupt.aborted) break;
    progress.show({ share: index / scenarios.length, text: "drawing the page" });
    const names = new Set(runs.filter((run) => run.scenario === scenario.name).map((run) => run.contestant));
    const choices = [...names].map(
      (name) => contestants?.find((choice) => typeof choice !== "string" && choice.name === name) ?? name,
    );
    for (const run of await recordJob({ scenario, seed, contestants: choices })) {
      const bounds = judgements
        .filter((each) => each.scenario === scenario.name && each.contestant === run.contestant)
        .map(({ bound, value, holds }) => ({ bound, value, holds }));
      told.push({ ...run, scenario, seed, bounds });
    }
  }
  progress.end();
  if (told.length === 0) return;
  try {
    writeReport(path, told);
  } catch (error) {
    throw new UsageError(`--report ${path} can't be written: ${messageOf(error)}`);
  }
  io.stderr.write(`the page is ${path}\n`);
  const trouble = isOpened ? await openPage(path) : undefined;
  if (trouble !== undefined) io.stderr.write(`${trouble}\n`);
}
