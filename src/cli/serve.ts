import { parseArgs } from "node:util";
import { OwnCodeError } from "../../simulations/own-code.js";
import { type RunningServer, type ServerOptions, startServer } from "../../simulations/server/http.js";
import type { ServiceState } from "../../simulations/server/service.js";
import { isSluiceError } from "../errors.js";
import { type Io, UsageError } from "./command.js";
import { interrupted } from "./interrupted.js";
import { OPTIONS } from "./serve/flags.js";
import { helpOf } from "./serve/help.js";
import { serverOptionsOf } from "./serve/options.js";
import { announce } from "./watch/announce.js";

export const summary = "a simulated AI API on real HTTP that limits as the chosen provider does";

export const help = helpOf(summary);

/** What is under way may end for so long after Ctrl-C. */
const GRACE_MS = 2_000;

/** Exit code after Ctrl-C. */
const INTERRUPTED = 130;

export async function main(argv: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: false });
  const server = await start(await serverOptionsOf(values), values.config);
  const { url, port } = server;
  const page = `${url}/__page`;
  io.stdout.write(`${values.json ? JSON.stringify({ url, port, page }) : url}\n`);
  if (!values.json) io.stderr.write(greetingOf(server, page));
  const onTrouble = (message: string): void => void io.stderr.write(`sluice serve: ${message}\n`);
  const title = `${server.state().provider} on port ${port}`;
  const retire = await announce({ kind: "serve", title, url: page, identity: url }, io, onTrouble);
  await interrupted(io);
  io.stderr.write("stopping\n");
  const state = server.state();
  await server.close({ graceMs: GRACE_MS });
  await retire();
  if (values.json) io.stdout.write(`${JSON.stringify(state)}\n`);
  else io.stderr.write(summaryOf(state));
  return INTERRUPTED;
}

/** @throws UsageError for what the server can't be, and for a port that can't be had */
async function start(options: ServerOptions, config: string | undefined): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    const where = config === undefined ? "" : `--config ${config}: `;
    if (isSluiceError(error) || error instanceof OwnCodeError) throw new UsageError(`${where}${error.message}`);
    const { syscall, code } = error as NodeJS.ErrnoException;
    throw syscall === "listen" ? new UsageError(`--port ${options.port ?? 0} can't be had: ${code}`) : error;
  }
}

function greetingOf(server: RunningServer, page: string): string {
  const { story } = server.state();
  const told = story === undefined ? "" : `${story.name}, ${Math.round(story.durationMs / 1_000)} s: ${story.story}\n`;
  return `${told}what it does: ${page}\n`;
}

function summaryOf({ lanes }: ServiceState): string {
  const lines = lanes.map(
    ({ model, organisation, accepted, throttled, overloaded, saturated }) =>
      `${model} (${organisation}): ${accepted} accepted, ${throttled} throttled, ${overloaded} overloaded, ${saturated} saturated\n`,
  );
  return lines.join("") || "nobody asked for anything\n";
}
