import { getEventListeners, setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createSluice } from "sluice";
import { sluiceInterceptor } from "sluice/undici";
import { Agent } from "undici";
import { table } from "./figures.mjs";
import { body, headers, startBenchServer } from "./loopback.mjs";

const CONCURRENCY = 64;
const PARTS = 5;

/** What so many requests through `sluiceInterceptor` leave behind, all of one caller's signal: the listeners on it, timers, heap. */
export async function benchLeft({ requests }) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const server = await startBenchServer();
  const { origin, pathname: path } = new URL(server.url);
  const sluice = createSluice({ control: { rateInitial: 1e9, burst: 1_000 } });
  const agent = new Agent();
  const dispatcher = agent.compose(sluiceInterceptor(sluice));
  const { signal } = new AbortController();
  // undici listens for each request that is under way.
  setMaxListeners(0, signal);
  const send = async (count) => {
    let left = count;
    const worker = async () => {
      while (left-- > 0) {
        const answer = await dispatcher.request({ origin, path, method: "POST", headers, body, signal });
        await answer.body.json();
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  };
  const rows = [];
  let sent = 0;
  const note = async () => {
    // undici lets go of a caller's signal in a later turn.
    await sleep(50);
    collect();
    const listeners = getEventListeners(signal, "abort").length;
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const heap = (process.memoryUsage().heapUsed / 1e6).toFixed(2);
    rows.push([sent.toLocaleString("en"), String(listeners), String(timers), heap]);
  };
  // What is compiled and pooled once isn't left by any of them.
  await send(requests / PARTS);
  await note();
  for (let part = 0; part < PARTS; part++) {
    await send(requests / PARTS);
    sent += requests / PARTS;
    process.stderr.write(`\rleft: ${sent} of ${requests} `);
    await note();
  }
  const inUse = sluice.budgets().filter(({ inFlight, queued }) => inFlight + queued > 0).length;
  await sluice.close();
  await agent.close();
  server.close();
  process.stderr.write("\n");
  console.log(`\nwhat requests through sluice/undici leave behind, after a warm-up of ${requests / PARTS}\n`);
  console.log(table(["requests", "listeners", "timers", "heap, MB"], rows));
  console.log(`\nbudgets with anything in flight or waiting: ${inUse}`);
}
