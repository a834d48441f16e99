import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MATRIX } from "../runner/paths.mjs";

/** The version of an installed package, by the name (an alias, perhaps) that package.json gives it. */
export function versionOf(name) {
  return JSON.parse(readFileSync(join(MATRIX, "node_modules", name, "package.json"), "utf8")).version;
}

/** Prints one verdict of a cell: `ok`, and what was measured, or what went wrong. */
export function report({ door, version, check, ok, detail }) {
  console.log(JSON.stringify({ door, version, check, ok, detail }));
}

/**
 * Runs checks one after the other and prints a verdict for each. A check gives what it measured as data, and throws
 * where something doesn't hold.
 *
 * @param {{ door: string, version: string }} cell
 * @param {Readonly<Record<string, () => Promise<unknown>>>} checks
 */
export async function runChecks({ door, version }, checks) {
  for (const [check, run] of Object.entries(checks)) {
    try {
      report({ door, version, check, ok: true, detail: (await run()) ?? "" });
    } catch (error) {
      report({ door, version, check, ok: false, detail: error instanceof Error ? String(error.stack) : String(error) });
    }
  }
}
