import { readFile } from "node:fs/promises";
import { isObject } from "../../../simulations/load/field.js";
import { JsonError, parsePlacedJson } from "../../../simulations/load/json-places.js";
import type { ServerOptions } from "../../../simulations/server/http.js";
import { UsageError } from "../command.js";

/**
 * Reads `--config FILE`: the options of `startServer()` as JSON. What they may be is the server's to say.
 *
 * @throws UsageError that names the file, and the line where it isn't JSON
 */
export async function readConfig(file: string): Promise<ServerOptions> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--config ${file} can't be read: ${error.code}`);
  });
  try {
    const { value } = parsePlacedJson(text);
    if (!isObject(value) || Array.isArray(value)) throw new UsageError(`--config ${file}: must hold one JSON object`);
    return value;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new UsageError(`--config ${file}:${error.place.line}:${error.place.column}: ${error.message}`);
  }
}
