import { readFile } from "node:fs/promises";

/** The text of a file, without the mark that some editors begin it with; undefined where it isn't UTF-8. */
export async function readText(file: string): Promise<string | undefined> {
  const bytes = await readFile(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
