import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import { type Output, UsageError } from "../command.js";
import { messageOf } from "./failure.js";
import type { Past } from "./past.js";
import type { ResultLine } from "./result-line.js";

/** Where results go, in whole lines, in order of the calls. */
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
  /** Whole lines, one or many. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Characters that go into one write, about. */
const WRITE_CHARACTERS_MAX = 1_000_000;

/**
 * One write at a time, each of all the whole lines that have come meanwhile: a write takes a turn of the event loop, and
 * one a line would hold fast answers up. The first failure ends it for all that follow.
 */
function inOrder(sink: Sink): Results {
  const waiting: { readonly text: string; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] =
    [];
  let failure: { readonly error: unknown } | undefined;
  let writing: Promise<void> | undefined;

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      let characters = 0;
      const end = waiting.findIndex(({ text }) => {
        characters += text.length;
        return characters > WRITE_CHARACTERS_MAX;
      });
      const lines = waiting.splice(0, end === -1 ? waiting.length : Math.max(1, end));
      try {
        if (failure !== undefined) throw failure.error;
        await sink.write(lines.map(({ text }) => text).join(""));
        for (const { resolve } of lines) resolve();
      } catch (error) {
        failure ??= { error };
        for (const { reject } of lines) reject(error);
      }
    }
    writing = undefined;
  };
  return {
    write: (result) =>
      new Promise((resolve, reject) => {
        waiting.push({ text: `${JSON.stringify(result)}\n`, resolve, reject });
        writing ??= Promise.resolve().then(writeAll);
      }),
    async close() {
      await writing;
      await sink.close();
    },
  };
}

function isEmitter(output: Output): output is Output & NodeJS.EventEmitter {
  return "once" in output;
}
