import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Comparison } from "../../simulations/index.js";
import { someScenario } from "../simulations/run/some-scenarios.js";
import { commandLine } from "./command-line.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-compare-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const { code, stdout, stderr } = await commandLine(["compare", ...argv, "--threads", "1"]);
  return { code, stdout, stderr: stderr.replaceAll(`${folder}/`, ""), json: () => JSON.parse(stdout) as Comparison };
}

async function scenarioFile(name: string, changes: Parameters<typeof someScenario>[0] = {}): Promise<string> {
  const path = join(folder, `${name}.json`);
  await writeFile(path, JSON.stringify(someScenario({ name, ...changes })));
  return path;
}

const FEW = ["--seeds", "1", "--rival", "retry-only", "--rival", "bottleneck"];

describe("sluice compare", () => {
  it("shows who stands where, what was reached and what was wanted, and exits 0 where all is well", async () => {
    const path = await scenarioFile("plain", {
      bounds: [
        { metric: "goodput", atLeast: 0.1 },
        { metric: "refused", atMost: 0.9, of: "sluice-calm", over: "worst" },
      ],
    });
    const { code, stdout } = await run(path, ...FEW);
    expect(stdout).toMatch(
      /^plain {2}A server lets in five requests a second\.\ncontestant +goodput +refused +p99 wait\n/,
    );
    expect(stdout).toMatch(/\nsluice +\d\.\d{3} +[\d.]+ % +[\d.]+ m?s/);
    expect(stdout).toMatch(/\nclairvoyant +1\.000 +0\.00 %/);
    expect(stdout).toMatch(/\nbottleneck +.+told the limit\n/);
    expect(stdout).toMatch(/\nretry-only +.+written anew from its source\n/);
    expect(stdout).toMatch(
      /\nplain +sluice +goodput +\d\.\d{3} +≥ 0\.1\n +sluice-calm +refused +[\d.]+ % +≤ 90 % +worst seed\n/,
    );
    expect(stdout).toContain("1 scenario, seed 1, rivals seed 1: 2 bounds held\n");
    expect(stdout).toContain("no rival that wasn't told the limit is ahead on both axes\n");
    expect(code).toBe(0);
  });

  it("shows a bound that is missed, and exits 1", async () => {
    const path = await scenarioFile("missed", { bounds: [{ metric: "refused", atMost: 0.0001 }] });
    const { code, stdout } = await run(path, ...FEW);
    expect(stdout).toMatch(/\nmissed +sluice +refused +[\d.]+ % +≤ 0\.01 %\n/);
    expect([code, stdout.includes("0 bounds held, 1 missed")]).toEqual([1, true]);
  });

  it("sums up several scenarios, and leaves their tables out where they are many", async () => {
    const paths = await Promise.all(["a", "b", "c", "d", "e", "f", "g"].map((name) => scenarioFile(name)));
    const few = ["--seeds", "1", "--rival", "retry-only"];
    const { stdout } = await run(...paths, ...few);
    expect(stdout).toMatch(/^Over all scenarios\ncontestant +scenarios +goodput +worst +refused +worst +ahead\n/);
    expect(stdout).toMatch(/\nretry-only +7 /);
    const detailed = await run(...paths.slice(0, 2), ...few, "--detail");
    expect(detailed.stdout).toMatch(/^a {2}A server/);
  });

  it("prints everything as one JSON object", async () => {
    const { json, code } = await run(await scenarioFile("json"), ...FEW, "--json");
    const result = json();
    expect(result.standings.map(({ contestant }) => contestant)).toEqual([
      ...["sluice", "sluice-calm", "sluice-agile", "sluice-aimd", "clairvoyant"],
      ...["retry-only", "bottleneck"],
    ]);
    expect([result.isComplete, result.absent, code]).toEqual([true, [], 0]);
  });

  it("runs without rivals", async () => {
    const { stdout } = await run(await scenarioFile("alone"), "--seeds", "2", "--rival-seeds", "0");
    expect(stdout).toContain("1 scenario, seeds 1 to 2, no rivals:");
  });

  it("writes a page", async () => {
    const page = join(folder, "deep", "board.html");
    const { stderr } = await run(await scenarioFile("drawn"), ...FEW, "--report", page);
    expect(stderr).toContain("the page is deep/board.html\n");
    expect(await readFile(page, "utf8")).toContain("<title>Leaderboard – sluice</title>");
  });

  it("lists its rivals", async () => {
    const { stdout, code } = await run("--list");
    expect([stdout.split("\n").includes("aws-adaptive"), code]).toEqual([true, 0]);
  });

  it.each([
    [["--rival", "bottlenek"], "--rival: no rival is called 'bottlenek'; did you mean 'bottleneck'?"],
    [["--rival-seeds", "1.5"], "--rival-seeds must be an integer from 0"],
    [["--report", "page.txt"], "--report writes a page; its name must end in .html"],
    [["no-such-scenario"], "no-such-scenario"],
    [["--loud"], "--loud"],
  ])("says what is wrong with %j", async (argv, message) => {
    const { code, stderr } = await run(...argv);
    expect([code, stderr.includes(message)]).toEqual([2, true]);
  });
});
