import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { createSluice } from "sluice";
import { channelStore } from "sluice/channel";
import { redisStore } from "sluice/redis";

// One of a fleet, in a process or a thread: asks for as much as it is told to, and tells its parent again and again what came of it.
const words = JSON.parse(process.argv[2]);
const { redis, api, waiting, perSecond = 0, provider, control, retry, threads = 0, clockOffMs = 0 } = words;
const { now } = Date;
Date.now = () => now() + clockOffMs;
const parent = parentPort ?? process;
const tell = (message) => (isMainThread ? process.send?.(message) : parentPort.postMessage(message));
const sluice = createSluice({
  store: redis === undefined ? channelStore() : redisStore({ url: redis }),
  provider,
  control,
  retry,
});
const init = {
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer test-key" },
  body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "hello" }], max_tokens: 1 }),
};
const count = { accepted: 0, refused: 0, lost: 0 };
const warnings = [];
sluice.event$.subscribe((event) => {
  if (event.type === "warning" && event.code === "store") warnings.push(event.message);
  if (event.type !== "response") return;
  if (event.outcome === "accepted") count.accepted += 1;
  else if (event.status === 429) count.refused += 1;
});
let isOver = false;
const over = new AbortController();
async function ask() {
  try {
    const response = await sluice.fetch(`${api}/v1/chat/completions`, init);
    await response.arrayBuffer();
    if (response.status !== 200) count.lost += 1;
  } catch {
    if (!isOver) count.lost += 1;
  }
}
async function always() {
  while (!isOver) await ask();
}
async function nowAndThen() {
  while (!isOver) {
    await ask();
    await sleep((-1_000 * Math.log(1 - Math.random())) / perSecond, undefined, { signal: over.signal }).catch(() => {});
  }
}
const loops = Array.from({ length: waiting }, always);
if (perSecond > 0) loops.push(nowAndThen());
const telling = setInterval(() => {
  const [row] = sluice.budgets();
  tell({ ...count, warnings, store: row?.store, share: row?.share });
}, 250);
// Threads of a process tell through it.
const argv = [JSON.stringify({ ...words, threads: 0 })];
const own = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url), { argv }));
for (const [index, thread] of own.entries()) thread.on("message", (message) => tell({ ...message, thread: index + 1 }));
parent.on("message", async (message) => {
  if (message !== "stop") return;
  for (const thread of own) thread.postMessage("stop");
  isOver = true;
  over.abort();
  clearInterval(telling);
  await sluice.close({ abort: true });
  await Promise.allSettled(loops);
  parentPort?.close();
  if (isMainThread) process.disconnect?.();
});
// Nobody is there any more who could stop it.
process.once("disconnect", () => isOver || process.exit());
