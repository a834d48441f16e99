import { parseArgs } from "node:util";
import { isLoopback } from "../../adapter/dashboard/loopback.js";
import { dialectOfName } from "../../dialect/catalog.js";
import type { SluiceOptions } from "../../options.js";
import { readSecret } from "../batch/read-servers.js";
import { parseBaseUrl } from "../batch/target.js";
import { type Io, UsageError } from "../command.js";
import { readOptionsFile } from "../options-file.js";
import { number } from "../serve/number.js";

/** What a user asked `sluice proxy` to do, checked. */
export interface ProxyArgs {
  readonly target: URL;
  readonly host: string;
  readonly port: number;
  /** Clients must have it. Absent: whoever is on this machine may ask. */
  readonly token: string | undefined;
  /** Goes to the target in the place of the clients' own. */
  readonly apiKey: string | undefined;
  /** The path beneath which our own pages are. */
  readonly pages: string;
  readonly options: SluiceOptions;
  readonly limits: ProxyLimits;
  readonly graceMs: number;
  readonly json: boolean;
}

/** How much is taken of one client, and of all. */
export interface ProxyLimits {
  readonly headBytesMax: number;
  readonly bodyBytesMax: number;
  /** Of all bodies that are held at once. */
  readonly memoryBytesMax: number;
}

const MB = 1_000_000;
const KB = 1_024;

/** Reads the words after `sluice proxy`. @throws UsageError that says what to change. */
export async function readProxyArgs(argv: readonly string[], env: Io["env"]): Promise<ProxyArgs> {
  const { values } = parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      target: { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "0" },
      "token-env": { type: "string" },
      "api-key-env": { type: "string" },
      provider: { type: "string" },
      options: { type: "string" },
      pages: { type: "string", default: "/__sluice" },
      "body-max": { type: "string", default: "512" },
      "memory-max": { type: "string", default: "256" },
      "header-max": { type: "string", default: "16" },
      grace: { type: "string", default: "30" },
      json: { type: "boolean", default: false },
    },
  });
  const token = readSecret("token-env", values["token-env"], env);
  const given = values.options === undefined ? {} : await readOptionsFile(values.options);
  return {
    target: readTarget(values.target),
    host: readHost(values.host, token),
    port: number("port", values.port, { min: 0, max: 65_535, isInteger: true }),
    token,
    apiKey: readSecret("api-key-env", values["api-key-env"], env),
    pages: readPages(values.pages),
    options: values.provider === undefined ? given : { ...given, provider: readProvider(values.provider) },
    limits: {
      headBytesMax: Math.ceil(number("header-max", values["header-max"], { min: 1, max: 1_024 }) * KB),
      bodyBytesMax: number("body-max", values["body-max"], { min: 0.001, max: 1e6 }) * MB,
      memoryBytesMax: number("memory-max", values["memory-max"], { min: 1, max: 1e6 }) * MB,
    },
    graceMs: number("grace", values.grace, { max: 86_400 }) * 1_000,
    json: values.json,
  };
}

function readTarget(text: string | undefined): URL {
  if (text === undefined) throw new UsageError("--target is missing, such as https://api.together.xyz/v1");
  const url = parseBaseUrl(text);
  if (url === undefined) throw new UsageError(`--target must be an http or https URL, got '${text}'`);
  // Not repeated: it may be a secret.
  if (url.username !== "" || url.password !== "") {
    throw new UsageError("--target must have no user or password in it; a key goes into --api-key-env");
  }
  return url;
}

function readHost(host: string, token: string | undefined): string {
  const plain = host.replace(/^\[(.*)\]$/, "$1");
  if (!/^[\w.:%-]+$/.test(plain)) throw new UsageError(`--host must be an address or a name, got '${host}'`);
  if (token === undefined && !isLoopback(plain)) {
    throw new UsageError(`--host ${host} lets others than this machine in: that needs a token (--token-env NAME)`);
  }
  return plain;
}

function readPages(path: string): string {
  const plain = path.replace(/\/+$/, "");
  // At the root each of our pages would hide one of the target's; there it is what was asked for.
  if (plain !== "" && !/^(?:\/[\w.~-]*\w[\w.~-]*)+$/.test(plain)) {
    throw new UsageError(`--pages must be a path such as /__sluice, got '${path}'`);
  }
  return plain;
}

function readProvider(name: string): string {
  if (dialectOfName(name) === undefined) throw new UsageError(`--provider: nothing is known of '${name}'`);
  return name;
}
