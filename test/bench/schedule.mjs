import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { contestants, SIZE_MAX } from "./contestants.mjs";
import { spread, table } from "./figures.mjs";

const ROUND = fileURLToPath(new URL("./round.mjs", import.meta.url));
const execute = promisify(execFile);

/** Cost of a task and heap of a waiting one, all contestants in turn, round after round. */
export async function benchSchedule({ rounds, sizes }) {
  for (const [index, size] of sizes.entries()) {
    // Whoever can't take the larger size was measured at its own with the first.
    const names = Object.keys(contestants).filter((name) => index === 0 || (SIZE_MAX[name] ?? size) >= size);
    const results = new Map(names.map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const name of names) results.get(name).push(await one(name, Math.min(size, SIZE_MAX[name] ?? size)));
      process.stderr.write(`\r${size.toLocaleString("en")} queued: round ${round + 1} of ${rounds} `);
    }
    process.stderr.write("\n");
    report(size, results);
  }
}

async function one(name, size) {
  const { stdout } = await execute(process.execPath, [
    "--expose-gc",
    "--max-old-space-size=8192",
    ROUND,
    name,
    String(size),
  ]);
  return JSON.parse(stdout);
}

function report(size, results) {
  const base = results.get("p-queue, 64");
  const rows = [...results].map(([name, rounds]) => [
    SIZE_MAX[name] < size ? `${name} (at ${SIZE_MAX[name].toLocaleString("en")})` : name,
    spread(
      rounds.map(({ nsPerTask }) => nsPerTask / 1_000),
      2,
    ),
    spread(
      rounds.map(({ nsPerTask }, round) => nsPerTask / base[round].nsPerTask),
      2,
    ),
    spread(
      rounds.map(({ bytesPerTask }) => bytesPerTask),
      0,
    ),
  ]);
  console.log(
    `\n${size.toLocaleString("en")} tasks queued at once: median (lowest to highest) of ${base.length} rounds\n`,
  );
  console.log(table(["", "µs a task", "of p-queue, 64", "bytes of heap a waiting task"], rows));
}
