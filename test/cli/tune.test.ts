import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tuning } from "../../simulations/tune/tuning.js";
import { createSluice, type SluiceOptions } from "../../src/index.js";
import { someScenario } from "../simulations/run/some-scenarios.js";
import { commandLine } from "./command-line.js";

let folder = "";
let scenario = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-tune-"));
  scenario = join(folder, "own.json");
  await writeFile(scenario, JSON.stringify(someScenario({ durationMs: 4_000 })));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  return runUntil(new AbortController().signal, ...argv);
}

async function runUntil(interrupt: AbortSignal, ...argv: string[]) {
  const { code, stdout, stderr } = await commandLine(["tune", ...argv], interrupt);
  return { code, stdout, stderr: stderr.replaceAll(`${folder}/`, "") };
}

const QUICK = ["--budget", "150", "--vary", "burst"];

describe("sluice tune", () => {
  it("prints the front, what came of fresh seeds and of moving one option, and writes what createSluice takes", async () => {
    const output = join(folder, "tuned.json");
    const start = join(folder, "start.json");
    await writeFile(start, JSON.stringify({ retry: { attemptsMax: 7 }, control: { rateMax: 50 } }));
    const { code, stdout } = await run(scenario, ...QUICK, "--options", start, "-o", output);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\d+ sets of options raced over 1 scenario in [\d,]+ runs/);
    expect(stdout.replaceAll("\n", " ")).toMatch(/All figures are of seeds 1001 to \d+, which no choice saw/);
    expect(stdout).toMatch(/\n +present.*\ngoodput +\d\.\d{3}.*\nrefused +[\d.]+ %/);
    expect(stdout).toMatch(/\nburst +5/);
    expect(stdout).toMatch(
      /Sensitivity: one option of '\w+' moved alone\n\n +goodput +refused +p99 wait\nburst +[\d.]+ /,
    );
    expect(stdout).toMatch(/ +[\d.]+ +as it is +as it is +as it is\n/);
    const options = JSON.parse(await readFile(output, "utf8")) as SluiceOptions;
    expect(options).toMatchObject({ retry: { attemptsMax: 7 }, control: { rateMax: 50, burst: expect.any(Number) } });
    expect(() => createSluice(options)).not.toThrow();
    for (const line of stdout.split("\n").filter((each) => !each.includes(folder)))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  it("speaks JSON where a program listens, the same again for the same seed", async () => {
    const output = join(folder, "json.json");
    const words = [scenario, ...QUICK, "--json", "-o", output];
    const [first, again] = [await run(...words), await run(...words)];
    expect(first.code).toBe(0);
    expect(first.stdout).toBe(again.stdout);
    const tuning = JSON.parse(first.stdout) as Tuning;
    expect(tuning.axes.map(({ name }) => name)).toEqual(["burst"]);
    expect(tuning.seeds.holdOut[0]).toBeGreaterThan(1_000);
    expect(JSON.parse(await readFile(output, "utf8"))).toEqual(tuning.options);
  });

  it("writes nothing when it is interrupted", async () => {
    const output = join(folder, "never.json");
    const { code, stdout, stderr } = await runUntil(AbortSignal.abort(), scenario, ...QUICK, "-o", output);
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toContain("interrupted; nothing is written");
    await expect(readFile(output)).rejects.toThrow("ENOENT");
  });

  it("finds at the start that its file can't be written", async () => {
    const { code, stdout, stderr } = await run(scenario, ...QUICK, "-o", join(folder, "none", "tuned.json"));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/--output none\/tuned\.json can't be written: there is no folder none/);
  });

  it.runIf(existsSync("/dev/full"))("shows its findings even where the disk is full by then", async () => {
    const output = join(folder, "full.json");
    await symlink("/dev/full", output);
    const { code, stdout, stderr } = await run(scenario, ...QUICK, "-o", output);
    expect(code).toBe(2);
    expect(stdout).toContain("The front");
    expect(stderr).toMatch(/--output full\.json can't be written: ENOSPC/);
  });

  it("refuses what it can't understand, and names it", async () => {
    for (const [argv, message] of [
      [["nothing.json"], "nothing.json: cannot be read: ENOENT"],
      [[scenario, "--vary", "epochMS"], "'epochMS' can't be tuned; did you mean 'epochMs'?"],
      [[scenario, "--vary", "burst=3"], "--vary: can't read 'burst=3'; write it as epochMs or epochMs=5000:30000"],
      [[scenario, "--vary", "burst=9:3"], "burst: the range must rise, got 9 to 3"],
      [[scenario, "--budget", "5"], "budget must be a whole number of runs for each scenario, from 150"],
      [[scenario, "--budget", "lots"], "--budget must be an integer"],
      [[scenario, "--weight=-1"], "--weight must be a number"],
      [[scenario, "-o", "tuned.yaml"], "--output is a JSON file; its name must end in .json, got 'tuned.yaml'"],
      [[scenario, "--preset", "wild"], "--preset must be one of calm, balanced, agile, got 'wild'"],
    ] as const) {
      const { code, stdout, stderr } = await run(...argv);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(message);
    }
  });

  it("explains itself", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    expect(stdout).toContain("--vary NAME[=LOW:HIGH]");
    expect(stdout).toMatch(/ epochMs=4000:60000\n/);
  });
});
