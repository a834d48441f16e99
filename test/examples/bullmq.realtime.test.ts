import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { expect, it } from "vitest";
import { startServer } from "../../simulations/server/http.js";
import { hasRedis, startRedis } from "../store/redis-server.js";

const WORKER = fileURLToPath(new URL("bullmq.mjs", import.meta.url));
const PROCESSES = 3;
const LIMIT = 20;
const JOBS = 90;

it.skipIf(!hasRedis())("BullMQ's workers keep to one limit that none of them was told", async () => {
  const redis = await startRedis();
  const server = await startServer({
    provider: "openai",
    limit: { kind: "policer", requestsPerSecond: LIMIT },
    models: [{ id: "m", type: "chat" }],
    latency: { firstByteMs: 50, perTokenMs: 1 },
  });
  const queue = new Queue("questions", { connection: { url: redis.url } });
  const words = JSON.stringify({ url: redis.url, baseURL: `${server.url}/v1`, model: "m" });
  const env = { ...process.env, OPENAI_API_KEY: "sk-any" };
  const children = Array.from({ length: PROCESSES }, () => fork(WORKER, [words], { env }));
  const completed = new Map<ChildProcess, number>();
  for (const child of children) {
    child.on("message", (what) => {
      if (what === "completed") completed.set(child, (completed.get(child) ?? 0) + 1);
    });
  }
  await Promise.all(children.map((child) => once(child, "message")));
  // Jobs have one attempt each, as BullMQ gives them: a refusal that a job saw would fail it.
  await queue.addBulk(Array.from({ length: JOBS }, (_, index) => ({ name: "ask", data: `question ${index}` })));
  await expect
    .poll(() => queue.getJobCounts("completed", "failed"), { timeout: 40_000, interval: 100 })
    .toEqual({
      completed: JOBS,
      failed: 0,
    });
  const [lane] = server.state().lanes;
  expect(lane?.accepted).toBe(JOBS);
  expect(lane?.throttled).toBeLessThan(0.05 * JOBS);
  const parts = children.map((child) => completed.get(child) ?? 0);
  expect(Math.min(...parts)).toBeGreaterThan((0.5 * JOBS) / PROCESSES);
  console.log("jobs of each process:", parts, "refused:", lane?.throttled);
  const ended = children.map((child) => once(child, "exit"));
  for (const child of children) child.kill("SIGTERM");
  expect((await Promise.all(ended)).map(([code]) => code)).toEqual(children.map(() => 0));
  await Promise.all([queue.close(), server.close()]);
  await redis.close();
});
