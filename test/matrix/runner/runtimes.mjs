import { existsSync } from "node:fs";
import { join } from "node:path";
import { MATRIX } from "./paths.mjs";

/**
 * The runtimes that cells may ask for, each as the command that begins its command line; undefined where this machine
 * has none. `node` is the one that runs the matrix; the others come from npm, but for the browser, which is the system's.
 *
 * @returns {Readonly<Record<string, readonly string[] | undefined>>}
 */
export function runtimes() {
  const { platform, arch } = process;
  const bun = { x64: "linux-x64-baseline", arm64: "linux-aarch64" }[arch];
  return {
    node: [process.execPath],
    // The oldest that package.json takes.
    "node20.19": fromNpm(`node20-${platform}-${arch}/bin/node`),
    node22: fromNpm(`node22-${platform}-${arch}/bin/node`),
    node24: fromNpm(`node24-${platform}-${arch}/bin/node`),
    node26: fromNpm(`node26-${platform}-${arch}/bin/node`),
    bun: fromNpm(`@oven/bun-${bun}/bin/bun`),
    deno: fromNpm(`@deno/${platform}-${arch}-glibc/deno`),
    workerd: fromNpm(`@cloudflare/workerd-${platform}-${arch === "x64" ? "64" : arch}/bin/workerd`),
    chromium: firstOf(["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]),
  };
}

function fromNpm(path) {
  return firstOf([join(MATRIX, "node_modules", path)]);
}

function firstOf(paths) {
  const found = paths.find((path) => existsSync(path));
  return found === undefined ? undefined : [found];
}
