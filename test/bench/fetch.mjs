import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createSluice } from "sluice";
import { spread, table } from "./figures.mjs";

const SERVER = fileURLToPath(new URL("./server.mjs", import.meta.url));
const CONCURRENCY = 64;
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
    // Who goes first changes, so that a machine that slows down favours neither.
    for (const name of round % 2 === 0 ? ["bare", "sluice"] : ["sluice", "bare"]) {
      rates[name].push(await load(ways[name], url, requests));
    }
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
  return requests / (Number(process.hrtime.bigint() - started) / 1e9);
}
