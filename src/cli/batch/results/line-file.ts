import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type Clock, systemClock } from "../../../clock.js";
import { UsageError } from "../../command.js";
import { messageOf } from "../failure.js";
import type { PastFile } from "./past.js";
import { type LineWriter, lineWriter, type Sink, type Written } from "./write-lines.js";

const NEWLINE = 0x0a;

/** What is written is on the disk, whatever becomes of the machine, after so many milliseconds. */
const CHECKPOINT_MS = 2_000;

/**
 * Opens a results file to go on after its last whole line.
 *
 * @throws UsageError where it can't be written.
 */
export async function openLines(file: PastFile, clock: Clock = systemClock): Promise<LineWriter> {
  try {
    const handle = await open(file.path, "a");
    if (file.tornBytes > 0) await handle.truncate(file.keepBytes);
    return lineWriter(new LineFile(handle, file, clock));
  } catch (error) {
    throw new UsageError(`cannot write the results file ${file.path}: ${messageOf(error)}`);
  }
}

class LineFile implements Sink {
  readonly #handle: FileHandle;
  /** Pipes and devices can't be synced or cut, and needn't be. */
  readonly #isFile: boolean;
  readonly #clock: Clock;
  #end: number;
  #syncedMs: number;
  #syncing: Promise<void> | undefined;
  #failure: Written["failure"];

  constructor(handle: FileHandle, { isFile, keepBytes }: PastFile, clock: Clock) {
    this.#handle = handle;
    this.#isFile = isFile;
    this.#clock = clock;
    this.#end = keepBytes;
    this.#syncedMs = clock.now();
  }

  async write(lines: readonly string[]): Promise<Written> {
    if (this.#failure !== undefined) return { lines: 0, failure: this.#failure };
    const bytes = Buffer.from(lines.join(""));
    let sent = 0;
    try {
      while (sent < bytes.length) sent += await this.#writeSome(bytes, sent);
    } catch (error) {
      return { lines: await this.#cut(bytes.subarray(0, sent)), failure: { error } };
    }
    this.#end += sent;
    this.#checkpoint();
    return { lines: lines.length };
  }

  async sync(): Promise<void> {
    await this.#syncing;
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#isFile) await this.#handle.datasync();
  }

  async close(): Promise<void> {
    await this.#syncing;
    if (this.#isFile) await this.#handle.sync().catch(() => undefined);
    await this.#handle.close();
  }

  /**
   * A file takes it at once. Handed to a thread, it would wait for its turn on a busy machine, while more and more answers came in
   * that a kill would lose.
   */
  async #writeSome(bytes: Buffer, from: number): Promise<number> {
    if (this.#isFile) return writeSync(this.#handle.fd, bytes, from);
    return (await this.#handle.write(bytes, from)).bytesWritten;
  }

  /** A full disk takes half a line. Without that half the file stays one that the next run can go on with. */
  async #cut(taken: Buffer): Promise<number> {
    const whole = taken.subarray(0, taken.lastIndexOf(NEWLINE) + 1);
    if (this.#isFile) await this.#handle.truncate(this.#end + whole.length).catch(() => undefined);
    return whole.reduce((count, byte) => (byte === NEWLINE ? count + 1 : count), 0);
  }

  #checkpoint(): void {
    if (!this.#isFile || this.#syncing !== undefined) return;
    if (this.#clock.now() - this.#syncedMs < CHECKPOINT_MS) return;
    this.#syncing = this.#handle
      .datasync()
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => {
        this.#syncedMs = this.#clock.now();
        this.#syncing = undefined;
      });
  }
}
