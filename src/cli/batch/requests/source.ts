import { stat } from "node:fs/promises";
import { type Io, UsageError } from "../../command.js";
import { messageOf } from "../failure.js";
import type { Router } from "../servers.js";
import { openFile, spool } from "./open-file.js";
import { lineRequests, type Requests } from "./requests.js";
import { folderRequests, textLineRequests } from "./texts.js";

/** Where requests come from. */
export interface SourceArgs {
  /** A file, a folder of texts, or `-` for standard input. */
  readonly requests: string;
  /** Where bodies go that say nothing of it. */
  readonly endpoint: string | undefined;
  /** The model that texts are embedded with; without it each line is a request. */
  readonly embed: string | undefined;
}

/** Requests, and what is to be removed when they are done. */
export interface Source {
  readonly requests: Requests;
  close(): Promise<void>;
}

/** Finds the requests. @throws UsageError where they can't be read */
export async function openSource(args: SourceArgs, router: Router, { stdin }: Pick<Io, "stdin">): Promise<Source> {
  const { requests, endpoint, embed } = args;
  try {
    const copy = requests === "-" ? await spool(stdin ?? nothing()) : undefined;
    const path = copy?.path ?? requests;
    const close = async (): Promise<void> => copy?.remove();
    if (embed === undefined) return { requests: lineRequests(openFile(path), router, endpoint), close };
    const embedding = { model: embed, url: endpoint ?? "/v1/embeddings" };
    const isFolder = (await stat(path)).isDirectory();
    const texts = isFolder
      ? folderRequests(path, router, embedding)
      : textLineRequests(openFile(path), router, embedding);
    return { requests: texts, close };
  } catch (error) {
    throw new UsageError(`cannot read ${requests === "-" ? "standard input" : requests}: ${messageOf(error)}`);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
