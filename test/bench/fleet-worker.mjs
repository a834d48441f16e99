import { setTimeout as sleep } from "node:timers/promises";
import Bottleneck from "bottleneck";
import { Redis } from "ioredis";
import { RateLimiterQueue, RateLimiterRedis } from "rate-limiter-flexible";
import { createSluice } from "sluice";
import { redisStore } from "sluice/redis";

// One process of a fleet: node fleet-worker.mjs '{"contestant", "port", "api", "limit"}'. Its parent tells it how to load what it has.
const { contestant, port, api, limit } = JSON.parse(process.argv[2]);

/** Who sends a task when it may go. sluice is told nothing; the others are told the limit of all together. */
const CONTESTANTS = {
  sluice() {
    const sluice = createSluice({ store: redisStore({ url: `redis://127.0.0.1:${port}` }) });
    return (task) => sluice.schedule(task, { key: "m" });
  },
  Bottleneck() {
    const clientOptions = { host: "127.0.0.1", port };
    const limiter = new Bottleneck({ id: "m", datastore: "ioredis", Redis, clientOptions, minTime: 1_000 / limit });
    limiter.on("error", (error) => console.error(String(error)));
    return (task) => limiter.schedule(task);
  },
  "rate-limiter-flexible"() {
    const storeClient = new Redis(port, "127.0.0.1", { enableOfflineQueue: true });
    const queue = new RateLimiterQueue(new RateLimiterRedis({ storeClient, points: limit, duration: 1 }));
    return async (task) => {
      await queue.removeTokens(1, "m");
      return task();
    };
  },
};

const add = CONTESTANTS[contestant]();
const init = {
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer test-key" },
  body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "hello" }], max_tokens: 1 }),
};
let count;
function reset() {
  count = { accepted: 0, refused: 0, waitsMs: [], latenessMs: [] };
}
reset();

/** One request; what its task waited for is what the contestant has added. */
async function ask() {
  const calledMs = performance.now();
  const response = await add(async () => {
    count.waitsMs.push(performance.now() - calledMs);
    const response = await fetch(`${api}/v1/chat/completions`, init);
    await response.arrayBuffer();
    // Who retries has each try counted.
    count[response.status === 200 ? "accepted" : "refused"] += 1;
    return response;
  }).catch(() => undefined);
  return response;
}

let load = 0;
/** Always so many waiting. */
function saturate({ waiting }) {
  load += 1;
  const own = load;
  const always = async () => {
    while (load === own) await ask();
  };
  for (let index = 0; index < waiting; index++) always();
}

/** So many a second, in even steps or as Poisson has them; each arrival is a bare timer's, whose lateness is told. */
async function arrive({ ratePerSecond, isEven }) {
  load += 1;
  const own = load;
  const meanMs = 1_000 / ratePerSecond;
  let dueMs = performance.now() + Math.random() * meanMs;
  while (load === own) {
    await sleep(Math.max(0, dueMs - performance.now()));
    count.latenessMs.push(Math.max(0, performance.now() - dueMs));
    ask();
    dueMs += isEven ? meanMs : -Math.log(1 - Math.random()) * meanMs;
  }
}

process.on("message", (message) => {
  if (message.kind === "saturate") saturate(message);
  else if (message.kind === "arrive") arrive(message);
  else if (message.kind === "reset") reset();
  else if (message.kind === "report") process.send(count);
});
process.on("disconnect", () => process.exit());
process.send("ready");
