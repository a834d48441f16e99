import { type Io, UsageError } from "../command.js";
import type { Server } from "./servers.js";
import { parseBaseUrl } from "./target.js";

/**
 * The servers that a user named, each with its key: the second `--api-key-env` belongs to the second `--base-url`.
 *
 * @throws UsageError that names the option and what it got, and never a key
 */
export function readServers(urls: readonly string[], keys: readonly string[], env: Io["env"]): readonly Server[] {
  if (urls.length === 0) throw new UsageError("--base-url is missing, such as https://api.together.xyz/v1");
  if (keys.length > urls.length) {
    throw new UsageError(
      `--api-key-env ${keys[urls.length]}: each belongs to one --base-url, and there is none for it`,
    );
  }
  const servers = urls.map((url, index) => ({
    baseUrl: readBaseUrl(url),
    apiKey: readSecret("api-key-env", keys[index], env),
  }));
  const origins = servers.map(({ baseUrl }) => baseUrl.origin);
  const twice = origins.find((origin, index) => origins.indexOf(origin) !== index);
  if (twice !== undefined) throw new UsageError(`--base-url ${twice} is there twice; a line could mean either`);
  return servers;
}

function readBaseUrl(text: string): URL {
  const url = parseBaseUrl(text);
  if (url === undefined) throw new UsageError(`--base-url must be an http or https URL, got '${text}'`);
  return url;
}

/**
 * The secret in an environment variable; undefined where none is named.
 *
 * @throws UsageError that names the option and the variable, and never the secret
 */
export function readSecret(option: string, name: string | undefined, env: Io["env"]): string | undefined {
  if (name === undefined || name === "") return undefined;
  const secret = env[name]?.trim() ?? "";
  if (secret === "")
    throw new UsageError(`--${option} ${name}: there is no such variable in the environment, or it is empty`);
  // A control character would be refused by each request in turn, with the key in the message.
  if (!/^[\x20-\x7e]+$/.test(secret))
    throw new UsageError(`--${option} ${name}: its value is not one line of ASCII text`);
  return secret;
}
