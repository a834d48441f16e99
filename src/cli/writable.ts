import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { messageOf } from "./batch/failure.js";
import { UsageError } from "./command.js";

/**
 * Finds out before the work, rather than after it, that its result has nowhere to go. Nothing is made or changed.
 *
 * @throws UsageError that names the option and the file
 */
export function checkWritable(
  option: string,
  path: string,
  { isFolderMade = false }: { readonly isFolderMade?: boolean } = {},
): void {
  try {
    probe(resolve(path), isFolderMade);
  } catch (error) {
    throw new UsageError(`--${option} ${path} can't be written: ${messageOf(error)}`);
  }
}

function probe(path: string, isFolderMade: boolean): void {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) throw new Error("it is a folder");
    return accessSync(path, constants.W_OK);
  }
  let folder = dirname(path);
  while (isFolderMade && !existsSync(folder)) folder = dirname(folder);
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}`);
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
  accessSync(folder, constants.W_OK | constants.X_OK);
}
