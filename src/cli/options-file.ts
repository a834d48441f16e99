import { readFile } from "node:fs/promises";
import type { SluiceOptions } from "../options.js";
import { messageOf } from "./batch/failure.js";
import { UsageError } from "./command.js";

/**
 * Options for `createSluice` from a JSON file, unchecked but for `onReject`, which a command decides for itself.
 *
 * @throws UsageError that names the file
 */
export async function readOptionsFile(path: string): Promise<SluiceOptions> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new UsageError(`cannot read the options file ${path}: ${messageOf(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`the options file ${path} must hold one JSON object`);
  }
  if ("onReject" in value) throw new UsageError(`${path}: onReject can't be chosen here; results tell refusals apart`);
  return value as SluiceOptions;
}
