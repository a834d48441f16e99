import { once } from "node:events";
import type { Output } from "../../command.js";
import { format, isFailure, type Result } from "./result-line.js";
import { type LineWriter, lineWriter } from "./write-lines.js";

/** Where results go, in whole lines, in order of the calls. */
export interface Results {
  /** Resolves when the line is written. Rejects where it can't be; nothing is written after that. */
  write(result: Result): Promise<void>;
  /** Resolves when all that was written is on the disk, whatever becomes of the machine. Rejects where it can't be. */
  sync(): Promise<void>;
  /** Resolves when all is on the disk. */
  close(): Promise<void>;
}

/** Answers into one, failures into the other; both may be the same. */
export function splitResults(answers: LineWriter, failures: LineWriter): Results {
  return {
    write: (result) => (isFailure(result) ? failures : answers).write(format(result)),
    async sync() {
      await Promise.all([answers.sync(), ...(failures === answers ? [] : [failures.sync()])]);
    },
    async close() {
      await Promise.all([answers.close(), ...(failures === answers ? [] : [failures.close()])]);
    },
  };
}

/** Lines on a stream, as fast as its reader takes them. */
export function streamLines(output: Output): LineWriter {
  return lineWriter({
    async write(lines) {
      if (output.write(lines.join("")) === false && isEmitter(output)) await once(output, "drain");
      return { lines: lines.length };
    },
    async sync() {},
    async close() {},
  });
}

function isEmitter(output: Output): output is Output & NodeJS.EventEmitter {
  return "once" in output;
}
