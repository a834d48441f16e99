import { createReadStream } from "node:fs";
import { LogError } from "../../../simulations/replay/log.js";
import { type EventLog, readLog } from "../../../simulations/replay/read-log.js";
import { messageOf } from "../batch/failure.js";
import { readLines } from "../batch/requests/lines.js";
import { UsageError } from "../command.js";

/** Reads a log from a file. @throws UsageError that names the line */
export async function readLogFile(path: string): Promise<EventLog> {
  try {
    return await readLog(textOf(path), path);
  } catch (error) {
    if (error instanceof LogError) throw new UsageError(error.message);
    throw new UsageError(`cannot read the log ${path}: ${messageOf(error)}`);
  }
}

async function* textOf(path: string): AsyncGenerator<string> {
  for await (const { text, number, problem } of readLines(createReadStream(path))) {
    if (text === undefined) throw new LogError(`${path}:${number}: is no line of text (${problem})`);
    yield text;
  }
}
