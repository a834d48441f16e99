import { linesOf } from "../../../../test/matrix/runner/sdks.mjs";
import { readmeTable } from "./readme.mjs";

const SDK_COLUMNS = ["door", "version", "node20.19", "node22", "node24", "node26", "bun"];

/** The README's lines for an SDK, as a program that begins with a sluice. */
export function linesFor(sdk) {
  const { imports, setup, calls } = linesOf(sdk);
  const sluice = ['import { createSluice } from "sluice";', "", "const sluice = createSluice();"];
  return ["```ts", ...imports, ...sluice, ...setup, ...(calls.length === 0 ? [] : ["", ...calls]), "```"].join("\n");
}

/** The rows of the README's table of what was tested, for the doors whose names begin so. */
export function versionsOf(door) {
  const [head, , ...rows] = readmeTable("door |")
    .split("\n")
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const found = rows.filter(([name]) => name === door || name.startsWith(`${door},`));
  if (found.length === 0) throw new Error(`the README's matrix has no door ${door}`);
  const isTold = head.map((_, at) => SDK_COLUMNS.includes(head[at]) && found.some((row) => row[at] !== ""));
  const lines = [head, head.map(() => "---"), ...found].map((row) => row.filter((_, at) => isTold[at]));
  return lines.map((row) => `| ${row.join(" | ")} |`).join("\n");
}
