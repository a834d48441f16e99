import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { readLines } from "../requests/lines.js";
import { type Part, syncFolder } from "./journal.js";

/** One request of a part. */
export interface PartLine {
  /** Its name in the results. */
  readonly customId: string;
  /** Its name in the batch: the same, unless that is too long there. */
  readonly hostedId: string;
  /** The whole line, without its newline. */
  readonly text: string;
}

/** Longest `custom_id` that hosted batches take, in characters. */
const ID_LENGTH_MAX = 64;

/** Characters that are held before they are written. */
const HELD_CHARACTERS_MAX = 256 * 1024;

/** The files of a part: what is uploaded, and the ids that are too long for it. */
export function partPath(folder: string, mark: string): string {
  return join(folder, `${mark}.jsonl`);
}
function idsPath(folder: string, mark: string): string {
  return join(folder, `${mark}.ids.jsonl`);
}

/** A request as the line of a batch's file. */
export function partLineOf(customId: string, endpoint: string, body: object): PartLine {
  const isTooLong = customId.length > ID_LENGTH_MAX;
  const hostedId = isTooLong ? createHash("sha256").update(customId).digest("hex") : customId;
  return { customId, hostedId, text: JSON.stringify({ custom_id: hostedId, method: "POST", url: endpoint, body }) };
}

/** Writes the file of a part, line by line. */
export class PartWriter {
  readonly part: Omit<Part, "requests">;
  readonly #folder: string;
  #handle: FileHandle | undefined;
  #held = "";
  #longIds = "";
  #requests = 0;
  #bytes = 0;

  constructor(folder: string, about: Omit<Part, "requests" | "mark">) {
    this.#folder = folder;
    this.part = { ...about, mark: randomBytes(8).toString("hex") };
  }

  get requests(): number {
    return this.#requests;
  }
  get bytes(): number {
    return this.#bytes;
  }

  async add({ customId, hostedId, text }: PartLine): Promise<void> {
    this.#requests += 1;
    this.#bytes += Buffer.byteLength(text) + 1;
    this.#held += `${text}\n`;
    if (hostedId !== customId) this.#longIds += `${JSON.stringify([hostedId, customId])}\n`;
    if (this.#held.length > HELD_CHARACTERS_MAX) await this.#flush();
  }

  /** Resolves when the whole of it is on the disk. */
  async finish(): Promise<Part> {
    const { mark } = this.part;
    await this.#flush();
    await this.#handle?.sync();
    await this.#handle?.close();
    if (this.#longIds !== "") {
      const handle = await open(idsPath(this.#folder, mark), "w");
      await handle.writeFile(this.#longIds);
      await handle.sync();
      await handle.close();
    }
    await syncFolder(this.#folder);
    return { ...this.part, requests: this.#requests };
  }

  /** It isn't wanted any more. */
  async drop(): Promise<void> {
    await this.#handle?.close();
    await removePart(this.#folder, this.part.mark);
  }

  async #flush(): Promise<void> {
    this.#handle ??= await open(partPath(this.#folder, this.part.mark), "w");
    await this.#handle.appendFile(this.#held);
    this.#held = "";
  }
}

/** The requests of a part, in order. */
export async function* readPart(folder: string, mark: string): AsyncGenerator<PartLine> {
  const longIds = await readLongIds(folder, mark);
  for await (const { text } of readLines(createReadStream(partPath(folder, mark)))) {
    if (text === undefined) continue;
    const { custom_id: hostedId } = JSON.parse(text) as { custom_id: string };
    yield { customId: longIds.get(hostedId) ?? hostedId, hostedId, text };
  }
}

/** Ids that are other ones in a batch, by those. */
export async function readLongIds(folder: string, mark: string): Promise<ReadonlyMap<string, string>> {
  const pairs = new Map<string, string>();
  try {
    for await (const { text } of readLines(createReadStream(idsPath(folder, mark)))) {
      const [hostedId, customId] = JSON.parse(text ?? "[]") as [string, string];
      pairs.set(hostedId, customId);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return pairs;
}

export async function removePart(folder: string, mark: string): Promise<void> {
  for (const path of [partPath(folder, mark), idsPath(folder, mark)]) await rm(path, { force: true });
}
