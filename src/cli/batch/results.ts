import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import { type Output, UsageError } from "../command.js";
import { messageOf } from "./failure.js";
import type { Past } from "./past.js";
import type { ResultLine } from "./result-line.js";

/** Where results go, one whole line after the other, in order of the calls. */
export interface Results {
  /** Resolves when the line is written. Rejects where it can't be; nothing is written after that. */
  write(result: ResultLine): Promise<void>;
  /** Resolves when all is on the disk. */
  close(): Promise<void>;
}

/**
 * Opens a results file to go on after its last whole line.
 *
 * @throws UsageError where it can't be written.
 */
export async function openResults(path: string, past: Past): Promise<Results> {
  let handle: FileHandle;
  try {
    handle = await open(path, "a");
    if (past.tornBytes > 0) await handle.truncate(past.keepBytes);
  } catch (error) {
    throw new UsageError(`cannot write the results file ${path}: ${messageOf(error)}`);
  }
  let end = past.keepBytes;
  return inOrder({
    async write(text) {
      const bytes = Buffer.from(text);
      try {
        for (let sent = 0; sent < bytes.length; ) sent += (await handle.write(bytes, sent)).bytesWritten;
        end += bytes.length;
      } catch (error) {
        // A full disk takes half a line. Without it the file stays one that the next run can go on with.
        if (past.isFile) await handle.truncate(end).catch(() => undefined);
        throw error;
      }
    },
    async close() {
      // Pipes and devices can't be synced, and needn't be.
      if (past.isFile) await handle.sync().catch(() => undefined);
      await handle.close();
    },
  });
}

/** Results on a stream, as fast as its reader takes them. */
export function streamResults(output: Output): Results {
  return inOrder({
    async write(text) {
      if (output.write(text) === false && isEmitter(output)) await once(output, "drain");
    },
    async close() {},
  });
}

interface Sink {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** One write at a time, each a whole line; the first failure ends it for all that follow. */
function inOrder(sink: Sink): Results {
  let last = Promise.resolve();
  return {
    write(result) {
      const text = `${JSON.stringify(result)}\n`;
      last = last.then(() => sink.write(text));
      return last;
    },
    async close() {
      await last.catch(() => undefined);
      await sink.close();
    },
  };
}

function isEmitter(output: Output): output is Output & NodeJS.EventEmitter {
  return "once" in output;
}
