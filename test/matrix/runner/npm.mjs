import { spawnSync } from "node:child_process";

/**
 * Runs npm in a folder and gives what it printed.
 *
 * @throws Error with npm's own words where it failed
 */
export function npm(args, cwd) {
  const { status, stdout, stderr, error } = spawnSync("npm", args, { cwd, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (error !== undefined || status !== 0) throw new Error(`npm ${args.join(" ")}: ${error ?? stderr}`);
  return stdout;
}
