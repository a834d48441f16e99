import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runChecks } from "../kit/report.mjs";
import { MATRIX } from "../runner/paths.mjs";
import { hold, same } from "./core/kit.mjs";
import { firstLine } from "./program.mjs";

// What only Node has, on the Node that runs this: every door both ways, and the command.
const version = process.versions.node;
const home = join(MATRIX, "node_modules", "sluice");
const { bin, exports } = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
const command = join(home, bin.sluice);
const doors = Object.keys(exports).filter((path) => !path.endsWith(".json"));
const run = promisify(execFile);
const require = createRequire(import.meta.url);

await runChecks(
  { door: "import, require()", version },
  Object.fromEntries(
    doors.map((path) => [
      `${path}: import and require() give the same`,
      async () => {
        const name = path.replace(".", "sluice");
        const [imported, required] = [await import(name), require(name)];
        const names = Object.keys(imported);
        hold(names.length > 0, "it exports nothing");
        for (const each of names) hold(imported[each] === required[each], `there are two of ${each}`);
        return `${names.length} names`;
      },
    ]),
  ),
);

await runChecks(
  { door: "command", version },
  {
    async "sluice --help tells of every command"() {
      const { stdout } = await run(process.execPath, [command, "--help"]);
      for (const word of ["run", "serve", "simulate", "compare", "tune", "replay"]) {
        hold(stdout.includes(`  ${word} `), `no word of ${word}`);
      }
    },
    async "sluice run sends 20 lines to sluice serve, and both end by themselves"() {
      const folder = await mkdtemp(join(tmpdir(), "sluice-node-"));
      const server = spawn(process.execPath, [command, "serve", "--limit", "20", "--latency", "20"]);
      try {
        const url = await firstLine(server.stdout);
        const [asked, answered] = ["requests.jsonl", "results.jsonl"].map((name) => join(folder, name));
        await writeFile(asked, Array.from({ length: 20 }, (_, index) => `${JSON.stringify(line(index))}\n`).join(""));
        await run(process.execPath, [command, "run", asked, "-o", answered, "--base-url", `${url}/v1`]);
        const results = (await readFile(answered, "utf8"))
          .trim()
          .split("\n")
          .map((text) => JSON.parse(text));
        same(results.map(({ custom_id }) => custom_id).sort().length, 20, "results");
        hold(
          results.every(({ response }) => response?.status_code === 200),
          "not all were answered",
        );
        const ended = new Promise((resolve) => server.once("close", (...how) => resolve(how)));
        server.kill("SIGINT");
        same(await ended, [130, null], "how sluice serve ended");
      } finally {
        server.kill("SIGKILL");
        await rm(folder, { recursive: true, force: true });
      }
    },
  },
);

function line(index) {
  const messages = [{ role: "user", content: `say ${index}` }];
  const body = { model: "deepseek-ai/DeepSeek-V3", max_tokens: 4, messages };
  return { custom_id: `line-${index}`, method: "POST", url: "/v1/chat/completions", body };
}
