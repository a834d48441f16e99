import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../tidy/sources.js";

const run = promisify(execFile);

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** What both users do with the package: the loop closed once, against a fetch that answers at once. */
const USE = `
const sluice = createSluice({ fetch: async () => new Response('{"ok":true}', { status: 200 }) });
const response = await sluice.fetch("http://localhost/v1/models");
const { ok } = await response.json();
const { outcome } = readSignal({ status: 429, headers: { "retry-after": "2" } });
await sluice.close();
console.log(ok, outcome, typeof simulations.startServer);
`;

/** Packs what `npm run build` left in dist/, and installs it into an empty project. */
describe("the packed tarball", { timeout: 180_000 }, () => {
  let home = "";
  let packed: Packed = { filename: "", unpackedSize: 0, files: [] };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "sluice-package-"));
    const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", home];
    const { stdout } = await run("npm", pack, { cwd: ROOT });
    [packed = packed] = JSON.parse(stdout) as readonly Packed[];
    await writeFile(join(home, "package.json"), '{ "name": "user", "private": true }');
    await run("npm", ["install", "--no-audit", "--no-fund", "--omit=dev", `./${packed.filename}`], { cwd: home });
  }, 180_000);

  afterAll(() => rm(home, { recursive: true, force: true }));

  it("holds the code, its types and its papers, and nothing else", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "package.json",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "dist/src/index.js",
        "dist/src/index.d.ts",
        "dist/src/cli/main.js",
        "dist/simulations/index.js",
        "dist/pages/report.js",
        "dist/pages/server.js",
        "dist/playground/index.html",
      ]),
    );
    expect(
      paths.filter(
        (path) =>
          !/^(dist\/(src|simulations)\/.+\.(js|d\.ts)|dist\/pages\/[a-z_]+\.js|dist\/playground\/index\.html|[A-Z]+(\.md)?|package\.json)$/.test(
            path,
          ),
      ),
    ).toEqual([]);
    // What runs in browsers is in those pages.
    expect(paths.filter((path) => path.includes("/browser/"))).toEqual([]);
    expect(packed.unpackedSize).toBeLessThan(4_000_000);
  });

  it("installs little: no more than two dozen packages of others", async () => {
    const { stdout } = await run("npm", ["ls", "--all", "--parseable"], { cwd: home });
    expect(stdout.trim().split("\n").length - 2).toBeLessThanOrEqual(24);
  });

  it("works from an ES module", async () => {
    const source = `import { createSluice, readSignal } from "sluice";\nimport * as simulations from "sluice/simulations";\n${USE}`;
    await writeFile(join(home, "user.mjs"), source);
    const { stdout } = await run(process.execPath, ["user.mjs"], { cwd: home });
    expect(stdout).toBe("true throttled function\n");
  });

  it("works from require()", async () => {
    const source = `const { createSluice, readSignal } = require("sluice");\nconst simulations = require("sluice/simulations");\n(async () => {${USE}})();`;
    await writeFile(join(home, "user.cjs"), source);
    const { stdout } = await run(process.execPath, ["user.cjs"], { cwd: home });
    expect(stdout).toBe("true throttled function\n");
  });

  it("has types that an older library and the web alone can check, down to its own declarations", async () => {
    const lines = [
      'import { createSluice, type Sluice } from "sluice";',
      'import { sluiceMiddleware } from "sluice/anthropic";',
      'import { packEmbeddings } from "sluice/together";',
      "const sluice: Sluice = createSluice();",
      "export const ended: PromiseLike<void> = sluice[Symbol.asyncDispose]();",
      "export const doors = [sluice.fetch, sluiceMiddleware, packEmbeddings];",
      "// @ts-expect-error Its types are found: it isn't just anything.",
      "sluice.unknown;",
    ];
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
      ...{ target: "es2022", module: "nodenext", lib: ["es2022", "dom"], types: [] },
    };
    await writeFile(join(home, "typed.mts"), lines.join("\n"));
    await writeFile(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.mts"] }));
    const compiling = run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", home]);
    expect(await compiling.catch(({ stdout }) => ({ stdout }))).toMatchObject({ stdout: "" });
  });

  it("has a door for OpenTelemetry, which says what it needs where that isn't installed", async () => {
    const source = `import("sluice/otel").catch(({ code, message }) => console.log(code, message));`;
    await writeFile(join(home, "telemetry.mjs"), source);
    const { stdout } = await run(process.execPath, ["telemetry.mjs"], { cwd: home });
    expect(stdout).toMatch(/^ERR_MODULE_NOT_FOUND .*'@opentelemetry\/api'/);
  });

  it("brings the command", async () => {
    expect(await readdir(join(home, "node_modules", ".bin"))).toContain("sluice");
    const { stdout } = await run("npx", ["--no-install", "sluice", "--help"], { cwd: home });
    expect(stdout).toContain("run");
    expect(stdout).toContain("serve");
  });
});
