import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "redis";
import type { Papers } from "./papers.js";

const PATH = `${process.env["PATH"]}:/usr/sbin`;

/** Whether `redis-server` is installed; says loudly where it isn't, and fails on CI. */
export function hasRedis(): boolean {
  if (spawnSync("redis-server", ["--version"], { env: { ...process.env, PATH } }).status === 0) return true;
  if (process.env["CI"] === "true") throw new Error("redis-server is missing: apt-get install redis-server");
  console.warn("NOT TESTED: fleets on a real Redis, for want of redis-server (apt-get install redis-server)");
  return false;
}

/** A Redis of the test's own, on a free port of loopback, that keeps nothing. */
export interface Redis {
  readonly port: number;
  readonly url: string;
  /** Sends one command by a connection of its own. */
  tell(...args: string[]): Promise<unknown>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  /** Kills it, as a crash would. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export async function startRedis(...options: readonly string[]): Promise<Redis> {
  return start(options, undefined);
}

/** One that is spoken to by TLS alone, and asks for a certificate. */
export async function startTlsRedis(papers: Papers): Promise<Redis> {
  const { ca, cert, key } = papers.files;
  return start(["--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", ca], papers);
}

async function start(options: readonly string[], papers: Papers | undefined): Promise<Redis> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "sluice-redis-"));
  const url = `${papers === undefined ? "redis" : "rediss"}://127.0.0.1:${port}`;
  const tls = papers === undefined ? {} : ({ tls: true, ...papers.tls } as const);
  const ports = papers === undefined ? ["--port", String(port)] : ["--port", "0", "--tls-port", String(port)];
  let child: ChildProcess | undefined;
  const launch = async (): Promise<void> => {
    const fixed = [...ports, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
    child = spawn("redis-server", [...fixed, ...options], { stdio: "ignore", env: { ...process.env, PATH } });
    const client = createClient({ url, socket: { ...tls, reconnectStrategy: 20 } }).on("error", () => {});
    await client.connect();
    client.destroy();
  };
  const kill = async (): Promise<void> => {
    const dying = child;
    if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return;
    const ended = new Promise((done) => dying.once("exit", done));
    dying.kill("SIGKILL");
    await ended;
  };
  await launch();
  return {
    port,
    url,
    async tell(...args) {
      const client = createClient({ url, socket: tls });
      await client.connect();
      try {
        return await client.sendCommand(args);
      } finally {
        client.destroy();
      }
    },
    restart: launch,
    kill,
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    async close() {
      child?.kill("SIGCONT");
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A cluster of so many masters, which share the slots evenly. */
export async function startCluster(masters: number, ...options: readonly string[]): Promise<readonly Redis[]> {
  const nodes = await Promise.all(Array.from({ length: masters }, () => startNode(options)));
  const slotsEach = Math.ceil(SLOTS / masters);
  for (const [index, node] of nodes.entries()) {
    const last = Math.min(SLOTS, (index + 1) * slotsEach) - 1;
    await node.tell("CLUSTER", "ADDSLOTSRANGE", String(index * slotsEach), String(last));
    await meet(node, nodes[0] ?? node);
  }
  await Promise.all(nodes.map((node) => become(node, "cluster_state:ok")));
  return nodes;
}

const SLOTS = 16_384;

async function startNode(options: readonly string[]): Promise<Redis> {
  // By default a node listens to the others on its port plus ten thousand, which may be taken, or beyond the last port.
  const busPort = String(await freePort());
  return startRedis("--cluster-enabled", "yes", "--cluster-port", busPort, ...options);
}

async function meet(node: Redis, other: Redis): Promise<void> {
  if (node === other) return;
  const told = (await other.tell("CONFIG", "GET", "cluster-port")) as Record<string, string>;
  await node.tell("CLUSTER", "MEET", "127.0.0.1", String(other.port), String(told["cluster-port"]));
}

async function become(node: Redis, state: string): Promise<void> {
  while (!String(await node.tell("CLUSTER", "INFO")).includes(state)) await sleep(50);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
