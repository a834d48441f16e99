import { type FileHandle, mkdir, open, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../command.js";
import { codeOf, messageOf } from "../failure.js";

/** What one batch is ordered for: a part of the requests, in a file of its own. */
export interface Part {
  /** Its name, drawn anew for each. */
  readonly mark: string;
  /** The server's origin. */
  readonly server: string;
  /** The path that its requests are for, such as `/v1/chat/completions`. */
  readonly endpoint: string;
  /** Whose they are: the lane's name. */
  readonly model: string;
  readonly requests: number;
  /** How often a batch of these has failed for others that were among them. Default 0. */
  readonly round?: number;
}

/** A part that was ordered, or may have been. */
export interface OrderedPart extends Part {
  /** Its file at the server. No other batch is ever ordered for that file: a batch is found again by it. */
  readonly fileId: string;
  /** Absent where the answer to the order is lost. */
  readonly batchId?: string;
  /** Whether we have asked for its end: what it doesn't answer is nobody's failure. */
  readonly isCancelled?: boolean;
}

type Step =
  | ({ readonly step: "order" } & OrderedPart)
  | { readonly step: "batch"; readonly mark: string; readonly batchId: string }
  | { readonly step: "cancel" | "refused" | "over"; readonly mark: string };

const NAME = "journal.jsonl";

/** Where the state of the batches of a results file is kept: beside it, under the whole of its name. */
export function batchFolderOf(output: string): string {
  return `${output}.batches`;
}

/**
 * The batches under way that a journal tells of; none where there is no journal.
 *
 * @throws UsageError where it can't be read
 */
export async function readJournal(folder: string): Promise<readonly OrderedPart[]> {
  const path = join(folder, NAME);
  try {
    return partsIn(whole(await readFile(path, "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw new UsageError(`cannot read ${path}, where the batches under way are kept: ${messageOf(error)}`);
  }
}

/** Writes down what is done about each batch. Whatever it says is on the disk before the next step is taken. */
export class Journal {
  readonly folder: string;
  #handle: FileHandle | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Makes the folder, drops a last line that a crash has torn, and files of parts that were never ordered.
   *
   * @throws UsageError where it can't be written
   */
  async open(parts: readonly OrderedPart[]): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      const path = join(this.folder, NAME);
      this.#handle = await open(path, "a");
      await this.#handle.truncate(Buffer.byteLength(whole(await readFile(path, "utf8"))));
      const known = new Set(parts.map(({ mark }) => mark));
      for (const name of await readdir(this.folder)) {
        const [, mark = ""] = /^([0-9a-f]{16})\.(?:\w+\.)?jsonl$/.exec(name) ?? [];
        if (mark !== "" && !known.has(mark)) await rm(join(this.folder, name), { force: true });
      }
      await syncFolder(this.folder);
    } catch (error) {
      throw new UsageError(`cannot write ${this.folder}, where the state of batches is kept: ${messageOf(error)}`);
    }
  }

  /** Resolves when it is safe. */
  async note(step: Step): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) throw new Error("BUG: a journal that isn't open");
    await handle.appendFile(`${JSON.stringify(step)}\n`);
    await handle.sync();
  }

  /** Where no batch is under way any more, the folder goes. */
  async close(): Promise<void> {
    await this.#handle?.close();
    if (this.#handle === undefined || (await readJournal(this.folder)).length > 0) return;
    await rm(join(this.folder, NAME), { force: true });
    // Somebody else's files in it are theirs.
    await rmdir(this.folder).catch(() => undefined);
  }
}

/** A file is there after a crash only where its folder says so. Not every system lets one ask for that. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function whole(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

function partsIn(text: string): readonly OrderedPart[] {
  const parts = new Map<string, OrderedPart>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const entry = JSON.parse(line) as Step;
    const { mark } = entry;
    const part = parts.get(mark);
    if (entry.step === "order") {
      const { step: _, ...ordered } = entry;
      parts.set(mark, ordered);
    } else if (part === undefined) continue;
    else if (entry.step === "batch") parts.set(mark, { ...part, batchId: entry.batchId });
    else if (entry.step === "cancel") parts.set(mark, { ...part, isCancelled: true });
    else parts.delete(mark);
  }
  return [...parts.values()];
}
