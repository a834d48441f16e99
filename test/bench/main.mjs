import { parseArgs } from "node:util";
import { benchFetch } from "./fetch.mjs";
import { benchSchedule } from "./schedule.mjs";

// npm run bench -- [--rounds 7] [--only schedule|fetch]
const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" }, only: { type: "string" } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds must be a whole number from 1, got ${values.rounds}`);
  process.exit(2);
}
if (values.only !== "fetch") await benchSchedule({ rounds, sizes: [10_000, 100_000] });
if (values.only !== "schedule") await benchFetch({ rounds, requests: 10_000 });
