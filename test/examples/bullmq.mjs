// The BullMQ worker of the README, as it stands there: one of several processes, told by its parent where all is.
import { Worker } from "bullmq";
import OpenAI from "openai";
import { createSluice } from "sluice";
import { redisStore } from "sluice/redis";

const { url, baseURL, model } = JSON.parse(process.argv[2]);
// #region bullmq
const sluice = createSluice({ store: redisStore({ url }) });
const openai = new OpenAI({ baseURL, ...sluice.sdkOptions() });

// More jobs at once than the limit has room for: they wait here, each for its moment, and BullMQ renews their locks meanwhile.
const worker = new Worker(
  "questions",
  async ({ data: content }) => {
    const { choices } = await openai.chat.completions.create({ model, messages: [{ role: "user", content }] });
    return choices[0].message.content;
  },
  { connection: { url }, concurrency: 30 },
);

process.once("SIGTERM", async () => {
  await worker.close(); // ends what it has begun
  await sluice.close();
});
// #endregion
worker.on("ready", () => process.send("ready"));
worker.on("completed", () => process.send("completed"));
worker.on("closed", () => process.disconnect());
