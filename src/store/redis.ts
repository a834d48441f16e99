import { createHash } from "node:crypto";
import { SluiceError } from "../errors.js";
import { Member, type MemberParts } from "./member.js";
import { AHEAD_MAX_MS, BEHIND_MAX_MS, type Replacement, type Reply, type Store, VALUE_BYTES_MAX } from "./store.js";

/** A client that is there already: node-redis (`sendCommand`), or ioredis, which users of BullMQ have (`call`). */
export type RedisClient =
  | { sendCommand(args: string[]): Promise<unknown> }
  | { call(command: string, ...args: string[]): Promise<unknown> };

/** How {@link redisStore} finds its Redis: by a URL, or by a client. */
export interface RedisStoreOptions {
  /**
   * `redis://user:password@host:6379/0`, or `rediss://` for TLS; needs the package `redis`. One connection a process, closed with the
   * last sluice that uses it.
   */
  readonly url?: string;
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
  const { url, client, prefix = "sluice" } = options;
  if ((url === undefined) === (client === undefined)) refuse("redisStore takes either url or client");
  if (!/^[\w:.-]{1,100}$/.test(prefix)) refuse("prefix must be 1 to 100 letters, digits or _ : . -");
  if (client !== undefined) return new RedisStore(givenClient(client), prefix);
  return new RedisStore(ownClient(checkUrl(url ?? "")), prefix);
}

/** How commands get to Redis. */
interface Line {
  open(): void;
  send(args: string[]): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Compare-and-set by the store's own time; nothing of the algorithm is in it. A value that is too large to be ours is as good
 * as unreadable, and a writer who is late or ahead must look again.
 */
const SCRIPT = `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local value = redis.call('GET', KEYS[1])
local tag = '0'
if value then
  if #value > ${VALUE_BYTES_MAX} then value = false; tag = '!' else tag = string.match(value, '^([%w_.-]+)|') or '!' end
end
local lag = now - tonumber(ARGV[4])
if tag ~= ARGV[1] or lag > ${BEHIND_MAX_MS} or lag < -${AHEAD_MAX_MS} then
  if tag == '!' then value = '' end
  return {0, now, value}
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return {1, now}`;
const SHA = createHash("sha1").update(SCRIPT).digest("hex");

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

function givenClient(client: RedisClient): Line {
  const isNodeRedis = "sendCommand" in client && !("call" in client);
  return {
    open() {},
    send: (args) => {
      if (isNodeRedis) return client.sendCommand(args);
      const [command = "", ...rest] = args;
      return (client as { call(command: string, ...args: string[]): Promise<unknown> }).call(command, ...rest);
    },
    close: () => Promise.resolve(),
  };
}

const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2_000;

/** What is used of node-redis. */
interface OwnClient {
  readonly isReady: boolean;
  on(event: "error", listener: () => void): unknown;
  connect(): Promise<unknown>;
  sendCommand(args: string[]): Promise<unknown>;
  destroy(): void;
}

function ownClient(url: string): Line {
  let client: Promise<OwnClient> | undefined;
  let isClosed = false;
  const connect = async (): Promise<OwnClient> => {
    const { createClient } = await import("redis").catch(() => {
      throw new Error("redisStore({ url }) needs the package redis: npm install redis");
    });
    const made = createClient({
      url,
      disableOfflineQueue: true,
      socket: { reconnectStrategy: (retries) => Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * (retries + 1)) },
    }) as unknown as OwnClient;
    // Each command that fails says so itself.
    made.on("error", () => {});
    made.connect().catch(() => {});
    return made;
  };
  return {
    open() {
      isClosed = false;
      client ??= connect();
      client.catch(() => {});
    },
    async send(args) {
      const made = await client;
      if (made === undefined || isClosed) throw new Error("the store is closed");
      return made.sendCommand(args);
    },
    async close() {
      isClosed = true;
      const made = await client?.catch(() => undefined);
      client = undefined;
      made?.destroy();
    },
  };
}

function checkUrl(url: string): string {
  let protocol: string;
  try {
    ({ protocol } = new URL(url));
  } catch {
    return refuse("url must be such as redis://user:password@host:6379/0");
  }
  if (protocol === "redis:" || protocol === "rediss:") return url;
  return refuse(`url must begin with redis:// or rediss://, not ${protocol}//`);
}

function refuse(message: string): never {
  throw new SluiceError("ERR_SLUICE_OPTION", `sluice/redis: ${message}`);
}
