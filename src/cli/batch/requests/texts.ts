import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Router } from "../servers.js";
import { type BatchRequest, isProblem, type Problem, problemOf } from "./batch-line.js";
import { LINE_BYTES_MAX, type Line } from "./lines.js";
import type { Open } from "./open-file.js";
import { type Requests, requestsOf } from "./requests.js";

/** What to have embedded, and where. */
export interface Embedding {
  readonly model: string;
  /** Path on the server. */
  readonly url: string;
}

type Texts = Pick<Router, "route">;

/** A text a line: `line-1` is the id of the first. Empty lines are skipped. */
export function textLineRequests(open: Open, router: Texts, embedding: Embedding): Requests {
  return requestsOf(open, router, (line) => ofLine(line, embedding));
}

/**
 * A text a file, of a folder and those in it, in order of their names; a file's path is its id. Empty files are skipped, and so
 * are links and whatever is hidden.
 */
export function folderRequests(folder: string, router: Texts, embedding: Embedding): Requests {
  return {
    areDistinct: true,
    async *read() {
      let line = 0;
      for await (const path of filesIn(folder)) {
        line += 1;
        const parsed = await ofFile(folder, path, line, embedding);
        if (parsed === undefined) continue;
        const bytes = isProblem(parsed) ? 0 : parsed.bytes;
        yield { line, bytes, parsed: isProblem(parsed) ? parsed : router.route(parsed.request) };
      }
    },
  };
}

function ofLine(line: Line, embedding: Embedding): BatchRequest | Problem | undefined {
  const at = { line: line.number, customId: `line-${line.number}` };
  if (line.problem === "not-utf8") return problemOf("invalid_encoding", at, "not UTF-8");
  if (line.text === undefined) return problemOf("line_too_long", at, "longer than 64 MiB");
  const text = line.text.replace(/\r$/, "");
  return text.trim() === "" ? undefined : requestOf(at, text, embedding);
}

async function ofFile(
  folder: string,
  path: string,
  line: number,
  embedding: Embedding,
): Promise<{ readonly request: BatchRequest; readonly bytes: number } | Problem | undefined> {
  const name = join(folder, path);
  const problem = (code: Problem["code"], what: string): Problem => {
    // A file that comes later moves the numbers of those behind it: what is told of this one stays told.
    return { line: 1, customId: path, code, message: `${name}: ${what}` };
  };
  if ((await stat(name)).size > LINE_BYTES_MAX) return problem("line_too_long", "longer than 64 MiB");
  const bytes = await readFile(name);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.trim() === "") return undefined;
    return { request: requestOf({ line, customId: path }, text, embedding), bytes: bytes.length };
  } catch {
    return problem("invalid_encoding", "not UTF-8");
  }
}

function requestOf(
  at: Pick<BatchRequest, "line" | "customId">,
  input: string,
  { model, url }: Embedding,
): BatchRequest {
  return { ...at, form: "openai", url, model, body: { model, input } };
}

/** Paths below a folder, with slashes on every system. */
async function* filesIn(folder: string, within = ""): AsyncGenerator<string> {
  const entries = await readdir(join(folder, within), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = within === "" ? entry.name : `${within}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(folder, path);
    else if (entry.isFile()) yield path;
  }
}
