import { systemClock } from "../../clock.js";
import type { Line } from "./line.js";

/** What a server is to show, and what we show it, where the connection is by TLS. */
export interface RedisTls {
  /** Certificates of the authorities that may vouch for the server, as PEM. @defaultValue those that Node trusts */
  readonly ca?: string | readonly string[];
  /** Our own certificate and its key, as PEM, where the server asks for one. @defaultValue none */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** The name that the server's certificate must bear. @defaultValue the host of the URL */
  readonly servername?: string;
}

const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2_000;
const CONNECT_MAX_MS = 2_000;
/** Who was asked and lets nothing be heard for so long is at the other end of a dead connection, in milliseconds. */
const SILENCE_MAX_MS = 2_000;

/** What is used of node-redis. */
interface OwnClient {
  readonly isReady: boolean;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "ready", listener: () => void): unknown;
  connect(): Promise<unknown>;
  sendCommand(args: string[]): Promise<unknown>;
  destroy(): void;
}

/**
 * By a connection of our own, which is made anew where it has died without a word, or leads to a Redis that is a replica now: behind
 * its name there may be another by then.
 */
export class OwnLine implements Line {
  readonly #url: string;
  readonly #tls: RedisTls;
  #client: Promise<OwnClient> | undefined;
  /** The first time that it was asked since it was last heard. */
  #unheardSinceMs: number | undefined;
  /** Why there is no connection. */
  #trouble: unknown;

  constructor(url: string, tls: RedisTls) {
    this.#url = url;
    this.#tls = tls;
  }

  open(): void {
    this.#client ??= this.#connect();
    this.#client.catch(() => {});
  }

  async send(_key: string, args: string[]): Promise<unknown> {
    const line = this.#client;
    const client = await line;
    if (client === undefined || this.#client !== line) throw new Error("the store is closed");
    const nowMs = systemClock.now();
    this.#unheardSinceMs ??= nowMs;
    if (nowMs - this.#unheardSinceMs > SILENCE_MAX_MS) this.#renew(client, new Error("it was silent for too long"));
    if (!client.isReady)
      throw new Error(`no connection to Redis${this.#trouble === undefined ? "" : `: ${said(this.#trouble)}`}`);
    try {
      const reply = await client.sendCommand(args);
      this.#unheardSinceMs = undefined;
      return reply;
    } catch (error) {
      if (isReply(error)) this.#unheardSinceMs = undefined;
      if (this.#client === line && /^READONLY/.test(said(error))) this.#renew(client, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    const line = this.#client;
    this.#client = undefined;
    const client = await line?.catch(() => undefined);
    client?.destroy();
  }

  #renew(client: OwnClient, why: unknown): void {
    client.destroy();
    this.#trouble = why;
    this.#unheardSinceMs = undefined;
    this.#client = this.#connect();
    this.#client.catch(() => {});
  }

  async #connect(): Promise<OwnClient> {
    const { createClient } = await import("redis").catch(() => {
      throw new Error("redisStore({ url }) needs the package redis: npm install redis");
    });
    const client = createClient({
      url: this.#url,
      // A question that has waited is too late.
      disableOfflineQueue: true,
      socket: {
        ...(this.#tls as object),
        connectTimeout: CONNECT_MAX_MS,
        reconnectStrategy: (retries) => Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * (retries + 1)),
      },
    }) as unknown as OwnClient;
    client.on("error", (error) => {
      this.#trouble = error;
    });
    client.on("ready", () => {
      this.#trouble = undefined;
      this.#unheardSinceMs = undefined;
    });
    client.connect().catch(() => {});
    return client;
  }
}

/** Whether it is Redis that says so. */
function isReply(error: unknown): boolean {
  return /^[A-Z]+ /.test(said(error));
}

/** What an error says; several at once, where a host has more addresses than one, say nothing together. */
function said(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(said).join(", ");
  return error instanceof Error ? error.message : String(error);
}
