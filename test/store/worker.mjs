import { createSluice } from "sluice";
import { redisStore } from "sluice/redis";

// One process of a fleet: asks for as much as it is told to, and tells its parent each second what came of it.
const { redis, api, waiting } = JSON.parse(process.argv[2]);
const sluice = createSluice({ store: redisStore({ url: redis }) });
const init = {
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer test-key" },
  body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "hello" }], max_tokens: 1 }),
};
const count = { accepted: 0, refused: 0, lost: 0 };
sluice.event$.subscribe((event) => {
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
  process.send?.({ ...count, store: row?.store, share: row?.share });
}, 500);
process.on("message", async (message) => {
  if (message !== "stop") return;
  isOver = true;
  clearInterval(telling);
  await sluice.close({ abort: true });
  await Promise.allSettled(loops);
  process.disconnect?.();
});
