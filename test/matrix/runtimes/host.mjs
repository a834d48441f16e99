import { report } from "../kit/report.mjs";
import { runtimes } from "../runner/runtimes.mjs";
import { startApi } from "./api.mjs";
import { versionOf } from "./program.mjs";

// node runtimes/host.mjs RUNTIME: runs the checks of the core there, and prints a verdict for each.
const [name, ...flags] = process.argv.slice(2);
const carries = name !== "chromium" && (name !== "workerd" || flags.includes("nodejs_compat"));
const runtime = [name, ...flags].join(" + ");
const command = runtimes()[name];

if (command === undefined) {
  report({ door: "fetch", runtime, check: "runs", ok: null, detail: `no ${name} here` });
} else {
  const version = versionOf(command[0]);
  const api = await startApi();
  try {
    const { run, words } = await guestOf(name, api);
    await run([...command, ...words], { ...api, carries }, (verdict) => report({ runtime, version, ...verdict }));
  } finally {
    await api.close();
  }
}

/** How the core is run there, and the words that its command needs. */
async function guestOf(name, { origin, deadOrigin }) {
  if (name === "workerd") return { run: (await import("./workerd.mjs")).inWorkerd, words: [] };
  if (name === "chromium") return { run: (await import("./chromium.mjs")).inChromium, words: [] };
  const { inProcess: run } = await import("./process.mjs");
  if (name === "bun") return { run, words: ["run"] };
  // Deno lets a program do what it was allowed: the core needs the network to its servers, and nothing else.
  const hosts = [origin, deadOrigin].map((url) => new URL(url).host);
  if (name === "deno")
    return { run, words: ["run", "--no-prompt", "--node-modules-dir=manual", `--allow-net=${hosts}`] };
  return { run, words: [] };
}
