import { type FileHandle, open } from "node:fs/promises";
import { recordLog } from "../../../../simulations/replay/record-log.js";
import type { SluiceOptions } from "../../../options.js";
import type { Sluice } from "../../../sluice.js";
import { UsageError } from "../../command.js";
import { messageOf } from "../failure.js";

/** Where a run is recorded. */
export interface Recorder {
  /** Takes down all that happens in a sluice from now on. */
  record(sluice: Pick<Sluice, "event$">, options: SluiceOptions): void;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}

/** More than this is held for no disk, however slow: results come first. */
const HELD_CHARACTERS_MAX = 64 * 1024 * 1024;

/**
 * Opens a log to add a run to. Trouble with it later on is told once, and ends the log alone.
 *
 * @throws UsageError where it can't be written
 */
export async function openRecorder(path: string, onTrouble: (message: string) => void): Promise<Recorder> {
  try {
    const handle = await open(path, "a+");
    const isMidLine = await endsMidLine(handle);
    return new FileRecorder(handle, isMidLine ? "\n" : "", (error) =>
      onTrouble(`cannot write the log ${path}: ${messageOf(error)}; the run goes on without it`),
    );
  } catch (error) {
    throw new UsageError(`cannot write the log ${path}: ${messageOf(error)}`);
  }
}

/** A crash may have torn the last line: what is added begins on one of its own. */
async function endsMidLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

/** One write at a time, each of all that has come meanwhile. */
class FileRecorder implements Recorder {
  readonly #handle: FileHandle;
  readonly #onError: (error: unknown) => void;
  #held: string[] = [];
  #characters = 0;
  #writing: Promise<void> | undefined;
  #isBroken = false;

  constructor(handle: FileHandle, before: string, onError: (error: unknown) => void) {
    this.#handle = handle;
    this.#onError = onError;
    if (before !== "") this.#held.push(before);
  }

  record(sluice: Pick<Sluice, "event$">, options: SluiceOptions): void {
    recordLog(sluice, (line) => this.#take(line), { options });
  }

  async close(): Promise<void> {
    await this.#writing;
    try {
      await this.#handle.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(line: string): void {
    if (this.#isBroken) return;
    this.#held.push(line);
    this.#characters += line.length;
    if (this.#characters > HELD_CHARACTERS_MAX) this.#fail(new Error("the disk is too slow for it"));
    else this.#writing ??= Promise.resolve().then(() => this.#write());
  }

  async #write(): Promise<void> {
    try {
      while (this.#held.length > 0 && !this.#isBroken) {
        const bytes = Buffer.from(this.#held.join(""));
        this.#held = [];
        this.#characters = 0;
        for (let sent = 0; sent < bytes.length; ) sent += (await this.#handle.write(bytes, sent)).bytesWritten;
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#writing = undefined;
  }

  #fail(error: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#held = [];
    this.#onError(error);
  }
}
