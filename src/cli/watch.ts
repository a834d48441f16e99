import { parseArgs } from "node:util";
import { openPage } from "../../simulations/report/open-page.js";
import { createPaint } from "./batch/display.js";
import { messageOf } from "./batch/failure.js";
import { type Io, UsageError } from "./command.js";
import { renderTable, type TableColumn } from "./table.js";
import { type Found, find } from "./watch/find.js";
import { type Announced, addressOf, Registry } from "./watch/registry.js";
import { runtimeFolder } from "./watch/runtime-folder.js";

/** One line for `sluice --help`. */
export const summary = "opens the live page of a running sluice";

/** All of `sluice watch --help`. */
export const help = `sluice watch: ${summary}

Usage: sluice watch [WHICH] [options]

Each 'sluice run --watch', 'sluice proxy' and 'sluice serve' of yours on this machine has a live page: what each model's rate and
limit are, what waits, what was refused, each decision with its reason; a run or a proxy can be held, let go on, and capped there.
The latest that was started is opened.

WHICH is a number of --list, a port, a part of its name, or the address of a page: http://127.0.0.1:3000/sluice#token=…, as
dashboard(sluice) of an application of yours has it.

Options:
  --list               those that run
  --no-open            prints the page's address, with its token, and opens nothing
  --json               the address, or the list, as JSON
  --help               this text

A page's token is in its address, behind #, where no server is told of it. Whoever has it can hold your requests.

Exit code: 0 opened, 1 nothing there, 2 wrong usage.
`;

const COLUMNS: readonly TableColumn[] = [
  { title: "" },
  { title: "what", align: "left" },
  { title: "name", align: "left" },
  { title: "page", align: "left" },
  { title: "process" },
];

/** Runs `sluice watch`; resolves with its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    allowNegative: true,
    options: {
      list: { type: "boolean", default: false },
      open: { type: "boolean", default: true },
      json: { type: "boolean", default: false },
    },
  });
  const [which, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one page at a time; what is '${more[0]}'?`);
  const folder = runtimeFolder(io.env);
  if (folder === undefined) throw new UsageError("there is no folder to look in: HOME or XDG_RUNTIME_DIR must be set");
  const registry = new Registry(folder);
  const { pages, chosen } = await find(registry, values.list ? undefined : which);
  if (values.list) return tellList(pages, values.json, io);
  if (chosen === undefined) {
    io.stderr.write(
      "no sluice with a live page runs here: 'sluice run --watch', 'sluice proxy' and 'sluice serve' have one\n",
    );
    return 1;
  }
  if (which === undefined && pages.length > 1) {
    io.stderr.write(`${pages.length} run; this is the latest: 'sluice watch --list' shows them all\n`);
  }
  if (!values.open) {
    const address = addressOf(chosen);
    io.stdout.write(`${values.json ? JSON.stringify({ kind: chosen.kind, title: chosen.title, address }) : address}\n`);
    return 0;
  }
  return await open(chosen, registry, io);
}

async function open(chosen: Found, registry: Registry, io: Io): Promise<number> {
  const { url, title } = chosen;
  let path: string;
  try {
    path = await registry.leadTo(chosen);
  } catch (error) {
    io.stderr.write(`can't be opened: ${messageOf(error)}; 'sluice watch --no-open' prints the address\n`);
    return 1;
  }
  const trouble = await openPage(path);
  io.stderr.write(`${trouble ?? `opened ${title}: ${url}`}\n`);
  return trouble === undefined ? 0 : 1;
}

function tellList(pages: readonly Announced[], isJson: boolean, { stdout, stderr, env }: Io): number {
  if (isJson) {
    const list = pages.map(({ kind, title, url, pid, startedAtMs }) => ({ kind, title, url, pid, startedAtMs }));
    stdout.write(`${JSON.stringify(list)}\n`);
  } else if (pages.length === 0) stderr.write("none runs\n");
  else {
    const rows = pages.map(({ kind, title, url, pid }, index) => [String(index + 1), kind, title, url, String(pid)]);
    stdout.write(`${renderTable(COLUMNS, rows, createPaint(stdout, env))}\n`);
  }
  return pages.length === 0 ? 1 : 0;
}
