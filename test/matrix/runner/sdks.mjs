import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

const HEAD = "| SDK | lines to paste |";

/**
 * The names of SDKs in the README's table, each with its lines to paste, as they stand there.
 *
 * @returns {ReadonlyMap<string, readonly string[]>}
 * @throws Error where the README has no such table
 */
export function readmeLines() {
  const lines = readFileSync(join(ROOT, "README.md"), "utf8").split("\n");
  const head = lines.findIndex((line) => line.startsWith(HEAD));
  if (head < 0) throw new Error(`the README has no table that begins: ${HEAD}`);
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return new Map(rows.slice(0, end).map(lineOf));
}

function lineOf(row) {
  const [, name, code] = row.split("|");
  return [name.trim(), [...code.matchAll(/`([^`]+)`/g)].map(([, line]) => line)];
}

/**
 * The lines of one SDK: what they import, what makes a client, and a call where they have one, which awaits something.
 *
 * @param {string} sdk
 * @param {Readonly<Record<string, string>>} [packages] Under which names packages are installed here, where there are several versions.
 * @throws Error where the table has no such SDK
 */
export function linesOf(sdk, packages = {}) {
  const lines = readmeLines().get(sdk);
  if (lines === undefined) throw new Error(`the README has no lines for ${sdk}`);
  const isImport = (line) => line.startsWith("import ");
  const isCall = (line) => line.includes("await ");
  const installed = (line) => line.replace(/from "(.+)"/, (_, name) => `from "${packages[name] ?? name}"`);
  return {
    imports: lines.filter(isImport).map(installed),
    setup: lines.filter((line) => !isImport(line) && !isCall(line)),
    calls: lines.filter(isCall),
  };
}
