import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { bundle } from "./bundle.mjs";
import { freePort } from "./ports.mjs";

/** Until August 2026 a Worker had nothing of Node unless it asked for it. */
const COMPATIBILITY = "2026-07-01";

/** Runs the core inside a Worker, in the runtime that Cloudflare runs, with or without its Node flag. */
export async function inWorkerd(command, { origin, deadOrigin, carries }, tell) {
  const home = await mkdtemp(join(tmpdir(), "sluice-workerd-"));
  const port = await freePort();
  await writeFile(
    join(home, "worker.mjs"),
    await bundle('export * from "./worker.mjs"; export { default } from "./worker.mjs";'),
  );
  await writeFile(join(home, "config.capnp"), configuration(port, carries));
  const [program] = command;
  const worker = spawn(program, ["serve", join(home, "config.capnp")], { stdio: ["ignore", "inherit", "inherit"] });
  try {
    const words = new URLSearchParams({ origin, deadOrigin, carries: carries ? "yes" : "" });
    for (const verdict of await askUntilItListens(`http://127.0.0.1:${port}/checks?${words}`)) tell(verdict);
    tell(await shared(`http://127.0.0.1:${port}/shared?${words}`));
  } finally {
    worker.kill();
    await rm(home, { recursive: true, force: true });
  }
}

function configuration(port, carries) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
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

async function askUntilItListens(url) {
  for (let tried = 0; ; tried++) {
    try {
      const response = await fetch(url);
      if (response.status !== 200) throw new Error(await response.text());
      return await response.json();
    } catch (error) {
      if (error.cause?.code !== "ECONNREFUSED" || tried === 100) throw error;
      await pause(100);
    }
  }
}
