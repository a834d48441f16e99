import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCENARIOS, type Scenario, type Simulation } from "../../simulations/index.js";
import { someScenario } from "../simulations/run/some-scenarios.js";
import { commandLine } from "./command-line.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-simulate-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  return runUntil(new AbortController().signal, ...argv);
}

async function runUntil(interrupt: AbortSignal, ...argv: string[]) {
  const { code, stdout, stderr } = await commandLine(["simulate", ...argv], interrupt);
  return { code, stdout, stderr: stderr.replaceAll(`${folder}/`, ""), json: () => JSON.parse(stdout) as Simulation };
}

async function write(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  return path;
}

const HELD = { metric: "refused", atMost: 0.9 } as const;
const MISSED = { metric: "refused", atMost: 0.001, because: "nobody can" } as const;

function scenarioFile(name: string, changes: Partial<Scenario> = {}): Promise<string> {
  return write(name, someScenario(changes));
}

describe("sluice simulate", () => {
  it("shows a row for each scenario and exits 0 where all bounds hold", async () => {
    const { code, stdout } = await run(await scenarioFile("held.json", { bounds: [HELD] }), "--seeds", "2");
    expect(stdout).toMatch(
      /^scenario +goodput +refused +p99 wait +bounds\nsome +\d\.\d{3} +[\d.]+ % +[\d.]+ m?s +1 held\n/,
    );
    expect(stdout).toContain("1 scenario, seeds 1 to 2: 1 bound held\n");
    expect(code).toBe(0);
  });

  it("tells once what a scenario's own code does wrong, and exits 2", async () => {
    const text = `const turnstile = () => ({});
      export default { ...${JSON.stringify(someScenario())}, server: { limit: turnstile } };`;
    const { code, stdout } = await run(await write("turnstile.mjs", text), "--seeds", "2", "--preset", "calm");
    expect(code).toBe(2);
    expect(stdout.match(/some: the limit 'turnstile' has no method 'admit'/g)).toHaveLength(1);
  });

  it("shows each bound that is missed, with what it came to and the command that repeats it, and exits 1", async () => {
    const path = await scenarioFile("missed.json", { bounds: [HELD, MISSED] });
    const { code, stdout } = await run(path, "--seeds", "2", "--preset", "calm");
    expect(code).toBe(1);
    expect(stdout).toMatch(/some .+ refused [\d.]+ % > 0\.1 %\n/);
    expect(stdout).toContain("1 bound held, 1 missed");
    const [, seed] =
      /some: refused of sluice must be at most 0\.1 %\n +mean [\d.]+ %, worst [\d.]+ % with seed (\d)\n +nobody can\n/.exec(
        stdout,
      ) ?? [];
    expect(stdout).toContain(
      `sluice simulate ${path}#some --preset calm --seeds-from ${seed} --seeds 1 --report sluice-report.html\n`,
    );
  });

  it("repeats by that command exactly what it showed", async () => {
    const path = await scenarioFile("again.json", { bounds: [MISSED] });
    const all = (await run(path, "--seeds", "3", "--json")).json();
    const worst = all.judgements[0]?.worstSeed ?? 0;
    const one = (await run(`${path}#some`, "--seeds-from", String(worst), "--seeds", "1", "--json")).json();
    expect(one.runs).toEqual(all.runs.filter(({ seed }) => seed === worst));
    expect(one.runs).toHaveLength(1);
  });

  it("speaks JSON where a program listens: every metric of every run, and every bound", async () => {
    const { code, stdout, json } = await run(
      await scenarioFile("json.json", { bounds: [MISSED] }),
      "--seeds",
      "2",
      "--json",
    );
    expect(code).toBe(1);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    const { runs, judgements, failures, isComplete } = json();
    expect(runs.map(({ scenario, contestant, seed }) => [scenario, contestant, seed])).toEqual([
      ["some", "sluice", 1],
      ["some", "sluice", 2],
    ]);
    expect(runs[0]?.metrics).toMatchObject({ goodput: expect.any(Number), attempts: expect.any(Number) });
    expect(judgements[0]).toMatchObject({ bound: MISSED, holds: false, values: [{ seed: 1 }, { seed: 2 }] });
    expect([failures, isComplete]).toEqual([[], true]);
  });

  it("runs whom it is told to, in a column of their own", async () => {
    const path = await scenarioFile("who.json", { bounds: [HELD] });
    const { code, stdout } = await run(
      path,
      "--seeds",
      "1",
      "--contestant",
      "sluice-aimd",
      "--contestant",
      "clairvoyant",
    );
    expect(stdout).toMatch(/^scenario +contestant /);
    expect(stdout).toMatch(/\nsome +sluice-aimd .+none\nsome +clairvoyant +1\.000 .+none\n/);
    expect(stdout).toContain("no bounds to hold");
    expect(code).toBe(0);
  });

  it("takes options of one's own from a file, and holds them to the bounds of sluice", async () => {
    const path = await scenarioFile("own.json", { bounds: [{ metric: "attempts", atMost: 20 }] });
    const options = await write("options.json", { control: { rateMax: 1 } });
    expect((await run(path, "--seeds", "1")).code).toBe(1);
    expect((await run(path, "--seeds", "1", "--options", options)).code).toBe(0);
    const { stdout } = await run(
      path,
      "--seeds",
      "1",
      "--options",
      options,
      "--law",
      "aimd",
      "--contestant",
      "sluice-calm",
    );
    expect(stdout).toMatch(/\nsome +sluice .+1 held\nsome +sluice-calm .+none\n/);
  });

  it("writes a page of the first seed with everyone who ran", async () => {
    const page = join(folder, "deep", "page.html");
    const path = await scenarioFile("page.json", { bounds: [HELD, { ...HELD, of: "sluice-calm" }] });
    const { code, stderr } = await run(path, "--seeds", "2", "--report", page);
    expect(code).toBe(0);
    expect(stderr).toContain("the page is deep/page.html");
    const html = await readFile(page, "utf8");
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain("sluice-calm");
  });

  it("ends at Ctrl-C with what is done by then", async () => {
    const stop = new AbortController();
    stop.abort();
    const { code, stderr, json } = await runUntil(stop.signal, await scenarioFile("stop.json"), "--json");
    expect(code).toBe(130);
    expect(stderr).toContain("interrupted");
    expect(json()).toMatchObject({ runs: [], isComplete: false });
  });

  it("lists the built-in scenarios", async () => {
    const { code, stdout } = await run("--list");
    expect(code).toBe(0);
    for (const { name } of SCENARIOS) expect(stdout).toContain(`${name}\n  `);
    const { stdout: json } = await run("--list", "--json");
    expect(JSON.parse(json).map(({ name }: Scenario) => name)).toEqual(SCENARIOS.map(({ name }) => name));
  });

  it("refuses what it can't understand, and names it", async () => {
    const fine = await scenarioFile("fine.json");
    const broken = await write("broken.json", "{]");
    const wrongOptions = await write("wrong-options.json", { control: { epochMs: 0 } });
    for (const [argv, message] of [
      [["no-such-scenario"], "unknown scenario 'no-such-scenario'"],
      [["absent.json"], "absent.json: cannot be read: ENOENT"],
      [[broken], "broken.json:1:2: expected a name in double quotes"],
      [[`${fine}#sum`], "unknown scenario 'sum' in fine.json"],
      [[fine, "--seed", "3"], "'--seed'"],
      [[fine, "--seeds", "0"], "--seeds must be an integer from 1 to 100000, got '0'"],
      [[fine, "--seeds-from", "x"], "--seeds-from must be an integer"],
      [[fine, "--threads", "0"], "--threads must be an integer from 1 to 256, got '0'"],
      [[fine, "--contestant", "sluise"], "--contestant: unknown contestant 'sluise'; did you mean 'sluice'?"],
      [[fine, "--preset", "clam"], "--preset must be one of calm, balanced, agile, got 'clam'; did you mean 'calm'?"],
      [[fine, "--law", "newton"], "--law must be one of plateau, aimd, got 'newton'"],
      [[fine, "--options", broken], "broken.json:1:2: expected a name"],
      [[fine, "--options", join(folder, "none.json")], "cannot read the options file none.json"],
      [[fine, "--options", wrongOptions], "wrong-options.json: control.epochMs must be above 0, got 0"],
      [[fine, "--report", "page.pdf"], "--report writes a page; its name must end in .html, got 'page.pdf'"],
    ] as const) {
      const { code, stdout, stderr } = await run(...argv);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(message);
      expect(stderr).toMatch(/'sluice simulate --help' shows what there is\.\n$/);
    }
  });

  it("shows all that is wrong with a file, each with its line", async () => {
    const path = await write("several.json", { ...someScenario(), durationMs: -1, bounds: [{ metric: "godput" }] });
    const { code, stderr } = await run(path);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^several\.json:4:3: durationMs must be .+\nseveral\.json:\d+:7: bounds\[0\]\.metric unknown metric 'godput'; did you mean 'goodput'\?\nsluice simulate: 2 things are wrong/,
    );
  });
});
