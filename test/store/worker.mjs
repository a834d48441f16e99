import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { createSluice } from "sluice";
import { channelStore } from "sluice/channel";
import { redisStore } from "sluice/redis";

// One of a fleet, in a process or a thread: asks for as much as it is told to, and tells its parent again and again what came of it.
const { redis, api, waiting, control, retry, threads = 0, clockOffMs = 0 } = JSON.parse(process.argv[2]);
const { now } = Date;
Date.now = () => now() + clockOffMs;
const parent = parentPort ?? process;
const tell = (message) => (isMainThread ? process.send?.(message) : parentPort.postMessage(message));
const sluice = createSluice({
  store: redis === undefined ? channelStore() : redisStore({ url: redis }),
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
async function ask() {
  const response = await sluice.fetch(`${api}/v1/chat/completions`, init).catch(() => undefined);
  if (response === undefined || response.status !== 200) count.lost += isOver ? 0 : 1;
  else await response.arrayBuffer();
}
async function always() {
  while (!isOver) await ask();
}
const loops = Array.from({ length: waiting }, always);
const telling = setInterval(() => {
  const [row] = sluice.budgets();
  tell({ ...count, warnings, store: row?.store, share: row?.share });
}, 250);
// Threads of a process tell through it.
const words = [JSON.stringify({ api, waiting, control, retry })];
const own = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url), { argv: words }));
for (const [index, thread] of own.entries()) thread.on("message", (message) => tell({ ...message, thread: index + 1 }));
parent.on("message", async (message) => {
  if (message !== "stop") return;
  for (const thread of own) thread.postMessage("stop");
  isOver = true;
  clearInterval(telling);
  await sluice.close({ abort: true });
  await Promise.allSettled(loops);
  parentPort?.close();
  if (isMainThread) process.disconnect?.();
});
