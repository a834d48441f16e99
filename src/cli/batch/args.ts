import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { SluiceOptions } from "../../options.js";
import { type Io, UsageError } from "../command.js";
import { messageOf } from "./failure.js";
import type { Target } from "./send.js";
import { parseBaseUrl } from "./target.js";

/** What a user asked `sluice run` to do, checked. */
export interface RunArgs {
  readonly requests: string;
  readonly output: string | undefined;
  readonly target: Target;
  readonly options: SluiceOptions;
  /** A log of what happens, for `sluice replay`. */
  readonly record: string | undefined;
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
      "base-url": { type: "string" },
      "api-key-env": { type: "string" },
      options: { type: "string" },
      record: { type: "string" },
      json: { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
    },
  });
  const [requests, ...more] = positionals;
  if (requests === undefined)
    throw new UsageError("which file of requests? (sluice run REQUESTS.jsonl --base-url URL)");
  if (more.length > 0) throw new UsageError(`one file of requests at a time; what is '${more[0]}'?`);
  await checkReadable(requests);
  const { output } = values;
  if (output !== undefined && resolve(output) === resolve(requests)) {
    throw new UsageError(`${output} is the file of requests; the results need one of their own`);
  }
  const { record } = values;
  const taken = [requests, output, values.options].filter((path) => path !== undefined).map((path) => resolve(path));
  if (record !== undefined && taken.includes(resolve(record))) {
    throw new UsageError(`${record} is used already; the log of --record needs a file of its own`);
  }
  return {
    requests,
    output,
    record,
    target: {
      baseUrl: readBaseUrl(values["base-url"]),
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...readKey(values["api-key-env"], env),
      },
    },
    options: values.options === undefined ? {} : await readOptions(values.options),
    json: values.json,
    quiet: values.quiet,
  };
}

async function checkReadable(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
    if ((await stat(path)).isFile()) return;
  } catch (error) {
    throw new UsageError(`cannot read the requests file ${path}: ${messageOf(error)}`);
  }
  // It is read twice, once to check it and once to send it.
  throw new UsageError(`${path} is not a regular file`);
}

function readBaseUrl(text: string | undefined): URL {
  if (text === undefined) throw new UsageError("--base-url is missing, such as https://api.together.xyz/v1");
  const url = parseBaseUrl(text);
  if (url === undefined) throw new UsageError(`--base-url must be an http or https URL, got '${text}'`);
  return url;
}

function readKey(name: string | undefined, env: Io["env"]): Record<string, string> {
  if (name === undefined) return {};
  const key = env[name]?.trim() ?? "";
  if (key === "")
    throw new UsageError(`--api-key-env ${name}: there is no such variable in the environment, or it is empty`);
  // A control character would be refused by each request in turn, with the key in the message.
  if (!/^[\x20-\x7e]+$/.test(key))
    throw new UsageError(`--api-key-env ${name}: its value is not one line of ASCII text`);
  return { authorization: `Bearer ${key}` };
}

async function readOptions(path: string): Promise<SluiceOptions> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new UsageError(`cannot read the options file ${path}: ${messageOf(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`the options file ${path} must hold one JSON object`);
  }
  if ("onReject" in value) throw new UsageError(`${path}: onReject can't be chosen here; results tell refusals apart`);
  return value as SluiceOptions;
}
