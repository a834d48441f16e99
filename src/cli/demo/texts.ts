import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../command.js";

/** A piece of somebody's documentation. */
export interface Text {
  /** Such as `rxjs/README.md`. */
  readonly file: string;
  readonly text: string;
}

/** Where packages may be installed, seen from `dist/src/cli/demo`: beside us in a checkout, around us in a project. */
const PLACES = ["../../../../node_modules/", "../../../../../", "../../../node_modules/"];

const DEPTH_MAX = 4;
const FILE_BYTES_MAX = 200_000;
/** Long enough to be worth a summary, short enough for a prompt. */
const CHUNK_CHARACTERS = { min: 200, max: 1_200 } as const;

/**
 * Real text: the Markdown files of the installed packages, in pieces of some paragraphs.
 *
 * @throws UsageError where there isn't enough of it
 */
export async function readTexts(countMin: number): Promise<readonly Text[]> {
  for (const place of PLACES) {
    const folder = fileURLToPath(new URL(place, import.meta.url));
    const texts: Text[] = [];
    for (const file of await findMarkdown(folder, "", 0)) {
      const text = await readFile(join(folder, file), "utf8");
      if (text.length <= FILE_BYTES_MAX) texts.push(...chunk(text).map((piece) => ({ file, text: piece })));
    }
    if (texts.length >= countMin) return texts;
  }
  throw new UsageError("there are too few Markdown files in node_modules to make requests of; has 'npm ci' been run?");
}

async function findMarkdown(root: string, folder: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  // File systems list in any order; the same seed must give the same requests.
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && depth < DEPTH_MAX && !entry.name.startsWith(".")) {
      found.push(...(await findMarkdown(root, path, depth + 1)));
    } else if (entry.isFile() && /\.(md|markdown)$/i.test(entry.name)) {
      found.push(path);
    }
  }
  return found;
}

/** Cuts a document between paragraphs. */
export function chunk(document: string): readonly string[] {
  const { min, max } = CHUNK_CHARACTERS;
  const pieces: string[] = [];
  let piece = "";
  for (const paragraph of document.split(/\n\s*\n/)) {
    if (piece !== "" && piece.length + paragraph.length > max) {
      pieces.push(piece);
      piece = "";
    }
    piece = piece === "" ? paragraph.slice(0, max) : `${piece}\n\n${paragraph}`;
  }
  return [...pieces, piece].map((text) => text.trim()).filter((text) => text.length >= min);
}
