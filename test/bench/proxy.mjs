import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { spread, table } from "./figures.mjs";
import { body, startBenchServer } from "./loopback.mjs";

const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const BARE = fileURLToPath(new URL("./bare-proxy.mjs", import.meta.url));
const CONCURRENCY = 64;
/** A round is made of slices that alternate, so that what else the machine does falls on both alike. */
const SLICES = 10;
/** Ticks of the kernel's clock in a second, in which it counts what a process has used. */
const TICKS = 100;

/**
 * Requests a second through `sluice proxy` with no limit in the way, and in turn with it through a reverse proxy written by
 * hand on the same undici call; each in a process of its own, asked over sockets that do no more than they must.
 */
export async function benchProxy({ rounds, requests }) {
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const server = await startBenchServer();
  const { origin } = new URL(server.url);
  const options = join(folder, "options.json");
  await writeFile(options, JSON.stringify({ control: { rateInitial: 1e9, burst: 1_000 } }));
  const bare = fork(BARE, [origin]);
  const sluice = spawn(process.execPath, [MAIN, "proxy", "--target", origin, "--options", options]);
  sluice.stderr.pipe(process.stderr);
  try {
    const [[bareUrl], [sluiceUrl]] = await Promise.all([
      once(bare, "message"),
      once(createInterface(sluice.stdout), "line"),
    ]);
    const proxies = { bare: { url: bareUrl, pid: bare.pid }, sluice: { url: sluiceUrl, pid: sluice.pid } };
    await compare("plain answers", proxies, { path: "/v1/chat/completions", rounds, requests });
    await compare("streams of 50 events", proxies, { path: "/stream", rounds, requests: requests / 5 });
  } finally {
    bare.kill();
    sluice.kill();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(title, proxies, { path, rounds, requests }) {
  const names = Object.keys(proxies);
  for (const name of names) await load(proxies[name], path, requests / 5); // so that the code is warm
  const rates = { bare: [], sluice: [] };
  const costs = { bare: [], sluice: [] };
  for (let round = 0; round < rounds; round++) {
    const seconds = { bare: 0, sluice: 0 };
    const used = { bare: 0, sluice: 0 };
    for (let slice = 0; slice < SLICES; slice++) {
      for (const name of slice % 2 === 0 ? names : names.toReversed()) {
        const before = await cpuSeconds(proxies[name].pid);
        seconds[name] += await load(proxies[name], path, requests / SLICES);
        used[name] += (await cpuSeconds(proxies[name].pid)) - before;
      }
    }
    for (const name of names) {
      rates[name].push(requests / seconds[name]);
      costs[name].push((used[name] / requests) * 1e6);
    }
    process.stderr.write(`\rproxy, ${title}: round ${round + 1} of ${rounds} `);
  }
  process.stderr.write("\n");
  console.log(
    `\nproxy on loopback, ${title}, ${CONCURRENCY} at once, ${requests.toLocaleString("en")} requests a round\n`,
  );
  const share = (values, of) =>
    spread(
      values.map((value, round) => value / of[round]),
      3,
    );
  console.log(
    table(
      ["", "requests a second", "of bare", "µs of a core a request", "bare's share of them"],
      names.map((name) => [
        name,
        spread(rates[name], 0),
        share(rates[name], rates.bare),
        spread(costs[name], 0),
        share(costs.bare, costs[name]),
      ]),
    ),
  );
}

/** Seconds that so many requests take, over as many connections as there are at once. */
async function load({ url }, path, requests) {
  const { host, hostname, port } = new URL(url);
  const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nauthorization: Bearer k\r\n`;
  const request = Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  let left = requests;
  const started = process.hrtime.bigint();
  const worker = () =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      const next = () => (left-- > 0 ? socket.write(request) : socket.end());
      const isWhole = wholeness();
      socket.setNoDelay(true).on("connect", next).on("error", reject).on("close", resolve);
      socket.on("data", (chunk) => isWhole(chunk) && next());
    });
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/** Tells with which chunk an answer is whole: by its length, or by the last chunk of its coding. */
function wholeness() {
  let left;
  let tail = "";
  return (chunk) => {
    if (left === undefined) {
      const text = chunk.toString("latin1");
      if (!text.startsWith("HTTP/1.1 200")) throw new Error(`answered ${text}`);
      const length = /^content-length: (\d+)/im.exec(text)?.[1];
      left = length === undefined ? Infinity : Number(length) - (text.length - text.indexOf("\r\n\r\n") - 4);
      tail = text.slice(-5);
    } else {
      left -= chunk.length;
      tail = (tail + chunk.toString("latin1", Math.max(0, chunk.length - 5))).slice(-5);
    }
    const isEnd = left === 0 || (left === Infinity && tail === "0\r\n\r\n");
    if (isEnd) left = undefined;
    return isEnd;
  };
}

/** What a process has used of the cores so far; nothing where there is no `/proc`. */
async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (user + system) / TICKS;
}
