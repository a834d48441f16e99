import type { Router } from "../servers.js";
import { type BatchRequest, isProblem, type Problem, type RoutedRequest } from "./batch-line.js";
import { type Line, readLines } from "./lines.js";
import type { Open } from "./open-file.js";
import { parseLine } from "./parse-line.js";

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
  /** No two can have the same id, and the numbers of lines mean nothing. Default: false. */
  readonly areDistinct?: boolean;
}

/** Requests of a file, a line each. A body without an endpoint goes to `endpoint`. */
export function lineRequests(open: Open, router: Pick<Router, "route">, endpoint?: string): Requests {
  return requestsOf(open, router, (line) => parseLine(line, endpoint));
}

/** Requests of a file, by what is made of each line: nothing of an empty one. */
export function requestsOf(
  open: Open,
  router: Pick<Router, "route">,
  parse: (line: Line) => BatchRequest | Problem | undefined,
): Requests {
  return {
    async *read() {
      for await (const line of readLines(open())) {
        const parsed = parse(line);
        if (parsed === undefined) continue;
        const { number, bytes } = line;
        yield { line: number, bytes, parsed: isProblem(parsed) ? parsed : router.route(parsed) };
      }
    },
  };
}
