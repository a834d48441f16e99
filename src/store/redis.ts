import { createHash } from "node:crypto";
import { SluiceError } from "../errors.js";
import { Member, type MemberParts } from "./member.js";
import { givenLine, type Line, type RedisClient } from "./redis/line.js";
import { OwnLine, type RedisTls } from "./redis/own-line.js";
import { SCRIPT, SHA } from "./redis/script.js";
import type { Replacement, Reply, Store } from "./store.js";

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
  /** Stays yours: it is neither opened nor closed here. It should have no offline queue, since what waits there comes too late. */
  readonly client?: RedisClient;
  /** What the names of keys begin with. @defaultValue `"sluice"` */
  readonly prefix?: string;
}

/**
 * A store in Redis 7, or in Valkey: processes that share it share their budgets. It needs the commands EVALSHA, EVAL, GET, SET
 * and TIME, on keys that begin with the prefix. A name holds neither a host nor a credential, but a hash of the budget's key.
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
    return new RedisStore(givenLine(client), prefix);
  }
  return new RedisStore(new OwnLine(checkUrl(url ?? "", tls !== undefined), tls ?? {}), prefix);
}

class RedisStore implements Store {
  readonly #line: Line;
  readonly #prefix: string;
  readonly #names = new Map<string, string>();
  #users = 0;

  constructor(line: Line, prefix: string) {
    this.#line = line;
    this.#prefix = prefix;
  }

  open(): void {
    this.#users += 1;
    if (this.#users === 1) this.#line.open();
  }

  compareAndSet(ask: Replacement, done: (reply: Reply) => void): void {
    this.#ask(ask).then(done, (error: unknown) => done({ kind: "failed", error }));
  }

  join(parts: Omit<MemberParts, "store">): Member {
    return new Member({ ...parts, store: this });
  }

  async close(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) await this.#line.close();
  }

  async #ask({ key, expected, next, ttlMs, nowMs }: Replacement): Promise<Reply> {
    const words = ["1", this.#nameOf(key), expected, next, String(ttlMs), String(Math.floor(nowMs))];
    const reply = await this.#line.send(["EVALSHA", SHA, ...words]).catch((error: unknown) => {
      // A restart empties the cache of scripts.
      if (!/NOSCRIPT/.test(String(error))) throw error;
      return this.#line.send(["EVAL", SCRIPT, ...words]);
    });
    const [won, storeMs, value] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
    if (won === 1 && typeof storeMs === "number") return { kind: "won", nowMs: storeMs };
    if (won !== 0 || typeof storeMs !== "number") throw new Error("the store gave an answer that makes no sense");
    return { kind: "lost", nowMs: storeMs, value: typeof value === "string" ? value : undefined };
  }

  #nameOf(key: string): string {
    let name = this.#names.get(key);
    if (name === undefined) {
      const hash = createHash("sha256").update(key).digest("base64url").slice(0, 22);
      // The braces keep all that one limit has in one slot of a cluster.
      name = `${this.#prefix}:{${hash}}:1`;
      if (this.#names.size >= NAMES_MAX) this.#names.clear();
      this.#names.set(key, name);
    }
    return name;
  }
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
