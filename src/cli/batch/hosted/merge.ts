import { createReadStream } from "node:fs";
import type { Progress } from "../progress.js";
import { readLines } from "../requests/lines.js";
import type { IdTable } from "../results/id-table.js";
import type { Result } from "../results/result-line.js";
import type { Results } from "../results/results.js";
import { parseHostedLine } from "./hosted-line.js";
import type { OrderedPart } from "./journal.js";
import { readLongIds, readPart } from "./part-file.js";

/** Results that are on their way to the disk at once. */
const WRITES_MAX = 256;

/** A request that got no answer, or what to tell of it; undefined leaves it for another run. */
export type Unanswered = (lineNumber: number) => NonNullable<Result["error"]> | undefined;

/** What a merge found. */
export interface Merged {
  readonly written: number;
  /** Lines that are no results, or nobody's. */
  readonly broken: number;
}

/** Where results go, and who hears of them. */
export interface MergeTarget {
  readonly folder: string;
  readonly ids: IdTable;
  readonly results: Results;
  readonly progress: Pick<Progress, "onResult">;
}

/**
 * Brings what a batch has left into the results, each request once: what is marked `ordered` has none yet. Rejects where it can't
 * be written; what is written then stays, and is skipped the next time.
 */
export class Merge {
  readonly #part: OrderedPart;
  readonly #target: MergeTarget;
  #writes: Promise<void>[] = [];
  #written = 0;
  #broken = 0;

  constructor(part: OrderedPart, target: MergeTarget) {
    this.#part = part;
    this.#target = target;
  }

  get merged(): Merged {
    return { written: this.#written, broken: this.#broken };
  }

  /** The lines of a file that the batch has left. `isLeft`: which errors are those of requests that another run may send. */
  async file(path: string, isLeft: (code: string) => boolean): Promise<void> {
    const longIds = await readLongIds(this.#target.folder, this.#part.mark);
    for await (const { text } of readLines(createReadStream(path))) {
      if (text?.trim() === "") continue;
      const line = text === undefined ? undefined : parseHostedLine(text);
      const customId = line && (longIds.get(line.hostedId) ?? line.hostedId);
      if (line === undefined || customId === undefined || !this.#isOurs(customId)) this.#broken += 1;
      else if (line.result.error === null || !isLeft(line.result.error.code)) await this.#write(customId, line.result);
    }
    await this.#settle();
  }

  /** What no file has told of. */
  async rest(unanswered: Unanswered): Promise<void> {
    let number = 0;
    for await (const { customId } of readPart(this.#target.folder, this.#part.mark)) {
      number += 1;
      const error = unanswered(number);
      if (error !== undefined) await this.#write(customId, { answer: null, error });
    }
    await this.#settle();
  }

  #isOurs(customId: string): boolean {
    return this.#target.ids.markOf(customId) !== "none";
  }

  async #write(customId: string, { answer, error }: Pick<Result, "answer" | "error">): Promise<void> {
    const { ids, results, progress } = this.#target;
    if (ids.markOf(customId) !== "ordered") return;
    ids.remember(customId, "answered");
    const result: Result = { customId, form: "openai", answer, error };
    const write = results.write(result).then(() => {
      this.#written += 1;
      progress.onResult(this.#part.model, result);
    });
    // Awaited below: a rejection that came sooner mustn't end the process.
    write.catch(() => undefined);
    this.#writes.push(write);
    if (this.#writes.length >= WRITES_MAX) await this.#settle();
  }

  async #settle(): Promise<void> {
    const writes = this.#writes;
    this.#writes = [];
    await Promise.all(writes);
  }
}
