import { UsageError } from "../../command.js";
import type { Past } from "../results/past.js";
import type { Server } from "../servers.js";
import { plural } from "../words.js";
import type { OrderedPart } from "./journal.js";
import { readPart } from "./part-file.js";

/**
 * Marks what is in batches that run, so that it isn't ordered again. What such a batch has brought in already is done; with
 * `retryFailed` only what was answered is.
 */
export async function markUnderWay(
  past: Past,
  parts: readonly OrderedPart[],
  { folder, retryFailed }: { readonly folder: string; readonly retryFailed: boolean },
): Promise<Past> {
  let unknown = 0;
  for (const { mark } of parts) {
    for await (const { customId } of readPart(folder, mark)) {
      const before = past.ids.markOf(customId);
      if (before === "failed" && !retryFailed) continue;
      if (past.ids.remember(customId, "ordered") && before === "none") unknown += 1;
    }
  }
  return { ...past, done: past.done + unknown };
}

/** `2 batches with 150 requests`. */
export function sayBatches(parts: readonly Pick<OrderedPart, "requests">[]): string {
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  return `${plural(parts.length, "batch", "batches")} with ${plural(requests, "request")}`;
}

/** @throws UsageError where batches run at a server that isn't there this time */
export function checkServers(parts: readonly OrderedPart[], servers: readonly Server[]): void {
  const origins = new Set(servers.map(({ baseUrl }) => baseUrl.origin));
  const lost = parts.filter(({ server }) => !origins.has(server));
  const [first] = lost;
  if (first === undefined) return;
  throw new UsageError(`${sayBatches(lost)} run at ${first.server}: name it with --base-url, and its key, to go on`);
}
