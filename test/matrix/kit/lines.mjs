import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MATRIX } from "../runner/paths.mjs";
import { linesOf } from "../runner/sdks.mjs";

/** Beside the SDKs, where their names lead to them. */
const HOME = join(MATRIX, "node_modules", ".lines");
const NAMES = "{ sluice, model, prompt }";

/**
 * What the README's lines for an SDK make, as they stand there: `client(names)`, and `call(names)`, which gives the text of
 * an answer, where they have a call. The names are what the lines take for granted: sluice, model, prompt.
 */
export async function fromReadme(sdk, packages) {
  const { imports, setup, calls } = linesOf(sdk, packages);
  const [, made] = /const (\w+) =/.exec(setup.join("\n"));
  const client = ["export function client(", NAMES, ") {", ...setup, `return ${made};`, "}"];
  const call = ["export async function call(", NAMES, ") {", ...setup, ...calls, "return text;", "}"];
  const path = join(HOME, `${process.pid}.mjs`);
  mkdirSync(HOME, { recursive: true });
  writeFileSync(path, [...imports, ...client, ...(calls.length === 0 ? [] : call), ""].join("\n"));
  return import(pathToFileURL(path));
}
