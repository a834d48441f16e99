import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { UsageError } from "../command.js";
import { messageOf } from "./failure.js";
import { IdTable } from "./id-table.js";
import { readLines } from "./lines.js";
import { isFailure, parseResultLine } from "./result-line.js";

/** What earlier runs left in a results file. */
export interface Past {
  /** Ids that have their result, good or bad. */
  readonly done: IdTable;
  /** How many of them failed. */
  readonly failed: number;
  /** Problems that are written down already, as `line:code`. */
  readonly reported: ReadonlySet<string>;
  /** Bytes of whole lines. What follows them is a line torn by a crash, to be cut off. */
  readonly keepBytes: number;
  readonly tornBytes: number;
  /** Whether the file is one that can be read back and cut: not a pipe or a device. */
  readonly isFile: boolean;
}

/** A job that has no past. */
export function noPast(isFile = false): Past {
  return { done: new IdTable(), failed: 0, reported: new Set(), keepBytes: 0, tornBytes: 0, isFile };
}

/**
 * Reads what is done.
 *
 * @throws UsageError where the file has a line that no run has written: going on would spoil somebody's file.
 */
export async function readPast(path: string): Promise<Past> {
  const done = new IdTable();
  const reported = new Set<string>();
  let failed = 0;
  let keepBytes = 0;
  let tornBytes = 0;
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw new UsageError(`${path} is a folder; -o names a file`);
    if (!stats.isFile()) return noPast();
    for await (const line of readLines(createReadStream(path))) {
      // Results are written whole with their newline, so that only a crash leaves a last line without one.
      if (!line.isWhole) {
        tornBytes = line.bytes;
        break;
      }
      const result = line.text === undefined ? undefined : parseResultLine(line.text);
      if (result === undefined) throw notResults(path, line.number);
      keepBytes += line.bytes;
      if (result.error?.line !== undefined) {
        reported.add(`${result.error.line}:${result.error.code}`);
      } else if (result.custom_id !== null && done.claim(result.custom_id, line.number) === 0 && isFailure(result)) {
        failed += 1;
      }
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new UsageError(`cannot read the results file ${path}: ${messageOf(error)}`);
    }
    return noPast(true);
  }
  // A torn first line that isn't the beginning of a result is somebody's text without a newline.
  if (keepBytes === 0 && tornBytes > 0) await refuseForeignText(path);
  return { done, failed, reported, keepBytes, tornBytes, isFile: true };
}

async function refuseForeignText(path: string): Promise<void> {
  const opening = '{"id":"batch_req_';
  for await (const chunk of createReadStream(path, { end: opening.length - 1, encoding: "utf8" })) {
    if (!opening.startsWith(String(chunk))) throw notResults(path, 1);
  }
}

function notResults(path: string, line: number): UsageError {
  return new UsageError(`line ${line} of ${path} is not a result; name another file with -o, or none to start anew`);
}
