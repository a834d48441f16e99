import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { UsageError } from "../../command.js";
import { messageOf } from "../failure.js";
import type { Problem } from "../requests/batch-line.js";
import { readLines } from "../requests/lines.js";
import { IdTable } from "./id-table.js";
import { type PastResult, parsePastLine } from "./past-line.js";

/** What earlier runs left. */
export interface Past {
  /** Every id of the results with what it came to, and the problems that are written down; the survey adds lines. */
  readonly ids: IdTable;
  /** Ids that have a result, good or bad. */
  readonly done: number;
  /** How many of them failed. */
  readonly failed: number;
  readonly files: readonly PastFile[];
}

/** One file of results, as it was found. */
export interface PastFile {
  readonly path: string;
  /** Bytes of whole lines. What follows them is a line torn by a crash, to be cut off. */
  readonly keepBytes: number;
  readonly tornBytes: number;
  /** Results in it that are failures, or tell of lines that weren't sent. */
  readonly failures: number;
  /** Whether it is one that can be read back and cut: not a pipe or a device. */
  readonly isFile: boolean;
}

/** A job that has no past. */
export function noPast(): Past {
  return { ids: new IdTable(), done: 0, failed: 0, files: [] };
}

/** A file that is still to be made. */
export function newFile(path: string): PastFile {
  return { path, keepBytes: 0, tornBytes: 0, failures: 0, isFile: true };
}

/** What a problem is remembered by; no JSON text of an id is likely to begin so. */
export function problemId({
  line,
  code,
  customId,
}: Omit<Problem, "code" | "message"> & { readonly code: string }): string {
  return `\u0000${line}:${code}:${customId ?? ""}`;
}

/**
 * Reads what is done.
 *
 * @throws UsageError where a file has a line that no run has written: going on would spoil somebody's file.
 */
export async function readPast(paths: readonly string[]): Promise<Past> {
  const ids = new IdTable();
  const count = { done: 0, failed: 0 };
  const files: PastFile[] = [];
  for (const path of new Set(paths)) files.push(await readFile(path, (result) => remember(result, ids, count)));
  return { ids, ...count, files };
}

function remember(result: PastResult, ids: IdTable, count: { done: number; failed: number }): void {
  const { problem, customId, isFailure } = result;
  if (problem !== undefined) {
    ids.remember(problemId({ ...problem, customId }), "failed");
    return;
  }
  if (customId === null) return;
  const before = ids.markOf(customId);
  const mark = isFailure ? "failed" : "answered";
  if (!ids.remember(customId, mark)) return;
  if (before === "none") count.done += 1;
  count.failed += mark === "failed" ? 1 : before === "failed" ? -1 : 0;
}

async function readFile(path: string, onResult: (result: PastResult) => void): Promise<PastFile> {
  let { keepBytes, tornBytes, failures } = newFile(path);
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw new UsageError(`${path} is a folder; results go to a file`);
    if (!stats.isFile()) return { ...newFile(path), isFile: false };
    for await (const line of readLines(createReadStream(path))) {
      // Results are written whole with their newline, so that only a crash leaves a last line without one.
      if (!line.isWhole) {
        tornBytes = line.bytes;
        break;
      }
      const result = line.text === undefined ? undefined : parsePastLine(line.text);
      if (result === undefined) throw notResults(path, line.number);
      keepBytes += line.bytes;
      if (result.isFailure) failures += 1;
      onResult(result);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return newFile(path);
    throw new UsageError(`cannot read the results file ${path}: ${messageOf(error)}`);
  }
  // A torn first line that isn't the beginning of a result is somebody's text without a newline.
  if (keepBytes === 0 && tornBytes > 0) await refuseForeignText(path);
  return { path, keepBytes, tornBytes, failures, isFile: true };
}

const OPENINGS = ['{"id":"batch_req_', '{"custom_id":"'];

async function refuseForeignText(path: string): Promise<void> {
  const end = Math.max(...OPENINGS.map(({ length }) => length)) - 1;
  for await (const chunk of createReadStream(path, { end, encoding: "utf8" })) {
    const text = String(chunk);
    if (!OPENINGS.some((opening) => opening.startsWith(text) || text.startsWith(opening))) throw notResults(path, 1);
  }
}

function notResults(path: string, line: number): UsageError {
  return new UsageError(`line ${line} of ${path} is not a result; name another file with -o, or none to start anew`);
}
