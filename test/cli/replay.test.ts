import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linesOf } from "../simulations/replay/recorded.js";
import { commandLine } from "./command-line.js";

let folder = "";
let lines: readonly string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-replay-"));
  lines = linesOf(
    {
      name: "known",
      story: "A server that is known.",
      durationMs: 90_000,
      server: { limit: { kind: "policer", requestsPerSecond: 10 } },
      clients: [{ workload: { kind: "saturated", waiting: 60 } }],
      bounds: [],
    },
    { control: { preset: "calm" } },
  );
  await writeFile(file("log.jsonl"), lines.join(""));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function file(name: string): string {
  return join(folder, name);
}

async function run(...argv: readonly string[]) {
  const { code, stdout, stderr } = await commandLine(["replay", ...argv]);
  return { code, stdout, stderr: stderr.replaceAll(`${folder}/`, "") };
}

describe("sluice replay", () => {
  it("takes the options that the log names, and then decides the same", async () => {
    const { code, stdout, stderr } = await run(file("log.jsonl"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("every decision is the same");
    expect(stdout).toMatch(/^model {2}[\d,]+ sends, \d\.\d\d % refused$/m);
  });

  it("says where other options part from them, in 80 columns", async () => {
    const { code, stdout } = await run(file("log.jsonl"), "--preset", "agile");
    expect(code).toBe(0);
    expect(stdout.replaceAll("\n", " ")).toMatch(/they part at \d+s: recorded .+, replayed .+/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("writes the guessed server as a scenario that simulate runs", async () => {
    const { code, stderr } = await run(file("log.jsonl"), "--scenario", file("guess.json"));
    expect(code).toBe(0);
    expect(stderr).toContain("the scenario is guess.json");
    const simulated = await commandLine(["simulate", file("guess.json"), "--seeds", "1", "--threads", "1"]);
    expect(simulated.code).toBe(0);
    expect(simulated.stdout).toContain("recorded");
  });

  it("asks what if, beside what was recorded", async () => {
    const words = [file("log.jsonl"), "--law", "aimd", "--what-if", "--seeds", "1", "--threads", "1"];
    const { code, stdout } = await run(...words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +goodput +refused +429s +503s +p50 wait +p99 wait$/m);
    const goodput = (name: string): number => Number(new RegExp(`^${name} +(\\S+)`, "m").exec(stdout)?.[1]);
    for (const name of ["recorded", "sluice", "sluice-calm", "sluice-agile", "your-options"]) {
      expect(goodput(name)).toBeGreaterThan(0.5);
    }
    expect(Math.abs(goodput("recorded") - goodput("sluice-calm"))).toBeLessThan(0.05);
  });

  it("tells programs everything", async () => {
    const { code, stdout } = await run(file("log.jsonl"), "--json", "--options", await optionsFile());
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    expect(told.options).toEqual({ control: { multiplicativeDecrease: 0.5 } });
    expect(told.keys[0]).toMatchObject({ key: "model", divergence: { atMs: expect.any(Number) } });
    expect(told.replayed.rates.model.length).toBeGreaterThan(50);
  });

  it("draws a page", async () => {
    const { code, stderr } = await run(file("log.jsonl"), "--preset", "agile", "--report", file("page.html"));
    expect(code).toBe(0);
    expect(stderr).toBe("the page is page.html\n");
    const page = await readFile(file("page.html"), "utf8");
    expect(page).toContain("recorded");
    expect(page).toContain("replayed, open loop");
  });

  it("leaves a torn last line out, and says so", async () => {
    await writeFile(file("torn.jsonl"), `${lines.join("")}{"type":"sent","at`);
    const { code, stderr } = await run(file("torn.jsonl"));
    expect(code).toBe(0);
    expect(stderr).toBe(`torn.jsonl:${lines.length + 1}: is torn, and left out\n`);
  });

  it.each<[string, () => readonly string[] | Promise<readonly string[]>, RegExp]>([
    ["no log", () => [], /which log\?/],
    ["two logs", () => ["a.jsonl", "b.jsonl"], /what is 'b.jsonl'\?/],
    ["one that isn't there", () => [file("none.jsonl")], /cannot read the log none.jsonl: ENOENT/],
    ["a folder", () => [folder], /cannot read the log .*EISDIR/],
    ["an empty one", () => written("empty.jsonl", ""), /empty.jsonl is empty/],
    ["a text", () => written("text.jsonl", "Dear diary,\n"), /text.jsonl:1: is not the first line of a log/],
    ["a head and nothing else", () => written("head.jsonl", lines[0] ?? ""), /head.jsonl has no send in it/],
    [
      "another version",
      () => written("old.jsonl", (lines[0] ?? "").replace('"version":1', '"version":7')),
      /old.jsonl:1: is of version 7/,
    ],
    [
      "options in it that can't be",
      () => written("bad.jsonl", lines.join("").replace('"calm"', '"wild"')),
      /bad.jsonl:1: control.preset must be/,
    ],
    ["an unknown preset", () => [file("log.jsonl"), "--preset", "wild"], /--preset must be one of/],
    ["a scenario that is no JSON", () => [file("log.jsonl"), "--scenario", "a.mjs"], /its name must end in .json/],
    [
      "too little to guess from",
      () => written("few.jsonl", lines.slice(0, 12).join(""), "--what-if"),
      /few.jsonl: the log has/,
    ],
  ])("is wrong usage with %s", async (_, argv, message) => {
    const { code, stdout, stderr } = await run(...(await argv()));
    expect({ code, stdout: stdout.slice(0, 100) }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});

async function written(name: string, content: string, ...more: readonly string[]): Promise<readonly string[]> {
  await writeFile(file(name), content);
  return [file(name), ...more];
}

async function optionsFile(): Promise<string> {
  await writeFile(file("options.json"), '{"control": {"multiplicativeDecrease": 0.5}}');
  return file("options.json");
}
