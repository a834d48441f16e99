import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

const PATH = join(ROOT, "README.md");

/**
 * Puts each table between its markers in the README.
 *
 * @param {Readonly<Record<string, string>>} tables by name
 * @throws Error where the README has no such markers
 */
export function renewReadme(tables) {
  const renewed = Object.entries(tables).reduce(
    (readme, [name, table]) => withTable(readme, name, table),
    readFileSync(PATH, "utf8"),
  );
  writeFileSync(PATH, renewed);
}

function withTable(readme, name, table) {
  const begin = `<!-- matrix of ${name}: npm run test:matrix -- --write -->`;
  const [from, to] = [readme.indexOf(begin), readme.indexOf(`<!-- /matrix of ${name} -->`)];
  if (from < 0 || to < from) throw new Error(`the README has no place for the matrix of ${name}: ${begin}`);
  return `${readme.slice(0, from + begin.length)}\n${table}\n${readme.slice(to)}`;
}
