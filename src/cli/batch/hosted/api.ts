import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import { FormData } from "undici";
import type { Sluice } from "../../../sluice.js";
import { messageOf } from "../failure.js";
import { headersFor, type Server } from "../servers.js";
import { joinUrl } from "../target.js";
import { type BatchView, readBatch, readBatches } from "./batch-view.js";
import { type Told, toldBy, toldByError } from "./told.js";
import { DiskError, writeBody } from "./write-body.js";

/** What of a sluice is used. */
export type BatchGovernor = Pick<Sluice, "fetch" | "with" | "close">;

/** A file of 200 MB takes a slow line more than the ten minutes that a try of anything else has. */
const UPLOAD_TIMEOUT_MS = 6 * 3_600_000;
/** An order that isn't sent by then waits for a place, and others are to be looked after meanwhile. */
const ORDER_WAIT_MAX_MS = 5_000;
/** Pages of a list that are looked through, of up to 100 batches each. */
const PAGES_MAX = 20;

/** How a server takes files. */
export interface ApiOptions {
  readonly isTogether: boolean;
  /** Ends whatever may be ended: not an order, whose answer has to be known. */
  readonly stopping: AbortSignal;
}

/** The hosted batches of one server: every call goes through the sluice. */
export class HostedApi {
  readonly #server: Server;
  readonly #sluice: BatchGovernor;
  readonly #options: ApiOptions;

  constructor(server: Server, sluice: BatchGovernor, options: ApiOptions) {
    this.#server = server;
    this.#sluice = sluice;
    this.#options = options;
  }

  get host(): string {
    return this.#server.baseUrl.host;
  }

  /** Uploads a file, read from the disk as it goes. The id that it has at the server. */
  async upload(path: string): Promise<Told<string>> {
    const { isTogether } = this.#options;
    const form = new FormData();
    form.append("purpose", isTogether ? "batch-api" : "batch");
    if (isTogether) form.append("file_name", `sluice-${basename(path)}`);
    form.append("file", await openAsBlob(path, { type: "application/jsonl" }), `sluice-${basename(path)}`);
    const url = isTogether ? "/v1/files/upload" : "/v1/files";
    const told = await this.#sluice.with({ attemptTimeoutMs: UPLOAD_TIMEOUT_MS }, () =>
      this.#call(url, { method: "POST", body: form as unknown as BodyInit }, readId),
    );
    return told;
  }

  /** Orders a batch. It is sent once: whoever doesn't know what came of it looks for it among all batches. */
  order(fileId: string, endpoint: string): Promise<Told<BatchView>> {
    const text = JSON.stringify({ input_file_id: fileId, endpoint, completion_window: "24h" });
    // A stream can't be sent again: a second order would be a second batch.
    const body = new Response(text).body;
    const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) };
    const init = { method: "POST", headers, body, duplex: "half", signal: null } as RequestInit;
    return this.#sluice.with({ waitMaxMs: ORDER_WAIT_MAX_MS }, () => this.#call("/v1/batches", init, readBatch));
  }

  look(id: string): Promise<Told<BatchView>> {
    return this.#call(`/v1/batches/${encodeURIComponent(id)}`, {}, readBatch);
  }

  cancel(id: string): Promise<Told<BatchView>> {
    return this.#call(`/v1/batches/${encodeURIComponent(id)}/cancel`, { method: "POST" }, readBatch);
  }

  /** The latest batches: the first page, or as many as `isEnough` wants. */
  async list(isEnough: (batches: readonly BatchView[]) => boolean = () => true): Promise<Told<readonly BatchView[]>> {
    const all: BatchView[] = [];
    let after = "";
    for (let page = 1; ; page += 1) {
      const told = await this.#call(`/v1/batches?limit=100${after}`, {}, readBatches);
      if (told.kind !== "done") return told;
      const { batches, nextAfter } = told.value;
      all.push(...batches);
      if (nextAfter === undefined || page >= PAGES_MAX || isEnough(all)) return { ...told, value: all };
      after = `&after=${encodeURIComponent(nextAfter)}`;
    }
  }

  /** Writes a file of the server's onto the disk, whole or not at all. Rejects where the disk doesn't take it. */
  async download(fileId: string, path: string): Promise<Told<true>> {
    const told = await this.#response(`/v1/files/${encodeURIComponent(fileId)}/content`, {});
    if (told.kind !== "done") return told;
    try {
      await writeBody(told.value.body, path);
      return { kind: "done", value: true };
    } catch (error) {
      if (error instanceof DiskError) throw error.cause;
      return this.#options.stopping.aborted ? { kind: "stopped" } : { kind: "unknown", message: messageOf(error) };
    }
  }

  async #call<T>(path: string, init: RequestInit, read: (json: unknown) => T | undefined): Promise<Told<T>> {
    const told = await this.#response(path, init);
    if (told.kind !== "done") return told;
    try {
      const value = read(JSON.parse(await told.value.text()));
      if (value !== undefined) return { ...told, value };
      return { kind: "unknown", message: `${path} answers with something else than was asked for` };
    } catch (error) {
      return toldByError(error, this.#options.stopping.aborted);
    }
  }

  async #response(path: string, init: RequestInit): Promise<Told<Response>> {
    const { stopping } = this.#options;
    const { "content-type": _, ...headers } = headersFor(this.#server, "openai");
    const url = joinUrl(this.#server.baseUrl, path);
    try {
      const own = init.headers as Record<string, string> | undefined;
      const response = await this.#sluice.fetch(url, { signal: stopping, ...init, headers: { ...headers, ...own } });
      if (!response.ok) return toldBy(response.status, await response.text());
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      return { kind: "done", value: response, ...(seconds > 0 && { retryAfterMs: seconds * 1_000 }) };
    } catch (error) {
      return toldByError(error, stopping.aborted && init.signal !== null);
    }
  }
}

function readId(json: unknown): string | undefined {
  const { id } = (json ?? {}) as { id?: unknown };
  return typeof id === "string" && id !== "" ? id : undefined;
}
