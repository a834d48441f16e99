import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { spread, table } from "./figures.mjs";

const SERVER = fileURLToPath(new URL("./server.mjs", import.meta.url));
const CONCURRENCY = 64;
/** A round is made of slices that alternate, so that what else the machine does falls on both alike. */
const SLICES = 20;

/** A request of the size of a chat's. */
export const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "x".repeat(400) }] });
export const headers = { "content-type": "application/json" };

/** The fastest server there is, in a process of its own. */
export async function startBenchServer() {
  const server = fork(SERVER);
  const url = await new Promise((resolve) => server.once("message", resolve));
  return { url, close: () => server.kill() };
}

/** Requests a second by two ways of sending the same, `bare` and `sluice`, in turn. */
export async function benchLoopback(title, ways, { rounds, requests }) {
  for (const send of Object.values(ways)) await load(send, 2_000);
  const rates = { bare: [], sluice: [] };
  for (let round = 0; round < rounds; round++) {
    const seconds = { bare: 0, sluice: 0 };
    for (let slice = 0; slice < SLICES; slice++) {
      // Who goes first changes, so that a machine that slows down favours neither.
      for (const name of slice % 2 === 0 ? ["bare", "sluice"] : ["sluice", "bare"]) {
        seconds[name] += await load(ways[name], requests / SLICES);
      }
    }
    for (const name of Object.keys(ways)) rates[name].push(requests / seconds[name]);
    process.stderr.write(`\r${title}: round ${round + 1} of ${rounds} `);
  }
  process.stderr.write("\n");
  console.log(`\n${title} on loopback, ${CONCURRENCY} at once, ${requests.toLocaleString("en")} requests a round\n`);
  console.log(
    table(
      ["", "requests a second", "of bare"],
      Object.entries(rates).map(([name, each]) => [
        name,
        spread(each, 0),
        spread(
          each.map((rate, round) => rate / rates.bare[round]),
          3,
        ),
      ]),
    ),
  );
}

/** Seconds that so many requests take. */
async function load(send, requests) {
  let left = requests;
  const started = process.hrtime.bigint();
  const worker = async () => {
    while (left-- > 0) await send();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return Number(process.hrtime.bigint() - started) / 1e9;
}
