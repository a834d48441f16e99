import { createHash } from "node:crypto";
import { SluiceError } from "../errors.js";
import { createStore } from "./create-store.js";
import { givenLine, type Line, type RedisClient } from "./redis/line.js";
import type { RedisTls } from "./redis/own-client.js";
import { OwnLine } from "./redis/own-line.js";
import { SCRIPT, SHA } from "./redis/script.js";
import { HEAD_BYTES, type Store } from "./store.js";

export type { RedisClient, RedisTls };

/** How {@link redisStore} finds its Redis: by a URL, or by a client. */
export interface RedisStoreOptions {
  /**
   * `redis://user:password@host:6379/0`, or `rediss://` for TLS; needs the package `redis`. One connection a process, closed with the
   * last sluice that uses it.
   */
  readonly url?: string;
  /** For a `rediss://` URL: what else than Node's own authorities is trusted. @defaultValue nothing */
  readonly tls?: RedisTls;
  /**
   * Of node-redis or ioredis, of one server or of a cluster. It stays yours: it is neither opened nor closed here. It should have no
   * offline queue, since what waits there comes too late.
   */
  readonly client?: RedisClient;
  /** What the names of keys begin with. @defaultValue `"sluice"` */
  readonly prefix?: string;
}

/**
 * A store in Redis 7, or in Valkey: processes that share it share their budgets. It needs the commands EVALSHA, EVAL, GET, SET
 * and TIME, and a fleet of more than sixty GETRANGE, on keys that begin with the prefix. A name holds neither a host nor a credential, but a hash of the budget's key.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option, and never a password
 */
export function redisStore(options: RedisStoreOptions): Store {
  const { url, client, tls, prefix = "sluice", ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`there is no option ${unknown}: redisStore takes url, tls, client and prefix`);
  if ((url === undefined) === (client === undefined)) refuse("redisStore takes either url or client");
  if (!/^[\w:.-]{1,100}$/.test(prefix)) refuse("prefix must be 1 to 100 letters, digits or _ : . -");
  if (client !== undefined) {
    if (!("call" in client || "sendCommand" in client)) refuse("client must be one of node-redis or ioredis");
    if (tls !== undefined) refuse("tls goes with url: a client has its own");
    return storeOver(givenLine(client), prefix);
  }
  return storeOver(new OwnLine(checkUrl(url ?? "", tls !== undefined), tls ?? {}), prefix);
}

function storeOver(line: Line, prefix: string): Store {
  const nameOf = namesWith(prefix);
  return createStore({
    open: () => line.open(),
    close: () => line.close(),
    async compareAndSet({ key, expected, next, ttlMs, nowMs }) {
      const name = nameOf(key);
      const words = ["1", name, expected, next, String(ttlMs), String(Math.floor(nowMs))];
      const reply = await line.send(name, ["EVALSHA", SHA, ...words]).catch((error: unknown) => {
        // A restart empties the cache of scripts.
        if (!/NOSCRIPT/.test(String(error))) throw error;
        return line.send(name, ["EVAL", SCRIPT, ...words]);
      });
      const [won, storeMs, value] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
      const isSound = (won === 0 || won === 1) && typeof storeMs === "number";
      if (!isSound) throw new Error("Redis gave an answer that makes no sense");
      if (won === 1) return { kind: "won", nowMs: storeMs };
      return { kind: "lost", nowMs: storeMs, value: typeof value === "string" ? value : undefined };
    },
    async peek(key) {
      const name = nameOf(key);
      const head = await line.send(name, ["GETRANGE", name, "0", String(HEAD_BYTES - 1)]);
      return typeof head === "string" ? head : undefined;
    },
  });
}

/** The braces keep all that one limit has in one slot of a cluster. */
function namesWith(prefix: string): (key: string) => string {
  const names = new Map<string, string>();
  return (key) => {
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `${prefix}:{${createHash("sha256").update(key).digest("base64url").slice(0, 22)}}:1`;
    if (names.size >= NAMES_MAX) names.clear();
    names.set(key, name);
    return name;
  };
}

const NAMES_MAX = 10_000;
const EXAMPLE = "redis://user:password@host:6379/0";

function checkUrl(url: string, isTls: boolean): string {
  let protocol: string;
  let pathname: string;
  try {
    ({ protocol, pathname } = new URL(url));
  } catch {
    return refuse(`url must be such as ${EXAMPLE}`);
  }
  if (!/^(\/\d*)?$/.test(pathname)) refuse(`url must end with the number of a database, as in ${EXAMPLE}`);
  if (isTls && protocol !== "rediss:") refuse("tls needs a url that begins with rediss://");
  if (protocol === "redis:" || protocol === "rediss:") return url;
  return refuse(`url must begin with redis:// or rediss://, not ${protocol}//`);
}

function refuse(message: string): never {
  throw new SluiceError("ERR_SLUICE_OPTION", `sluice/redis: ${message}`);
}
