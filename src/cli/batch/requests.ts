import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { isProblem, type Problem, type RoutedRequest } from "./batch-line.js";
import { readLines } from "./lines.js";
import { parseLine } from "./parse-line.js";
import type { Router } from "./servers.js";

/** One line of the requests that has something on it. */
export interface Entry {
  /** Its number, from 1. */
  readonly line: number;
  /** Its length. */
  readonly bytes: number;
  readonly parsed: RoutedRequest | Problem;
}

/** Requests that can be read as often as one likes, always the same ones. */
export interface Requests {
  read(): AsyncIterable<Entry>;
}

/** Bytes to parse, as often as they are asked for. */
export type Open = () => AsyncIterable<Uint8Array>;

/** Requests of a file, a line each. A body without an endpoint goes to `endpoint`. */
export function lineRequests(open: Open, router: Pick<Router, "route">, endpoint?: string): Requests {
  return {
    async *read() {
      for await (const line of readLines(open())) {
        const parsed = parseLine(line, endpoint);
        if (parsed === undefined) continue;
        const { number, bytes } = line;
        yield { line: number, bytes, parsed: isProblem(parsed) ? parsed : router.route(parsed) };
      }
    },
  };
}

/** Opens a file again and again, and fails where it has changed meanwhile: its lines would be taken for others. */
export function openFile(path: string): Open {
  let first: string | undefined;
  return async function* () {
    const { size, mtimeMs } = await stat(path);
    first ??= `${size} ${mtimeMs}`;
    if (first !== `${size} ${mtimeMs}`)
      throw new Error(`${path} was changed while it was read; the same command goes on`);
    yield* createReadStream(path, { highWaterMark: 256 * 1024 });
  };
}
