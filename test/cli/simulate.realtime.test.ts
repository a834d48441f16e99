import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Simulation } from "../../simulations/index.js";
import { someScenario } from "../simulations/run/some-scenarios.js";

const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-simulate-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs what `npm run build` made, in a process of its own; `onProgress` gets the way to press Ctrl-C, once: a second one kills. */
async function run(words: readonly string[], onProgress: (press: () => void) => void = () => {}) {
  const child = spawn(process.execPath, [MAIN, "simulate", ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  let hasPressed = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    onProgress(() => {
      if (!hasPressed) child.kill("SIGINT");
      hasPressed = true;
    });
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

describe("sluice simulate, as it is built", () => {
  it("gives the same to the last byte on one thread and on two, functions of a module included", async () => {
    const path = join(folder, "own.mjs");
    const { clients, ...scenario } = someScenario({ bounds: [{ metric: "refused", atMost: 0.9 }] });
    const workload = "() => ({ standing: 20, wish: () => ({ model: 'model', cost: {}, charged: {}, settled: {} }) })";
    await writeFile(path, `export default { ...${JSON.stringify(scenario)}, clients: [{ workload: ${workload} }] };`);
    const words = [path, "--seeds", "3", "--json", "--threads"];
    const [one, two] = [await run([...words, "1"]), await run([...words, "2"])];
    expect(two.stdout).toBe(one.stdout);
    expect((JSON.parse(two.stdout) as Simulation).runs).toHaveLength(3);
    expect([one.code, two.code]).toEqual([0, 0]);
  });

  it("ends at Ctrl-C in the middle of a world that would take hours", async () => {
    const path = join(folder, "endless.json");
    await writeFile(path, JSON.stringify(someScenario({ durationMs: 2_000_000_000 })));
    const { code, stdout, stderr } = await run([path, "--threads", "2", "--json"], (press) => press());
    expect(code).toBe(130);
    expect(stderr).toMatch(/^\d+ %, 0 of 5 worlds.*\nsluice simulate: interrupted; this is what was done by then\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ runs: [], isComplete: false });
  });
});
