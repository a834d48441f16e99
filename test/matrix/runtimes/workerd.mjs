import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";

/** Until August 2026 a Worker had nothing of Node unless it asked for it. */
const COMPATIBILITY = "2026-07-01";

/** Runs the core inside a Worker, in the runtime that Cloudflare runs, with or without its Node flag. */
export async function inWorkerd(command, { origin, deadOrigin, carries }, tell) {
  const home = await mkdtemp(join(tmpdir(), "sluice-workerd-"));
  await writeFile(
    join(home, "worker.mjs"),
    await bundle('export * from "./worker.mjs"; export { default } from "./worker.mjs";'),
  );
  await writeFile(join(home, "config.capnp"), configuration(carries));
  const [program] = command;
  const worker = spawn(program, ["serve", "--control-fd=3", join(home, "config.capnp")], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const url = `http://127.0.0.1:${await portOf(worker)}`;
    const words = new URLSearchParams({ origin, deadOrigin, carries: carries ? "yes" : "" });
    for (const verdict of await verdictsAt(`${url}/checks?${words}`)) tell(verdict);
    tell(await shared(`${url}/shared?${words}`));
  } finally {
    worker.kill();
    await rm(home, { recursive: true, force: true });
  }
}

function configuration(carries) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "${COMPATIBILITY}",
  compatibilityFlags = [${carries ? '"nodejs_compat"' : ""}],
  bindings = [(name = "GATE", durableObjectNamespace = "Gate")],
  durableObjectNamespaces = [(className = "Gate", uniqueKey = "gate")],
  durableObjectStorage = (inMemory = void),
);
`;
}

/** A plain Worker's timers end with the request that set them. A Durable Object's don't: there one sluice serves all. */
async function shared(url) {
  const answers = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(url)).status));
  const isGood = answers.every((status) => status === 200);
  return { door: "fetch", check: "one sluice in a Durable Object serves many requests", ok: isGood, detail: answers };
}

async function verdictsAt(url) {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(await response.text());
  return await response.json();
}

/** Where it listens, as it says once it does: a port that was looked for beforehand might be somebody else's by now. */
async function portOf(worker) {
  let text = "";
  for await (const piece of worker.stdio[3].setEncoding("utf8")) {
    text += piece;
    const line = text.split("\n").find((each) => each.includes('"listen"'));
    if (line !== undefined && text.includes("\n")) return JSON.parse(line).port;
  }
  throw new Error(`workerd told no port, but: ${text}`);
}
