import { constants, type Stats } from "node:fs";
import { access, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { TEXTS_MOST } from "../../adapter/packs.js";
import type { SluiceOptions } from "../../options.js";
import { type Io, UsageError } from "../command.js";
import { readOptionsFile } from "../options-file.js";
import { type PageArgs, readPage } from "../page-args.js";
import { number } from "../serve/number.js";
import { type Prices, readPrices } from "./estimate/prices.js";
import { messageOf } from "./failure.js";
import { BATCH_OPTIONS, type BatchArgs, readBatchArgs } from "./hosted/batch-args.js";
import { readServers } from "./read-servers.js";
import type { SourceArgs } from "./requests/source.js";
import type { Server } from "./servers.js";

/** What a user asked `sluice run` to do, checked. */
export interface RunArgs extends SourceArgs {
  /** A file for answers, and one for failures; both undefined for standard output. */
  readonly output: string | undefined;
  readonly errors: string | undefined;
  /** The first takes what no line says more of. */
  readonly servers: readonly Server[];
  readonly retryFailed: boolean;
  readonly keepOthers: boolean;
  readonly ordered: boolean;
  /** Tells what it would take, and sends nothing. */
  readonly dryRun: boolean;
  readonly prices: Prices;
  /** Asks servers for their models first. */
  readonly checksModels: boolean;
  readonly options: SluiceOptions;
  /** Texts in one request to embed; undefined: as many as the provider's guide says. */
  readonly pack: number | undefined;
  /** Sends requests in hosted batches. */
  readonly batch: BatchArgs | undefined;
  /** A log of what happens, for `sluice replay`. */
  readonly record: string | undefined;
  /** Shows it on a live page. */
  readonly watch: boolean;
  /** The page that tells of it afterwards. */
  readonly report: PageArgs | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Reads the words after `sluice run`. @throws UsageError that says what to change. */
export async function readRunArgs(argv: readonly string[], env: Io["env"]): Promise<RunArgs> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      output: { type: "string", short: "o" },
      errors: { type: "string" },
      "base-url": { type: "string", multiple: true },
      "api-key-env": { type: "string", multiple: true },
      endpoint: { type: "string" },
      embed: { type: "string" },
      pack: { type: "string" },
      "retry-failed": { type: "boolean", default: false },
      "keep-others": { type: "boolean", default: false },
      ordered: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      "price-in": { type: "string", multiple: true },
      "price-out": { type: "string", multiple: true },
      "no-model-check": { type: "boolean", default: false },
      ...BATCH_OPTIONS,
      options: { type: "string" },
      record: { type: "string" },
      watch: { type: "boolean", default: false },
      report: { type: "string" },
      open: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
    },
  });
  const [requests, ...more] = positionals;
  if (requests === undefined)
    throw new UsageError("which file of requests? (sluice run REQUESTS.jsonl --base-url URL)");
  if (more.length > 0) throw new UsageError(`one file of requests at a time; what is '${more[0]}'?`);
  const embed = readModel(values.embed);
  if (requests !== "-") await checkReadable(requests, embed !== undefined);
  const { record } = values;
  const files = readFiles(values);
  checkApart(requests, { ...files, record, options: values.options });
  if (values["retry-failed"] && files.errors === undefined) {
    throw new UsageError("--retry-failed needs the files of an earlier run: say -o FILE");
  }
  return {
    requests,
    embed,
    pack: readPack(values),
    ...files,
    record,
    batch: readBatchArgs(values, { ...files, ordered: values.ordered, record, dryRun: values["dry-run"] }),
    servers: readServers(values["base-url"] ?? [], values["api-key-env"] ?? [], env),
    endpoint: readEndpoint(values.endpoint),
    retryFailed: values["retry-failed"],
    keepOthers: values["keep-others"],
    ordered: values.ordered,
    dryRun: values["dry-run"],
    prices: readPrices(values["price-in"] ?? [], values["price-out"] ?? []),
    checksModels: !values["no-model-check"],
    options: values.options === undefined ? {} : await readOptionsFile(values.options),
    watch: values.watch,
    report: readReport(values),
    json: values.json,
    quiet: values.quiet,
  };
}

/** `out.jsonl` has its failures in `out.errors.jsonl`; standard output takes both, unless a file is named for them. */
function readFiles({ output, errors }: { output?: string | undefined; errors?: string | undefined }) {
  if (output === undefined || output === "-") return { output: undefined, errors };
  return { output, errors: errors ?? output.replace(/(\.[^./\\]+)?$/, (end) => `.errors${end}`) };
}

/** No file may be read and written, or written twice; but answers and failures may share one. */
function checkApart(
  requests: string,
  files: Readonly<Record<"output" | "errors" | "record" | "options", string | undefined>>,
): void {
  const { output, errors, record, options } = files;
  const same = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && resolve(a) === resolve(b);
  for (const path of [output, errors]) {
    if (same(path, requests))
      throw new UsageError(`${path} is the file of requests; the results need one of their own`);
    if (same(path, options)) throw new UsageError(`${path} is the file of options; the results need one of their own`);
  }
  if ([requests, output, errors, options].some((path) => same(record, path))) {
    throw new UsageError(`${record} is used already; the log of --record needs a file of its own`);
  }
}

function readEndpoint(text: string | undefined): string | undefined {
  if (text !== undefined && !/^\/[^/\\]/.test(text))
    throw new UsageError(`--endpoint must be a path such as /v1/chat/completions, got '${text}'`);
  return text;
}

function readReport(flags: Parameters<typeof readPage>[0] & { readonly batch: boolean; readonly "dry-run": boolean }) {
  const page = readPage(flags);
  if (page === undefined) return undefined;
  const option = flags.report === undefined ? "--open" : "--report";
  if (flags.batch)
    throw new UsageError(`${option} has nothing to tell of with --batch: the provider sends the requests`);
  if (flags["dry-run"]) throw new UsageError(`${option} has nothing to tell of with --dry-run, which sends nothing`);
  return page;
}

function readModel(text: string | undefined): string | undefined {
  if (text?.trim() === "") throw new UsageError("--embed must name a model, got ''");
  return text;
}

function readPack(flags: { readonly pack?: string | undefined; readonly embed?: string | undefined; batch: boolean }) {
  const { pack, embed, batch } = flags;
  if (pack === undefined) return undefined;
  if (embed === undefined) throw new UsageError(`--pack ${pack} packs texts to embed: say --embed MODEL, too`);
  if (batch) throw new UsageError(`--pack ${pack} can't be had with --batch: there each text is a line of its own`);
  return number("pack", pack, { min: 1, max: TEXTS_MOST, isInteger: true });
}

async function checkReadable(path: string, isFolderFine: boolean): Promise<void> {
  let stats: Stats;
  try {
    await access(path, constants.R_OK);
    stats = await stat(path);
  } catch (error) {
    throw new UsageError(`cannot read the requests file ${path}: ${messageOf(error)}`);
  }
  if (stats.isFile() || (isFolderFine && stats.isDirectory())) return;
  if (stats.isDirectory()) throw new UsageError(`${path} is a folder; only texts to --embed may be in one`);
  // It is read twice, once to check it and once to send it.
  throw new UsageError(`${path} is not a regular file; '-' reads standard input`);
}
