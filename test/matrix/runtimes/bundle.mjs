import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { MATRIX } from "../runner/paths.mjs";

/** Bundles an entry for where there is only the web platform: whatever of Node it imported would fail here. */
export async function bundle(contents, { minify = false } = {}) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${MATRIX}/runtimes` },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify,
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

/** What the core costs a page, in bytes. */
export async function coreSize() {
  const text = await bundle('export { createSluice } from "sluice";', { minify: true });
  return { minified: text.length, gzipped: gzipSync(text, { level: 9 }).length };
}
