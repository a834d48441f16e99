import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "redis";
import { startServer } from "sluice/simulations";
import { table } from "./figures.mjs";

const WORKER = fileURLToPath(new URL("./fleet-worker.mjs", import.meta.url));
const PROCESSES = 8;
const LIMIT = 200;
const WARM_SECONDS = 30;
const CONTESTANTS = ["sluice", "Bottleneck", "rate-limiter-flexible"];

/** Eight processes at one limit, over a Redis of their own: at all that the limit has, and at half of it. */
export async function benchFleet({ seconds }) {
  const rows = [];
  for (const contestant of CONTESTANTS) rows.push(...(await runFleet(contestant, seconds)));
  const head = [
    "",
    "load",
    "accepted/s",
    "429s",
    "Jain",
    "commands/request",
    "server's",
    "wait p50",
    "p99 ms",
    "timer p99 ms",
  ];
  console.log(`
${PROCESSES} processes, one Redis, a limit of ${LIMIT} requests a second without headers, ${seconds} s each after ${WARM_SECONDS} s
(sluice is told no limit; the others are told it, and try nothing again)

${table(head, rows)}

commands: what clients send (EVALSHA, EVAL); the server's count has what scripts call in it. wait: from the call until its task runs.
timer: how late the bare timers were that the arrivals came by.`);
}

async function runFleet(contestant, seconds) {
  const redis = await startRedis();
  const server = await startServer({
    limit: { kind: "policer", requestsPerSecond: LIMIT },
    headers: "none",
    models: [{ id: "m", type: "chat" }],
    latency: { firstByteMs: 100, perTokenMs: 1 },
  });
  const words = JSON.stringify({ contestant, port: redis.port, api: server.url, limit: LIMIT });
  const workers = Array.from({ length: PROCESSES }, () => fork(WORKER, [words]));
  try {
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const tell = (message) => workers.map((worker) => worker.send(message));
    const measure = async (load, settleSeconds) => {
      process.stderr.write(`\rfleet: ${contestant}, ${load} `.padEnd(60));
      await sleep(settleSeconds * 1_000);
      tell({ kind: "reset" });
      const before = await redis.commands();
      const startedMs = performance.now();
      await sleep(seconds * 1_000);
      const elapsed = (performance.now() - startedMs) / 1_000;
      const after = await redis.commands();
      const told = workers.map((worker) => once(worker, "message"));
      tell({ kind: "report" });
      const counts = (await Promise.all(told)).map(([count]) => count);
      return rowOf(contestant, load, counts, elapsed, {
        sent: after.sent - before.sent,
        processed: after.processed - before.processed,
      });
    };
    const ratePerSecond = LIMIT / 2 / PROCESSES;
    tell({ kind: "saturate", waiting: 50 });
    const rows = [await measure("all of it", WARM_SECONDS)];
    tell({ kind: "arrive", ratePerSecond, isEven: true });
    rows.push(await measure("half, even", 5));
    tell({ kind: "arrive", ratePerSecond, isEven: false });
    rows.push(await measure("half, Poisson", 5));
    return rows;
  } finally {
    const ended = workers.filter(({ exitCode }) => exitCode === null).map((worker) => once(worker, "exit"));
    for (const worker of workers) worker.kill("SIGKILL");
    await Promise.all(ended);
    process.stderr.write("\n");
    await server.close();
    await redis.close();
  }
}

function rowOf(contestant, load, counts, elapsed, { sent, processed }) {
  const parts = counts.map(({ accepted }) => accepted);
  const accepted = parts.reduce((sum, part) => sum + part, 0);
  const refused = counts.reduce((sum, count) => sum + count.refused, 0);
  const squares = parts.reduce((sum, part) => sum + part * part, 0);
  const waits = counts.flatMap(({ waitsMs }) => waitsMs);
  const lateness = counts.flatMap(({ latenessMs }) => latenessMs);
  const ms = (values, part) => (values.length === 0 ? "" : quantile(values, part).toFixed(1));
  const isPaced = lateness.length > 0;
  return [
    contestant,
    load,
    (accepted / elapsed).toFixed(1),
    `${((100 * refused) / (accepted + refused)).toFixed(2)} %`,
    ((accepted * accepted) / (parts.length * squares)).toFixed(3),
    (sent / (accepted + refused)).toFixed(3),
    (processed / (accepted + refused)).toFixed(2),
    isPaced ? ms(waits, 0.5) : "",
    isPaced ? ms(waits, 0.99) : "",
    ms(lateness, 0.99),
  ];
}

function quantile(values, part) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

/** A Redis of our own, on a free port of loopback, that keeps nothing. */
async function startRedis() {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const words = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const child = spawn("redis-server", words, { stdio: "ignore", env });
  child.on("error", () => {
    console.error("npm run bench -- --only fleet needs redis-server: apt-get install redis-server");
    process.exit(2);
  });
  const socket = { reconnectStrategy: 20 };
  const client = createClient({ url: `redis://127.0.0.1:${port}`, socket }).on("error", () => {});
  await client.connect();
  return {
    port,
    /** What clients have sent so far, and what the server has done for it. */
    async commands() {
      const [stats, commandstats] = [await client.info("stats"), await client.info("commandstats")];
      const calls = (name) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(commandstats)?.[1] ?? 0);
      const processed = Number(/total_commands_processed:(\d+)/.exec(stats)?.[1] ?? 0);
      return { sent: calls("evalsha") + calls("eval"), processed };
    },
    async close() {
      client.destroy();
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
