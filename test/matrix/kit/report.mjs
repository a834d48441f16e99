import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MATRIX } from "../runner/paths.mjs";

/** The version of an installed package, by the name (an alias, perhaps) that package.json gives it. */
export function versionOf(name) {
  return JSON.parse(readFileSync(join(MATRIX, "node_modules", name, "package.json"), "utf8")).version;
}

/**
 * Prints one verdict of a cell: `ok`, what was measured or went wrong, and how long it took; with the runtime, where that
 * isn't the one that runs the cell.
 */
export function report({ door, version, runtime, check, ok, detail, seconds }) {
  console.log(JSON.stringify({ door, version, runtime, check, ok, detail, seconds }));
}

/**
 * Runs checks one after the other and prints a verdict for each. A check gives what it measured as data, and throws
 * where something doesn't hold.
 *
 * @param {{ door: string, version?: string, runtime?: string }} cell
 * @param {Readonly<Record<string, () => Promise<unknown>>>} checks
 */
export async function runChecks(cell, checks) {
  for (const [check, run] of Object.entries(checks)) {
    const startMs = performance.now();
    const verdict = await run().then(
      (detail) => ({ ok: true, detail: detail ?? "" }),
      (error) => ({ ok: false, detail: error instanceof Error ? String(error.stack) : String(error) }),
    );
    report({ ...cell, check, ...verdict, seconds: Number(((performance.now() - startMs) / 1_000).toFixed(1)) });
  }
}
