import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Comparison } from "../../../simulations/compare/compare.js";
import { renderLeaderboard } from "../../../simulations/compare/leaderboard-page.js";
import type { FoundScenario } from "../../../simulations/load/find.js";
import { openPage } from "../../../simulations/report/open-page.js";
import { messageOf } from "../batch/failure.js";
import { type Io, UsageError } from "../command.js";
import type { PageArgs } from "../page-args.js";

/** Writes the page of a comparison. @throws UsageError where it can't be written */
export async function tellOnPage(
  { path, isOpened }: PageArgs,
  comparison: Comparison,
  scenarios: readonly FoundScenario[],
  io: Io,
): Promise<void> {
  const page = renderLeaderboard(
    scenarios.map(({ scenario }) => scenario),
    comparison,
  );
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, page);
  } catch (error) {
    throw new UsageError(`--report ${path} can't be written: ${messageOf(error)}`);
  }
  io.stderr.write(`the page is ${path}\n`);
  const trouble = isOpened ? await openPage(path) : undefined;
  if (trouble !== undefined) io.stderr.write(`${trouble}\n`);
}
