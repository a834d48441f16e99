import { dialectAt } from "../../../dialect/catalog.js";
import { endpointOf } from "../../../dialect/endpoint.js";
import type { SluiceOptions } from "../../../options.js";
import type { Server } from "../servers.js";

/** What a provider takes in one batch, and of batches at once. */
export interface Caps {
  /** Requests in a batch. */
  readonly linesMax: number;
  /** Bytes of its file. */
  readonly bytesMax: number;
  /** Batches that haven't ended, of ours. */
  readonly batchesMax: number;
}

const MEGABYTE = 1_000_000;

/** OpenAI's, which those that follow it have too; how many at once is bounded by tokens there, and not by number. */
const USUAL: Caps = { linesMax: 50_000, bytesMax: 200 * MEGABYTE, batchesMax: 100 };

/** Requests in a batch of Together's guides' tier; others may have up to 50,000. */
const TOGETHER_LINES_MAX = 100;
const TOGETHER_BYTES_MAX = 100 * MEGABYTE;

/** The caps of a server, as far as nobody has said others. */
export function capsOf({ baseUrl }: Server, { provider }: SluiceOptions, asked: Partial<Caps>): Caps {
  const dialect = dialectAt(provider, baseUrl.hostname);
  const jobs = endpointOf(dialect, "POST", "/v1/batches")?.jobs;
  if (jobs === undefined) return { ...USUAL, ...asked };
  return {
    linesMax: TOGETHER_LINES_MAX,
    bytesMax: TOGETHER_BYTES_MAX,
    batchesMax: jobs.atOnceMax,
    ...asked,
  };
}

/** Whether a server takes files as Together does. */
export function isTogether({ baseUrl }: Server, { provider }: SluiceOptions): boolean {
  return dialectAt(provider, baseUrl.hostname)?.name.startsWith("together") === true;
}
