import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { CELLS } from "./cells.mjs";
import { install } from "./runner/install.mjs";
import { pack } from "./runner/pack.mjs";
import { renewReadme } from "./runner/readme.mjs";
import { runCell } from "./runner/run-cell.mjs";
import { runtimes } from "./runner/runtimes.mjs";
import { sideBySide } from "./runner/side-by-side.mjs";
import { failuresIn, tablesOf } from "./runner/table.mjs";

const USAGE = `npm run test:matrix -- [--only WORDS] [--jobs N] [--json] [--write]

Runs sluice, packed and installed as users get it, with SDKs and on runtimes as npm has them.
  --only WORDS   only cells that have one of these words, with commas between them, in their name
  --jobs N       cells at once; default three for each core, since most of their time is waiting
  --json         what each cell said, as JSON lines, on stdout
  --write        puts the tables into the README, where every cell is green

With CI=true, and with --write, a runtime that isn't here is a failure.
`;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    jobs: { type: "string", default: String(3 * cpus().length) },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const jobs = Number(values.jobs);
if (!Number.isInteger(jobs) || jobs < 1) {
  console.error(`--jobs must be a whole number from 1, got ${values.jobs}`);
  process.exit(2);
}

if (values.write && values.only !== undefined) {
  console.error("--write needs the whole matrix: leave out --only");
  process.exit(2);
}

const words = values.only?.split(",");
const wanted = CELLS.filter(({ name }) => words === undefined || words.some((word) => name.includes(word)));
if (wanted.length === 0) {
  console.error(
    `no cell has one of ${values.only} in its name; there are: ${CELLS.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}

await install();
await pack();
const known = runtimes();
const verdicts = await sideBySide(jobs, wanted, async (cell) => {
  const told = await runCell(cell, known);
  const red = told.filter(({ ok }) => ok === false).length;
  const again = told.some(({ detail }) => detail?.runs > 1) ? ", in more than one run: the machine was busy" : "";
  console.error(`${red === 0 ? "ok " : "RED"} ${cell.name}: ${told.length - red} of ${told.length}${again}`);
  return told;
});
const told = verdicts.flat();

const tables = tablesOf(told);
const failures = failuresIn(told, { needsAll: process.env.CI === "true" || values.write });
if (values.json) for (const line of told) console.log(JSON.stringify(line));
else console.log(`\n${Object.values(tables).join("\n\n")}`);
for (const failure of failures) console.error(failure);
if (values.write && failures.length === 0) renewReadme(tables);
process.exit(failures.length === 0 ? 0 : 1);
