import { systemClock } from "../../clock.js";
import type { Line } from "./line.js";
import { type OwnClient, ownClient, type RedisTls } from "./own-client.js";

/** Who was asked and lets nothing be heard for so long is at the other end of a dead connection, in milliseconds. */
const SILENCE_MAX_MS = 2_000;

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
    client?.giveUp();
  }

  #renew(client: OwnClient, why: unknown): void {
    client.giveUp();
    this.#trouble = why;
    this.#unheardSinceMs = undefined;
    this.#client = this.#connect();
    this.#client.catch(() => {});
  }

  #connect(): Promise<OwnClient> {
    return ownClient({
      url: this.#url,
      tls: this.#tls,
      onTrouble: (error) => {
        this.#trouble = error;
      },
      onReady: () => {
        this.#trouble = undefined;
        this.#unheardSinceMs = undefined;
      },
    });
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
