import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { renderReport } from "./render-report.js";
import type { ReportOptions, ReportRun } from "./run.js";

/**
 * Writes the page of some runs to a file, whose folder is made if it isn't there.
 *
 * @throws the file system's error where it can't be written
 */
export function writeReport(path: string, runs: readonly ReportRun[], options?: ReportOptions): void {
  const page = renderReport(runs, options);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, page);
}
