import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createVirtualClock } from "../../../simulations/clock.js";
import { loadScenarioFile, ScenarioFileError } from "../../../simulations/load/file.js";
import { findScenarios } from "../../../simulations/load/find.js";
import { referenceTo } from "../../../simulations/run/origin.js";
import { someScenario } from "../run/some-scenarios.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-scenarios-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | object): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  return path;
}

/** What is said of a file, without the folder's name. */
async function complaint(load: Promise<unknown>): Promise<string> {
  const error = await load.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ScenarioFileError);
  return String((error as Error).message).replaceAll(`${folder}/`, "");
}

describe("a file of scenarios", () => {
  it("is one scenario or several, as JSON or as a module", async () => {
    const one = await loadScenarioFile(await write("one.json", `\uFEFF${JSON.stringify(someScenario())}`));
    const two = await loadScenarioFile(await write("two.json", [someScenario(), someScenario({ name: "other" })]));
    const text = `export default [${JSON.stringify(someScenario())}];`;
    const module = await loadScenarioFile(await write("module.mjs", text));
    expect([one, two, module].map((list) => list.map(({ name }) => name))).toEqual([
      ["some"],
      ["some", "other"],
      ["some"],
    ]);
  });

  it("is found again by another thread: data as it is, what may have functions by its module", async () => {
    const [data] = await loadScenarioFile(await write("data.json", someScenario()));
    const [module] = await loadScenarioFile(
      await write("own.mjs", `export default ${JSON.stringify(someScenario())};`),
    );
    expect(data && referenceTo(data)).toEqual({ kind: "data", scenario: someScenario() });
    expect(module && referenceTo(module)).toEqual({ kind: "module", file: join(folder, "own.mjs"), name: "some" });
  });

  it("is given up where a module waits at its top for what never comes", async () => {
    const clock = createVirtualClock();
    const loading = complaint(loadScenarioFile(await write("never.mjs", "await new Promise(() => {});"), clock));
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    clock.run(30_000);
    expect(await loading).toBe("never.mjs: isn't loaded after 30 s; does it await something that never comes?");
    expect(clock.pending).toBe(0);
  });

  it("names the line of each wrong field in JSON", async () => {
    const scenarios = [
      someScenario(),
      someScenario({ name: "other", warmUpMs: -1, bounds: [{ metric: "godput" as "goodput", atLeast: 0.5 }] }),
    ];
    const at = (text: string) => {
      const lines = JSON.stringify(scenarios, null, 2).split("\n");
      const line = lines.findIndex((each) => each.includes(text));
      return `wrong.json:${line + 1}:${(lines[line]?.indexOf('"') ?? 0) + 1}`;
    };
    expect(await complaint(loadScenarioFile(await write("wrong.json", scenarios)))).toBe(
      [
        `${at("godput")}: [1].bounds[0].metric unknown metric 'godput'; did you mean 'goodput'?`,
        `${at('"warmUpMs": -1')}: [1].warmUpMs must be a number of milliseconds from 0 to 2592000000, got -1`,
      ].join("\n"),
    );
  });

  it("names line and column of a syntax error", async () => {
    expect(await complaint(loadScenarioFile(await write("torn.json", '{\n  "name": "a",\n  story: 1\n}')))).toBe(
      'torn.json:3:3: expected a name in double quotes, but here is "s"',
    );
    expect(
      await complaint(loadScenarioFile(await write("throws.mjs", "\n\nthrow new RangeError('no luck');"))),
    ).toMatch(/^throws\.mjs:3:\d+: RangeError: no luck$/);
  });

  it("names the line of a wrong field in a module, and of its export where code makes it", async () => {
    const scenario = JSON.stringify({ ...someScenario(), durationMs: 0 }, null, 2);
    const line = scenario.split("\n").findIndex((each) => each.includes("durationMs")) + 2;
    const written = await write("wrong.mjs", `// Mine.\nexport default ${scenario};`);
    expect(await complaint(loadScenarioFile(written))).toMatch(
      new RegExp(`^wrong\\.mjs:${line}:3: durationMs must be a number of milliseconds`),
    );
    const made = await write("made.mjs", `const make = () => (${scenario});\n\nexport default make();`);
    expect(await complaint(loadScenarioFile(made))).toMatch(/^made\.mjs:\d+:1: durationMs must be a number/);
  });

  it("names the line where a module stops being one", async () => {
    const file = await write("torn.mjs", "export default {\n  name: oops oops,\n};\n");
    expect(await complaint(loadScenarioFile(file))).toMatch(/^torn\.mjs:2:\d+: /);
  });

  it("says that a function or a promise is no scenario", async () => {
    const scenario = JSON.stringify(someScenario());
    const later = await write("later.mjs", `export default Promise.resolve(${scenario});`);
    expect(await complaint(loadScenarioFile(later))).toMatch(
      /^later\.mjs:1:1: exports a promise, not what it makes; write/,
    );
    const maker = await write("maker.mjs", `\nexport default () => (${scenario});`);
    expect(await complaint(loadScenarioFile(maker))).toMatch(/^maker\.mjs:2:1: exports a function, not what it makes/);
  });

  it("says that a file is too large, or in another encoding", async () => {
    const large = await write("large.json", " ".repeat(16_000_001));
    expect(await complaint(loadScenarioFile(large))).toBe(
      "large.json: is too large for scenarios, which take 16 MB at most",
    );
    const wide = join(folder, "wide.json");
    await writeFile(wide, Buffer.from(`\uFEFF${JSON.stringify(someScenario())}`, "utf16le"));
    expect(await complaint(loadScenarioFile(wide))).toBe("wide.json: is not UTF-8");
  });

  it("says what else may be wrong with a file", async () => {
    await mkdir(join(folder, "folder.json"));
    for (const [name, content, message] of [
      ["absent.json", undefined, "absent.json: cannot be read: ENOENT"],
      ["folder.json", undefined, "folder.json: is not a file"],
      ["scenario.yaml", "name: a", "scenario.yaml: a scenario's file is .json, .js, .mjs or .ts"],
      ["empty.json", "", "empty.json:1:1: expected a value, but here is the end of the file"],
      ["none.json", "[]", "none.json: has no scenario in it"],
      ["number.json", "5", "number.json:1:1: must be an object, got 5"],
      ["mute.mjs", "export const scenario = {};", "mute.mjs: has no default export"],
      ["thrown.mjs", "throw 'nothing';", "thrown.mjs: threw nothing"],
      ["twice.json", [someScenario(), someScenario()], ": [1].name 'some' is another one's name in this file"],
    ] as const) {
      const path = content === undefined ? join(folder, name) : await write(name, content);
      expect(await complaint(loadScenarioFile(path))).toContain(message);
    }
  });
});

describe("the search for scenarios", () => {
  it("finds them by file, by file and name, and each once", async () => {
    const file = await write("several.json", [someScenario(), someScenario({ name: "other" })]);
    const names = async (...words: string[]) => (await findScenarios(words)).map(({ scenario }) => scenario.name);
    expect(await names(file)).toEqual(["some", "other"]);
    expect(await names(`${file}#other`)).toEqual(["other"]);
    expect(await names(`${file}#other`, file)).toEqual(["other", "some"]);
    expect(await names("s16-four-clients")).toEqual(["s16-four-clients"]);
    expect(await names("s16")).toEqual(["s16-four-clients", "s16-four-clients-told"]);
    const [found] = await findScenarios([file]);
    expect(await findScenarios([found?.word ?? ""])).toMatchObject([{ scenario: { name: "some" } }]);
  });

  it("guesses what a mistyped name was to be", async () => {
    const file = await write("guess.json", [someScenario()]);
    expect(await complaint(findScenarios([`${file}#sone`]))).toBe(
      "unknown scenario 'sone' in guess.json; did you mean 'some'?",
    );
    expect(await complaint(findScenarios(["s6"]))).toBe("unknown scenario 's6'; did you mean 's06-down-and-up'?");
    expect(await complaint(findScenarios(["billing"]))).toBe("unknown scenario 'billing'; did you mean 's27-billing'?");
    expect(await complaint(findScenarios(["no-such-thing"]))).toBe("unknown scenario 'no-such-thing'");
  });

  it("refuses two scenarios of one name, since results couldn't be told apart", async () => {
    const [one, two] = [await write("first.json", someScenario()), await write("second.json", someScenario())];
    expect(await complaint(findScenarios([one, two]))).toBe(
      "second.json: 'some' is the name of another scenario too (first.json#some)",
    );
  });
});
