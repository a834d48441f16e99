import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createSluice } from "sluice";
import { spread, table } from "./figures.mjs";

const SERVER = fileURLToPath(new URL("./server.mjs", import.meta.url));
const CONCURRENCY = 64;
/** A round is made of slices that alternate, so that what else the machine does falls on both alike. */
const SLICES = 20;
const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "x".repeat(400) }] });

/** Requests a second through `sluice.fetch` with no limit in the way, beside the same fetch bare, in turn. */
export async function benchFetch({ rounds, requests }) {
  const server = fork(SERVER);
  const url = await new Promise((resolve) => server.once("message", resolve));
  const sluice = createSluice({ control: { rateInitial: 1e9, burst: 1_000 } });
  const ways = { bare: globalThis.fetch, sluice: sluice.fetch };
  for (const send of Object.values(ways)) await load(send, url, 2_000);
  const rates = { bare: [], sluice: [] };
  for (let round = 0; round < rounds; round++) {
    const seconds = { bare: 0, sluice: 0 };
    for (let slice = 0; slice < SLICES; slice++) {
      // Who goes first changes, so that a machine that slows down favours neither.
      for (const name of slice % 2 === 0 ? ["bare", "sluice"] : ["sluice", "bare"]) {
        seconds[name] += await load(ways[name], url, requests / SLICES);
      }
    }
    for (const name of Object.keys(ways)) rates[name].push(requests / seconds[name]);
    process.stderr.write(`\rfetch: round ${round + 1} of ${rounds} `);
  }
  process.stderr.write("\n");
  await sluice.close();
  server.kill();
  console.log(`\nfetch on loopback, ${CONCURRENCY} at once, ${requests.toLocaleString("en")} requests a round\n`);
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
async function load(send, url, requests) {
  let left = requests;
  const started = process.hrtime.bigint();
  const worker = async () => {
    while (left-- > 0) {
      const response = await send(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      await response.json();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return Number(process.hrtime.bigint() - started) / 1e9;
}
