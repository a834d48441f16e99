import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createSluice } from "sluice";
import { runChecks } from "../kit/report.mjs";
import { hold } from "./core/kit.mjs";

/** Requests in all, and those before the first look at the heap, in which code is compiled and tables are filled. */
const REQUESTS = 100_000;
const WARM_UP = 20_000;
const AT_ONCE = 64;
/** What the heap may have grown by from there, in bytes. One number kept for each request would be 640,000. */
const GROWTH_MAX = 400_000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/** The heap in use, when all is collected that can be. */
function heap() {
  for (let round = 0; round < 3; round++) collect();
  return process.memoryUsage().heapUsed;
}

const response = () =>
  new Response('{"usage":{"total_tokens":9}}', { headers: { "content-type": "application/json" } });

await runChecks(
  { door: "heap after 100,000 requests", version: process.versions.node },
  {
    async "the heap doesn't grow from the 20,000th to the 100,000th request through fetch"() {
      // The answers are made up: what is weighed is the sluice, and no socket.
      const sluice = createSluice({ fetch: async () => response(), control: { rateInitial: 1e6 } });
      let sent = 0;
      const worker = async (until) => {
        while (sent++ < until) {
          const body = JSON.stringify({
            model: `model-${sent % 7}`,
            messages: [{ role: "user", content: String(sent) }],
          });
          const headers = { authorization: `Bearer sk-${sent % 3}` };
          await (await sluice.fetch("http://localhost/v1/chat/completions", { method: "POST", headers, body })).json();
        }
        sent--;
      };
      const send = (until) => Promise.all(Array.from({ length: AT_ONCE }, () => worker(until)));
      await send(WARM_UP);
      const before = heap();
      await send(REQUESTS);
      const grown = heap() - before;
      const accepted = sluice
        .budgets()
        .reduce((sum, row) => sum + (row.dimension === "requests" ? row.accepted : 0), 0);
      await sluice.close();
      hold(accepted === REQUESTS, `${accepted} were let in`);
      hold(grown < GROWTH_MAX, `it grew by ${grown} bytes`);
      return `${grown < 0 ? "" : "+"}${(grown / 1_000).toFixed(0)} KB`;
    },
  },
);
