import { existsSync } from "node:fs";
import { join } from "node:path";
import { MATRIX } from "./paths.mjs";

/**
 * The runtimes that cells may ask for, each as the command that begins its command line; undefined where this machine
 * has none. `node` is the one that runs the matrix; `node22` comes from npm where that one is older.
 *
 * @returns {Readonly<Record<string, readonly string[] | undefined>>}
 */
export function runtimes() {
  const own = Number(process.versions.node.split(".")[0]);
  return {
    node: [process.execPath],
    node22: own >= 22 ? [process.execPath] : fromNpm("node22", "bin/node"),
  };
}

/** A program that an optional dependency of this system's name brings. */
function fromNpm(name, path) {
  const program = join(MATRIX, "node_modules", `${name}-${process.platform}-${process.arch}`, path);
  return existsSync(program) ? [program] : undefined;
}
