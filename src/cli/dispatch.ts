import { readFile } from "node:fs/promises";
import { nearestName } from "../nearest.js";
import { type Io, isUsageError } from "./command.js";
import { COMMANDS } from "./commands.js";

/** Runs the command line `sluice …`; resolves with the exit code. */
export async function sluice(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const asked = rest[0] === undefined ? undefined : COMMANDS[rest[0]];
    (name === undefined ? io.stderr : io.stdout).write(asked ? (await asked()).help : await overview());
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v") {
    io.stdout.write(`${await version()}\n`);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) return complain(io, `sluice: ${unknown(name)}`, "sluice --help");
  const command = await load();
  if (isHelpAsked(rest)) {
    io.stdout.write(command.help);
    return 0;
  }
  try {
    return await command.main(rest, io);
  } catch (error) {
    if (isUsageError(error))
      return complain(io, `sluice ${name}: ${error.message.replaceAll("\n", " ")}`, `sluice ${name} --help`);
    throw error;
  }
}

function unknown(name: string): string {
  if (name.startsWith("-")) return `unknown option '${name}'`;
  const nearest = nearestName(name, Object.keys(COMMANDS));
  return `unknown command '${name}'${nearest === undefined ? "" : `; did you mean '${nearest}'?`}`;
}

function complain(io: Io, message: string, help: string): number {
  io.stderr.write(`${message}\n'${help}' shows what there is.\n`);
  return 2;
}

/** What stands behind `--` is an argument, even where it reads `--help`. */
function isHelpAsked(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end === -1 ? argv.length : end).some((word) => word === "--help" || word === "-h");
}

async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(10)}${(await load()).summary}\n`),
  );
  return `sluice: an adaptive rate controller for AI APIs

Usage: sluice COMMAND [options]

Commands:
${lines.join("")}
Options:
  --help      this text; after a command, all about it
  --version   the version

Exit code: 0 all done, 1 some requests failed, 2 wrong usage, 3 quota exhausted, 130 interrupted.
`;
}

/** The version of the package that this file was installed with: `package.json` is three floors up, from `dist/src/cli`. */
async function version(): Promise<string> {
  for (const path of ["../../../package.json", "../../package.json"]) {
    const text = await readFile(new URL(path, import.meta.url), "utf8").catch(() => "{}");
    const { name, version } = JSON.parse(text) as { name?: string; version?: string };
    if (name === "sluice" && version !== undefined) return version;
  }
  return "unknown";
}
