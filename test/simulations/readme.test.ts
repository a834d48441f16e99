import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadScenarioFile, METRICS, type Scenario, simulate } from "../../simulations/index.js";
import type { LimitSpec } from "../../simulations/server/spec.js";
import { COMMANDS } from "../../src/cli/commands.js";
import { readCompareArgs } from "../../src/cli/compare/args.js";
import { readSimulateArgs } from "../../src/cli/simulate/args.js";
import { readTuneArgs } from "../../src/cli/tune/args.js";
import { createSluice, type SluiceOptions } from "../../src/index.js";
import { fromCode } from "../examples/simulations.js";

const readme = readFileSync("simulations/README.md", "utf8");
const examples = readFileSync("test/examples/simulations.ts", "utf8");

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, code = ""]) => code);
const scenarioBlocks = [
  ...blocks("js").map((code) => ["mjs", code] as const),
  ...blocks("json").flatMap((code) => (code.includes('"bounds"') ? [["json", code] as const] : [])),
];
const optionBlocks = blocks("json").filter((code) => !code.includes('"bounds"'));
const commands = blocks("sh").flatMap((code) => code.trim().split("\n"));

describe("the guide to simulations", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-guide-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const inFolder = (name: string): string => join(folder, name);

  async function scenariosOf(kind: string, code: string): Promise<readonly Scenario[]> {
    const name = code.match(/"?name"?: "([a-z-]+)"/)?.[1] ?? "unnamed";
    writeFileSync(inFolder(`${name}.${kind}`), code);
    return loadScenarioFile(inFolder(`${name}.${kind}`));
  }

  it("shows scenarios in every form", () => {
    expect(scenarioBlocks.map(([kind]) => kind)).toEqual(["mjs", "mjs", "json"]);
  });

  it.each(scenarioBlocks)("has a scenario (%s) that loads, runs, and keeps its bounds", async (kind, code) => {
    const scenarios = await scenariosOf(kind, code);
    const { judgements, failures } = await simulate({ scenarios, seeds: [1], threads: 1 });
    expect(failures).toEqual([]);
    expect(judgements.length).toBeGreaterThan(0);
    expect(judgements.filter(({ holds }) => !holds)).toEqual([]);
  });

  it("has options that createSluice takes", () => {
    expect(optionBlocks).toHaveLength(1);
    for (const code of optionBlocks) expect(() => createSluice(JSON.parse(code) as SluiceOptions)).not.toThrow();
  });

  it.each(commands.filter((line) => line.startsWith("sluice ")))(
    "has a command that is understood: %s",
    async (line) => {
      const [mjs, code = ""] = scenarioBlocks[0] ?? [];
      await scenariosOf(mjs ?? "", code);
      writeFileSync(inFolder("options.json"), optionBlocks[0] ?? "");
      const [, command = "", ...words] = line.split(" ");
      expect(Object.keys(COMMANDS)).toContain(command);
      const argv = words.map((word) => (/^[a-z-]+\.(mjs|json)$/.test(word) ? inFolder(word) : word));
      const stderr = { write: (text: string) => expect.unreachable(text) };
      const read = { compare: readCompareArgs, simulate: readSimulateArgs, tune: readTuneArgs }[command];
      if (read === undefined) throw new Error(`nobody reads the words of ${command}`);
      const { scenarios } = await read(argv, stderr);
      expect(scenarios.map(({ scenario }) => scenario.name)).toEqual(meantBy(words[0] ?? ""));
    },
  );

  it("has no command of another program but the browser's", () => {
    expect(commands.filter((line) => !line.startsWith("sluice ")).map((line) => line.split(" ")[0])).toEqual([
      "chromium",
    ]);
  });

  it("has the TypeScript that was compiled, which does what it says", async () => {
    const [, region = ""] = examples.match(/#region from code\n([\s\S]*?)^ *\/\/ #endregion/m) ?? [];
    expect(blocks("ts")).toHaveLength(1);
    expect(blocks("ts")[0]).toContain(region.replaceAll(/^ {2}/gm, "").trimEnd());
    const [first] = await scenariosOf("mjs", scenarioBlocks[0]?.[1] ?? "");
    if (first === undefined) throw new Error("no scenario");
    const { isWell, page } = await fromCode(first);
    expect(isWell).toBe(true);
    expect(page).toContain("✓ 4 bounds held");
  });

  it("explains every metric in the words of the tables, and every kind of limit", () => {
    for (const [name, { meaning }] of Object.entries(METRICS)) expect(readme).toContain(`| \`${name}\` | ${meaning}`);
    // A kind that is added to the type and not here doesn't compile.
    const kinds: Record<LimitSpec["kind"], true> = {
      policer: true,
      gcra: true,
      window: true,
      sliding: true,
      together: true,
      fireworks: true,
      acceleration: true,
      concurrency: true,
      silent: true,
    };
    const [table = ""] = readme.match(/\| `limit\.kind`[\s\S]*?\n\n/) ?? [];
    expect([...table.matchAll(/`([a-z]+)`/g)].map(([, kind]) => kind).sort()).toEqual(Object.keys(kinds).sort());
  });

  it("links only to what is there", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, file = ""]) => file);
    expect(links.filter((file) => !existsSync(join("simulations", file)))).toEqual([]);
    expect(links).toContain("lunch-rush.png");
  });
});

/** The scenarios that the guide's own words mean: drawn ones by number, a built-in one, or the guide's. */
function meantBy(word: string): readonly string[] {
  const [, kind, from, until] = /^(plant|swarm)-(\d+)\.\.(\d+)$/.exec(word) ?? [];
  if (kind === undefined) return [/^s\d+-/.test(word) ? word : "lunch-rush"];
  return Array.from({ length: Number(until) - Number(from) + 1 }, (_, index) => `${kind}-${Number(from) + index}`);
}
