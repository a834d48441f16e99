import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { UsageError } from "../../command.js";
import { messageOf } from "../failure.js";
import { readLines } from "../requests/lines.js";
import type { IdTable } from "./id-table.js";
import type { Past, PastFile } from "./past.js";
import { parsePastLine } from "./past-line.js";

/** Where the first result is that belongs to no line of the requests: `line 3 of out.jsonl, custom_id "x"`. */
export async function firstStranger({ files, ids }: Past): Promise<string | undefined> {
  for (const { path, isFile, keepBytes } of files) {
    if (!isFile || keepBytes === 0) continue;
    for await (const line of readLines(createReadStream(path, { end: keepBytes - 1 }))) {
      const { customId = null, problem } = parsePastLine(line.text ?? "") ?? {};
      if (customId === null || problem !== undefined || ids.lineOf(customId) !== 0) continue;
      return `line ${line.number} of ${path}, custom_id ${JSON.stringify(customId)}`;
    }
  }
  return undefined;
}

/**
 * Takes the failures of this job's requests out of its files, so that they can be sent again; those of other requests stay. Each
 * file is written anew beside the old one and takes its place whole.
 *
 * @throws UsageError where that can't be done; the old file is as it was then.
 */
export async function dropFailures(past: Past): Promise<Past> {
  const files: PastFile[] = [];
  for (const file of past.files) files.push(file.failures === 0 ? file : await withoutFailures(file, past.ids));
  return { ...past, files };
}

async function withoutFailures(file: PastFile, ids: IdTable): Promise<PastFile> {
  const { path } = file;
  const part = `${path}.part`;
  let keepBytes = 0;
  let failures = 0;
  try {
    const handle = await open(part, "w");
    try {
      let text = "";
      const flush = async (): Promise<void> => {
        await handle.writeFile(text);
        text = "";
      };
      for await (const line of readLines(createReadStream(path, { end: file.keepBytes - 1 }))) {
        const { customId, problem, isFailure } = parsePastLine(line.text ?? "") ?? { customId: null, isFailure: false };
        const isOurs = problem !== undefined || ids.lineOf(customId ?? "") !== 0;
        if (isFailure && isOurs) continue;
        if (isFailure) failures += 1;
        keepBytes += line.bytes;
        text += `${line.text}\n`;
        if (text.length > 1_000_000) await flush();
      }
      await flush();
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw new UsageError(`cannot write ${path} without its failures: ${messageOf(error)}`);
  }
  return { path, keepBytes, tornBytes: 0, failures, isFile: true };
}
