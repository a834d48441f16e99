import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { diceRolls, powers, RXJS_TIME, timeReads } from "./tidy/doors.js";
import { floorOf, importCircle, importGraph, layerBreaches } from "./tidy/layers.js";
import { parseSource, ROOT, readSources, type Source } from "./tidy/sources.js";

const sources = [...readSources("src"), ...readSources("simulations")];
const tests = readSources("test").filter(({ path }) => !path.startsWith("test/matrix/"));
const core = sources.filter(({ path }) => !path.startsWith("src/cli/"));

/** Files for which a reader gives a list, with that list: so that a failure shows where to look. */
function offenders(files: readonly Source[], read: (source: Source) => readonly string[]): Record<string, unknown> {
  return Object.fromEntries(files.map((source) => [source.path, read(source)]).filter(([, found]) => found?.length));
}

describe("the house", () => {
  it("has its sources where this test looks for them", () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.map(({ path }) => path)).toContain("src/clock.ts");
  });

  it("keeps its layers: nothing imports what stands above it", () => {
    expect(layerBreaches(sources)).toEqual([]);
  });

  it("imports in no circle", () => {
    expect(importCircle(sources)).toEqual([]);
  });

  it("imports only files that exist", () => {
    expect(
      offenders([...sources, ...tests], ({ imports }) =>
        imports.flatMap(({ file }) => (file === undefined || existsSync(join(ROOT, file)) ? [] : [file])),
      ),
    ).toEqual({});
  });

  it("knows providers in the catalog alone: no table imports another", () => {
    const tables = new Set(
      sources
        .filter(({ path, text }) => floorOf(path) === "dialect" && /^export const \w+: Dialect\b/m.test(text))
        .map(({ path }) => path),
    );
    expect(
      offenders(
        sources.filter(({ path }) => tables.has(path)),
        ({ imports }) => imports.flatMap(({ file }) => (file !== undefined && tables.has(file) ? [file] : [])),
      ),
    ).toEqual({});
  });

  it("reads time in clock.ts alone", () => {
    // What runs in a page is a program of its own, in a browser, and waits there between two looks.
    const here = core.filter(({ path }) => !path.includes("/browser/"));
    expect(offenders(here, (source) => (source.path === "src/clock.ts" ? [] : timeReads(source)))).toEqual({});
  });

  it("rolls dice in random.ts alone", () => {
    expect(offenders(core, (source) => (source.path === "src/random.ts" ? [] : diceRolls(source)))).toEqual({});
  });

  it("raises to powers in power.ts alone, so that equal seeds give equal runs on every engine", () => {
    // Rivals compute as they are published.
    const isOurs = ({ path }: Source) =>
      !path.startsWith("src/cli/") && !path.startsWith("simulations/contestants/rivals/");
    expect(offenders(sources.filter(isOurs), powers)).toEqual({});
  });

  it("runs rxjs in flow/ alone, and none of its clocks", () => {
    const rxjs = ({ imports }: Source) =>
      imports.filter(({ specifier, isType }) => !isType && /^rxjs(\/|$)/.test(specifier));
    expect(
      offenders(
        // A simulated client is a user, who hands observables to the public door.
        sources.filter(({ path }) => floorOf(path) !== "flow" && path !== "simulations/contestants/sluice.ts"),
        (source) => rxjs(source).map(({ specifier }) => specifier),
      ),
    ).toEqual({});
    expect(
      offenders(sources, (source) => rxjs(source).flatMap(({ names }) => names.filter((name) => RXJS_TIME.has(name)))),
    ).toEqual({});
  });

  it("loads nothing of Node and no undici with the core", () => {
    const graph = importGraph(sources, "src/index.ts");
    const builtin = new Set(builtinModules);
    const isOfNode = (name: string) => name.startsWith("node:") || builtin.has(name) || /^undici/.test(name);
    expect([...graph].filter(isOfNode)).toEqual([]);
    for (const door of ["src/adapter/anthropic.ts", "src/adapter/together.ts", "src/adapter/undici.ts"]) {
      expect([...importGraph(sources, door)].filter(isOfNode)).toEqual([]);
    }
    // The graph is a real one: it reached the far end of the house.
    expect([...graph]).toEqual(expect.arrayContaining(["src/sluice.ts", "src/clock.ts", "rxjs"]));
  });

  it("imports undici in cli/ alone", () => {
    expect(
      offenders(core, ({ imports }) =>
        imports
          .filter(({ specifier, isType }) => !isType && specifier.startsWith("undici"))
          .map(({ specifier }) => specifier),
      ),
    ).toEqual({});
  });

  it("loads OpenTelemetry behind its own door alone", () => {
    const isTelemetry = (specifier: string) => specifier.startsWith("@opentelemetry/");
    expect(
      offenders(
        sources.filter(({ path }) => !path.startsWith("src/adapter/otel")),
        ({ imports }) => imports.map(({ specifier }) => specifier).filter(isTelemetry),
      ),
    ).toEqual({});
    const doors = ["src/index.ts", "src/cli/main.ts", "simulations/index.ts"];
    expect(doors.flatMap((door) => [...importGraph(sources, door)].filter(isTelemetry))).toEqual([]);
    expect([...importGraph(sources, "src/adapter/otel.ts")].filter(isTelemetry)).toEqual(["@opentelemetry/api"]);
  });

  it("imports only packages that package.json promises", () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<string, object>;
    const promised = Object.keys({ ...manifest["dependencies"], ...manifest["peerDependencies"] });
    const packageOf = (specifier: string) => specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? specifier;
    expect(
      offenders(sources, ({ imports }) =>
        imports
          .filter(({ file, specifier }) => file === undefined && !specifier.startsWith("node:"))
          .map(({ specifier }) => specifier)
          .filter((specifier) => !promised.includes(packageOf(specifier))),
      ),
    ).toEqual({});
  });

  it("names its files in lower case with hyphens, and keeps tests out of the sources", () => {
    const all = [...sources, ...tests];
    expect(
      all.map(({ path }) => path).filter((path) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.ts$/.test(basename(path))),
    ).toEqual([]);
    expect(sources.filter(({ path }) => path.endsWith(".test.ts"))).toEqual([]);
  });

  it("promises nothing for later", () => {
    // Written apart, so that this line isn't one of them.
    const words = ["TO-DO", "FIX-ME"].map((word) => word.replace("-", ""));
    const promise = new RegExp(`\\b(${words.join("|")})\\b`);
    expect(
      offenders([...sources, ...tests], ({ text }) => text.split("\n").filter((line) => promise.test(line))),
    ).toEqual({});
  });

  it("tells newcomers its two commands", () => {
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    expect(readme).toContain("npm ci && npm start");
    expect(readme).toContain("npm ci && npm test");
  });

  it("says who may use it and what has changed", () => {
    expect(readFileSync(join(ROOT, "LICENSE"), "utf8")).toMatch(/^MIT License\n/);
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8")).toContain(`## ${version}`);
  });

  it("keeps its top floor bare: folders that the house knows, and no stray files", () => {
    const known =
      /^(\..+|bench|docs|examples|package(-lock)?\.json|tsconfig\.json|(biome|vite|vitest).+|src|test|simulations|dist|node_modules|README\.md|LICENSE|CHANGELOG\.md)$/;
    expect(readdirSync(ROOT).filter((name) => !known.test(name) && !name.endsWith(".tgz"))).toEqual([]);
  });
});

describe("this test", () => {
  const pretend = (path: string, text: string) => parseSource(path, text);

  it("sees an import that climbs, and lets types pass", () => {
    expect(layerBreaches([pretend("src/pace/a.ts", 'import { x } from "../control/b.js";')])).toEqual([
      "src/pace/a.ts → src/control/b.ts",
    ]);
    expect(layerBreaches([pretend("src/pace/a.ts", 'const x = await import("../flow/b.js");')])).toHaveLength(1);
    expect(layerBreaches([pretend("src/control/a.ts", 'export * from "../dialect/b.js";')])).toHaveLength(1);
    expect(layerBreaches([pretend("src/pace/a.ts", 'import type { X } from "../control/b.js";')])).toEqual([]);
  });

  it("sees a circle, however long", () => {
    const files = [
      pretend("src/a.ts", 'import "./b.js";'),
      pretend("src/b.ts", 'export { x } from "./c.js";'),
      pretend("src/c.ts", 'import { y } from "./a.js";'),
    ];
    expect(importCircle(files)).toEqual(["src/a.ts", "src/b.ts", "src/c.ts", "src/a.ts"]);
    expect(importCircle(files.slice(1))).toEqual([]);
  });

  it("sees time and dice in any dress, and not in comments", () => {
    const sneaky = pretend(
      "src/a.ts",
      "// Date.now()\nglobalThis.setTimeout(f);\nconst t = globalThis.performance.now();\nnew Date();",
    );
    expect(timeReads(sneaky)).toEqual(["setTimeout (line 2)", "performance.now (line 3)", "new Date() (line 4)"]);
    expect(timeReads(pretend("src/a.ts", "const at = new Date(text).getTime(); const s = 'Date.now()';"))).toEqual([]);
    expect(diceRolls(pretend("src/a.ts", 'const r = Math["random"]();'))).toEqual(["Math.random (line 1)"]);
  });
});
