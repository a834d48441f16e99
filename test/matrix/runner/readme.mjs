import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

const BEGIN = "<!-- matrix: npm run test:matrix -- --write -->";
const END = "<!-- /matrix -->";

/**
 * Puts the tables between their markers in the README.
 *
 * @throws Error where the README has no such markers
 */
export function renewReadme(tables) {
  const path = join(ROOT, "README.md");
  const readme = readFileSync(path, "utf8");
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the README has no place for the matrix: ${BEGIN} … ${END}`);
  writeFileSync(path, `${readme.slice(0, begin + BEGIN.length)}\n${tables}\n${readme.slice(end)}`);
}
