import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SDK_CELLS } from "../cells.mjs";
import { report, versionOf } from "../kit/report.mjs";
import { MATRIX } from "../runner/paths.mjs";
import { linesOf } from "../runner/sdks.mjs";

// node types/main.mjs TYPES: compiles the README's lines for each SDK and version, under `strict`, where these types are
// what a project has of the platform.
const [types] = process.argv.slice(2);
const KINDS = {
  "@types/node": { types: ["node"], lib: ["es2023"] },
  "DOM library": { types: [], lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"] },
  "@types/bun": { types: ["bun"], lib: ["es2023"] },
};
const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  target: "es2023",
  module: "nodenext",
  // SDKs' own declarations are theirs: with some of these types they don't compile.
  skipLibCheck: true,
};

/** Beside the SDKs, where their names lead to them. */
const home = join(MATRIX, "node_modules", ".lines", types.replaceAll(/\W/g, ""));
const GRANTED = `import type { Sluice } from "sluice";
declare const sluice: Sluice;
declare const model: string;
declare const prompt: string;
// @ts-expect-error Its types are found: it isn't just anything.
sluice.unknown;
`;
const files = SDK_CELLS.map((cell, at) => [cell, `${at}.mts`]);

mkdirSync(home, { recursive: true });
for (const [{ sdk, packages }, file] of files) writeFileSync(join(home, file), textOf(linesOf(sdk, packages)));
writeFileSync(
  join(home, "tsconfig.json"),
  JSON.stringify({ compilerOptions: { ...OPTIONS, ...KINDS[types] }, files: files.map(([, file]) => file) }),
);
const complaints = await compile();
for (const [{ sdk, packages }, file] of files) {
  const own = complaints.filter((line) => line.includes(file));
  const version = Object.values(packages).map(versionOf).join(", ");
  const check = `the README's lines compile with ${types}`;
  report({ door: sdk, version, runtime: types, check, ok: own.length === 0, detail: own.join("\n") || "compiles" });
}
const others = complaints.filter((line) => !files.some(([, file]) => line.includes(file)));
if (others.length > 0) throw new Error(others.join("\n"));

function textOf({ imports, setup, calls }) {
  const made = [...setup, ...calls].flatMap((line) => /const (\w+) =/.exec(line)?.[1] ?? []);
  return [...imports, GRANTED, ...setup, ...calls, `export { ${made.join(", ")} };`, ""].join("\n");
}

/** What the compiler complains of, a line each. */
function compile() {
  const tsc = join(MATRIX, "node_modules", "typescript", "bin", "tsc");
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, "-p", home, "--pretty", "false"], { cwd: home }, (error, stdout, stderr) => {
      const lines = stdout.split("\n").filter((line) => line.includes("error TS"));
      if (error !== null && lines.length === 0) reject(new Error(stderr || stdout || String(error)));
      else resolve(lines);
    });
  });
}
