import { parseArgs } from "node:util";
import { benchFetch } from "./fetch.mjs";
import { benchFleet } from "./fleet.mjs";
import { benchFleets } from "./fleets.mjs";
import { benchLeft } from "./left.mjs";
import { benchPlayground } from "./playground.mjs";
import { benchProxy } from "./proxy.mjs";
import { benchRun } from "./run.mjs";
import { benchSchedule } from "./schedule.mjs";
import { benchSimulation } from "./simulation.mjs";
import { benchUndici } from "./undici.mjs";

// npm run bench -- [--rounds 7] [--only schedule|fetch|undici|left|proxy|run|fleet|fleets|simulation|playground] [--sizes 10000,100000] [--lines 100000] [--seconds 20] [--fleet-sizes 1,8,32,64,128,256] [--picture fleets.png] [--pages file:///one/index.html,file:///other/index.html]
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    only: { type: "string" },
    lines: { type: "string", default: "100000" },
    seconds: { type: "string", default: "20" },
    pages: { type: "string", default: String(new URL("../../dist/playground/index.html", import.meta.url)) },
    sizes: { type: "string", default: "10000,100000" },
    "fleet-sizes": { type: "string", default: "1,8,32,64,128,256" },
    picture: { type: "string" },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds must be a whole number from 1, got ${values.rounds}`);
  process.exit(2);
}
const isWanted = (name) => values.only === undefined || values.only === name;
if (isWanted("schedule")) await benchSchedule({ rounds, sizes: values.sizes.split(",").map(Number) });
if (isWanted("fetch")) await benchFetch({ rounds, requests: 10_000 });
if (isWanted("undici")) await benchUndici({ rounds, requests: 20_000 });
if (isWanted("left")) await benchLeft({ requests: 100_000 });
if (isWanted("proxy")) await benchProxy({ rounds, requests: 20_000 });
if (isWanted("run")) await benchRun({ lines: Number(values.lines) });
if (isWanted("fleet")) await benchFleet({ seconds: Number(values.seconds) });
if (isWanted("fleets"))
  await benchFleets({ sizes: values["fleet-sizes"].split(",").map(Number), picture: values.picture });
if (isWanted("simulation")) benchSimulation({ rounds, seconds: 600 });
if (isWanted("playground")) await benchPlayground({ seconds: 10, rounds: 3, pages: values.pages.split(",") });
