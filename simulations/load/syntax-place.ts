import { spawnSync } from "node:child_process";
import type { Place } from "./places.js";

const CHECK_MS = 10_000;

/**
 * Where a module stops being one. Node tells it nobody but its terminal, so that another Node is asked; undefined where that
 * finds nothing wrong, as where the error is in what the module imports.
 */
export function placeOfSyntaxError(file: string): Place | undefined {
  const { status, stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: CHECK_MS });
  if (status !== 1) return undefined;
  const [first = "", , carets = ""] = stderr.split("\n");
  const line = /:(\d+)$/.exec(first)?.[1];
  return line === undefined ? undefined : { line: Number(line), column: carets.indexOf("^") + 1 || 1 };
}
