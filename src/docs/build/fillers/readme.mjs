import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../paths.mjs";

const readme = () => readFileSync(join(ROOT, "README.md"), "utf8");

/** What stands under a heading of the README, up to the next. Links to files begin at the repository's root. */
export function readmeSection(heading) {
  const [, rest] = readme().split(`\n## ${heading}\n`);
  if (rest === undefined) throw new Error(`the README has no heading: ## ${heading}`);
  const section = rest.split(/^## /m, 1)[0].trim();
  return section.replaceAll(/(\]\()(?!https?:|#)([^)]+\))/g, "$1/$2");
}

/** The table of the README whose first row begins with these words. */
export function readmeTable(words) {
  const lines = readme().split("\n");
  const begin = lines.findIndex((line) => line.startsWith(`| ${words}`));
  if (begin < 0) throw new Error(`the README has no table that begins: | ${words}`);
  const rest = lines.slice(begin);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  return rest.slice(0, end).join("\n");
}
